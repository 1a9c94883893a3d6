// This page as one of the listener's devices: it asks to be the one that sounds, and is silent as soon
// as another one is.

import { chooseSpeaker } from "../core/commands.js";
import { catchRefusal } from "../core/refusal.js";
import { findSpeakerPlace } from "../playback/speaker_place.js";

const CLAIMABLE = new Set(["nowhere", "free", "gone"]);

export class ActiveSpeaker {
  #store;
  #player;
  #send;
  #register;
  #isKnown; // The promise that the server knows this device.
  #wants = false; // To sound, as soon as it may.
  #isSilenced = false; // Another device has taken over.
  #asking = null; // The promise of an answer that is under way.
  #answered = { epoch: null, rev: 0 }; // My own revision at which the last answer is seen, in its epoch.
  #askedAbout = null; // What was known when this page last asked by itself: it asks once.

  // `register()` makes this device known; `send` as of core/socket.js.
  constructor({ store, player, send, register }) {
    [this.#store, this.#player, this.#send, this.#register] = [store, player, send, register];
    this.#isKnown = catchRefusal(register());
    store.subscribe((state, before) => {
      const isNew = ["nest", "connection", "preferences"].some((name) => state[name] !== before[name]);
      if (isNew || state === before) this.#look();
    });
  }

  // Inside a gesture: from now on it sounds here and nowhere else. Throws a Refusal.
  listen() {
    const { nest } = this.#store.state();
    this.#wants = true;
    this.#isSilenced = false;
    const isHere = nest && findSpeakerPlace(this.#store.state()) === "here";
    const answer = isHere ? null : this.#ask();
    this.#player.listen();
    return answer;
  }

  // Where nobody pressed anything: only if no other device sounds.
  resume() {
    this.#wants = true;
    this.#player.resume();
    this.#look();
  }

  stop() {
    const { nest } = this.#store.state();
    const isHere = nest?.mine.speaker && findSpeakerPlace(this.#store.state()) === "here";
    this.#wants = false;
    this.#player.stop();
    if (isHere) catchRefusal(this.#send(chooseSpeaker(null))); // Whoever listens next is not held up by this one.
  }

  isListening() {
    return this.#player.isListening();
  }

  // Resolves when what was asked for is decided.
  async settled() {
    await this.#asking;
  }

  #look() {
    const state = this.#store.state();
    const { nest, connection, here, epoch } = state;
    if (!here || !nest || connection.status !== "open") return;
    const isAnswerToCome = epoch === this.#answered.epoch && nest.mine.rev < this.#answered.rev;
    if (this.#asking || isAnswerToCome) return;

    const place = findSpeakerPlace(state);
    if (place === "elsewhere") return this.#silence();
    if (place === "nowhere" && this.#isSilenced) this.#wants = false; // Where it sounded it was stopped.
    if (this.#wants && this.#isSilenced) this.#player.resume();
    this.#isSilenced = false;
    if (!this.#wants || !CLAIMABLE.has(place) || this.#askedAbout === nest.mine) return;
    this.#askedAbout = nest.mine;
    catchRefusal(this.#ask(true));
  }

  #silence() {
    if (!this.#wants) return;
    this.#isSilenced = true;
    if (this.#player.isListening()) this.#player.stop();
  }

  #ask(ifFree = false) {
    const answer = this.#choose(ifFree);
    const settled = catchRefusal(answer).then(() => {
      if (this.#asking !== settled) return;
      this.#asking = null;
      this.#look();
    });
    this.#asking = settled;
    return answer;
  }

  async #choose(ifFree) {
    const { device, tab } = this.#store.state().here;
    const choose = () => this.#send(chooseSpeaker(device, tab, ifFree));
    await this.#isKnown;
    const { own_rev: rev } = await choose().catch(async (refusal) => {
      if (refusal.error !== "device_not_found") throw refusal;
      await this.#register(); // It has been forgotten meanwhile.
      return choose();
    });
    this.#answered = { epoch: this.#store.state().epoch, rev };
  }
}
