// One song as decoded pieces on the clock of an AudioContext, kept on its timeline: by rates that
// nobody hears, or by a cut where that would take too long.

import { pause } from "../core/pause.js";
import { median } from "./context_clock.js";
import { PieceBuffer } from "./piece_buffer.js";
import { choosePlanCorrection, createPlan } from "./playback_plan.js";
import { SOON_S, VoiceSchedule } from "./voice_schedule.js";

const SOON_MS = SOON_S * 1_000;
const JOIN_MS = 150; // How long it takes until a piece is there, where that is known already.
const SAMPLES = 20; // A second of looks: the clocks' noise, and nothing that is heard, goes away in it.
const SAMPLES_TO_CUT = 6;
const SURELY_OFF_MS = 20; // Nothing that a few looks could be wrong about.
const COOL_MS = 1_000; // After a cut the error is measured anew before anything else is done.
const MOST_TRIES = 400;
const LOOK_MS = 50;
const AIM = 1.3;

// `trim()` is how late this device sounds, in ms; `open` as of PieceBuffer.
export class BufferPlayer {
  #speaker;
  #clock;
  #trim;
  #buffer;
  #schedule;
  #errors = [];
  #calmUntil = 0;
  #attempt = 0; // Whatever awaits stops when another start or stop came in between.

  constructor({ speaker, clock, trim, open }) {
    [this.#speaker, this.#clock, this.#trim] = [speaker, clock, trim];
    this.#buffer = new PieceBuffer({ speaker, clock, open });
    this.#schedule = new VoiceSchedule(speaker);
  }

  load(address) {
    this.stop();
    return this.#buffer.load(address);
  }

  close() {
    this.stop();
    this.#buffer.close();
  }

  // Begins wherever the timeline is as soon as that part is there. On a line that is too slow for the
  // recording it aims further ahead each time, and what has arrived is kept. Throws a Refusal.
  async start(expected) {
    const mine = ++this.#attempt;
    const buffer = this.#buffer;
    buffer.forgetFault();
    let ahead = JOIN_MS;
    if (!buffer.holds(expected() + SOON_MS)) buffer.seek(expected() + ahead);
    for (let tries = 0; tries < MOST_TRIES && !buffer.holds(expected() + SOON_MS); tries += 1) {
      const began = this.#clock.local();
      await buffer.fill(this.#position(), true);
      if (mine !== this.#attempt) return;
      if (buffer.fault) throw buffer.fault;
      if (buffer.isOver(expected())) return;
      if (buffer.beginsAfter(expected() + SOON_MS)) await pause(LOOK_MS);
      ahead = Math.max(ahead, (this.#clock.local() - began) * AIM);
      if (buffer.endsBefore(expected() + SOON_MS)) buffer.seek(expected() + ahead);
    }
    if (mine === this.#attempt) this.#begin(expected);
  }

  // Cuts over to the timeline at a moment that is very near.
  #begin(expected) {
    const at = this.#speaker.now() + SOON_S;
    this.#cutTo(createPlan(at, expected() + this.#speaker.localTimeOf(at) - this.#clock.local() + this.#trim()));
  }

  // Begins at 0 at the moment when `untilMs()` reaches zero.
  async startWhen(untilMs) {
    this.#attempt += 1;
    const at = this.#speaker.contextTimeAt(this.#clock.local() + untilMs() - this.#trim());
    this.#cutTo(createPlan(at, 0));
    await this.#buffer.fill(this.#position());
  }

  #cutTo(plan) {
    this.#schedule.cutTo(plan);
    this.#errors = [];
    this.#calmUntil = this.#clock.local() + COOL_MS;
    this.#schedule.book(this.#buffer);
  }

  // Looks once where the sound is and corrects it; true if only a new start can.
  follow(expected) {
    if (!this.#schedule.plan) return true;
    this.#buffer.fill(this.#position());
    this.#buffer.dropBefore(this.#position(), this.#schedule.soundingPiece());
    this.#schedule.book(this.#buffer);
    if (!this.isSounding()) return this.#clock.local() > this.#calmUntil;

    if (this.#speaker.contextTimeAt(this.#clock.local()) < this.#schedule.plan.context) return false;
    this.#errors = [...this.#errors, this.measurePosition() - expected()].slice(-SAMPLES);
    if (this.#errors.length < SAMPLES_TO_CUT || this.#clock.local() < this.#calmUntil) return false;
    return this.#correct(expected, median(this.#errors));
  }

  #correct(expected, error) {
    const { cut, rate } = choosePlanCorrection(error, this.#schedule.plan.rate);
    const isSure = this.#errors.length === SAMPLES;
    if (cut && (isSure || Math.abs(error) > SURELY_OFF_MS)) return this.#recut(expected);
    if (!cut && isSure && rate !== this.#schedule.plan.rate && this.#schedule.turn(rate)) this.#errors = [];
    return false;
  }

  #recut(expected) {
    if (!this.#buffer.holds(expected() + SOON_MS)) return true;
    this.#begin(expected);
    return false;
  }

  stop() {
    this.#attempt += 1;
    this.#schedule.stop();
    this.#errors = [];
  }

  rewind() {
    this.stop();
    if (!this.isLoaded()) return;
    this.#buffer.seek(0);
    this.#buffer.fill(this.#position());
  }

  // The position that is heard now, in ms.
  measurePosition() {
    return this.#schedule.positionAt(this.#speaker.contextTimeAt(this.#clock.local())) - this.#trim();
  }

  // The position that is rendered now; undefined in silence.
  #position() {
    return this.#schedule.plan ? this.#schedule.positionAt(this.#speaker.now()) : undefined;
  }

  isSounding() {
    return this.#schedule.isSounding();
  }

  isOver(position) {
    return this.#buffer.isOver(position);
  }

  isStarved() {
    return this.#buffer.isStarved();
  }

  isLoaded() {
    return this.#buffer.isLoaded();
  }

  arrivesInMs() {
    return this.#buffer.arrivesInMs();
  }

  isReady() {
    return this.#buffer.pieces.length > 0;
  }

  // How far it is ahead of its timeline, in ms; null before that is known.
  errorMs() {
    return this.#errors.length >= SAMPLES_TO_CUT ? median(this.#errors) : null;
  }

  setLoudness(loudness) {
    this.#schedule.setLoudness(loudness);
  }
}
