// What an AudioContext is to play of the decoded pieces, and when: each piece starts at its very sample
// and is cross-faded into the next, so nothing between the pieces is heard, and a correction neither.

import { changeRate, computeContextTime, computePlanPosition } from "./playback_plan.js";

export const SOON_S = 0.04; // Enough for the thread that renders to hear of it.
const FADE_S = 0.008;
const BOOK_BEFORE_S = 1.5; // A hidden page looks only once a second.

export class VoiceSchedule {
  #speaker;
  #voices = []; // {source, gain, piece, from, until}: what is scheduled, in seconds of the context
  #out = null;
  plan = null; // as of playback_plan.js; null in silence

  constructor(speaker) {
    this.#speaker = speaker;
  }

  cutTo(wanted) {
    this.silence(Math.max(wanted.context, this.#speaker.now() + SOON_S / 2));
    this.plan = wanted;
  }

  stop() {
    if (this.plan) this.silence(this.#speaker.now() + SOON_S / 2);
    this.plan = null;
  }

  silence(at) {
    for (const voice of this.#voices) fadeOut(voice, at);
    this.#voices = [];
  }

  // Schedules the piece whose time is near.
  book(buffer) {
    if (!this.plan || !this.#out) return;
    const now = this.#speaker.now();
    this.#voices = this.#voices.filter(({ until }) => until > now - 1);
    const last = this.#voices.at(-1);
    const piece = last ? buffer.pieceAfter(last.piece) : buffer.firstBeyond(this.positionAt(now + SOON_S));
    if (!piece) return;
    const seam = last ? findSeam(last.piece, piece) : Math.max(0, piece.beginsMs);
    const at = Math.max(computeContextTime(this.plan, seam), this.plan.context, now + SOON_S / 2);
    if (at - now > BOOK_BEFORE_S) return;
    if (computeContextTime(this.plan, piece.endsMs) <= at + FADE_S) {
      buffer.drop(piece); // Over before it could be faded in.
      this.book(buffer);
      return;
    }
    if (last) fadeOut(last, at);
    this.#voices.push(this.#startVoice(piece, at));
  }

  #startVoice(piece, at) {
    const context = this.#speaker.context();
    const source = context.createBufferSource();
    const gain = context.createGain();
    source.buffer = piece.buffer;
    source.playbackRate.value = this.plan.rate;
    source.connect(gain).connect(this.#out);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(1, at + FADE_S);
    source.start(at, Math.max(0, this.positionAt(at) - piece.beginsMs) / 1_000);
    return { source, gain, piece, from: at, until: computeContextTime(this.plan, piece.endsMs) };
  }

  // Another rate, from a moment on that all voices still reach; a seam that is booked is left alone.
  // Returns whether it was turned.
  turn(rate) {
    const at = this.#speaker.now() + SOON_S;
    const isSeamBooked = this.#voices.some(({ from, until }) => from > at || (from + FADE_S > at && until < at));
    if (isSeamBooked) return false;
    this.plan = changeRate(this.plan, at, rate);
    for (const voice of this.#voices) {
      voice.source.playbackRate.setValueAtTime(rate, at);
      voice.until = computeContextTime(this.plan, voice.piece.endsMs);
    }
    return true;
  }

  setLoudness(loudness) {
    const context = this.#speaker.context();
    if (!context) return;
    if (!this.#out) {
      this.#out = context.createGain();
      this.#out.gain.value = loudness;
      this.#out.connect(context.destination);
    }
    this.#out.gain.setTargetAtTime(loudness, context.currentTime, 0.01);
  }

  isSounding() {
    if (!this.plan || !this.#speaker.isRunning()) return false;
    const now = this.#speaker.now();
    return this.#voices.some(({ from, until }) => from <= now + BOOK_BEFORE_S && now < until);
  }

  soundingPiece() {
    return this.#voices[0]?.piece;
  }

  positionAt(contextTime) {
    return computePlanPosition(this.plan, contextTime);
  }
}

// In the middle of what both pieces have.
function findSeam(piece, next) {
  return (piece.endsMs + next.beginsMs) / 2;
}

function fadeOut({ source, gain, from }, at) {
  if (from >= at) {
    source.stop();
    source.disconnect();
    return;
  }
  gain.gain.cancelScheduledValues(at);
  gain.gain.setValueAtTime(1, at);
  gain.gain.linearRampToValueAtTime(0, at + FADE_S);
  source.stop(at + FADE_S);
}
