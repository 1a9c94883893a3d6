// What is open under the rows of the queue: threads of comments, and why a song stands where it stands.

import { getJson } from "../core/api.js";
import { part, setText, show } from "../core/dom.js";
import { showRefusal } from "../core/refusal_display.js";
import { CommentThread } from "../reactions/comments.js";
import { explainPlace } from "./queue_explanation.js";
import { readPlace, readShownQueue } from "./queue_order.js";

export class OpenThreads {
  #store;
  #send;
  #threads = new Map(); // song id -> the thread under its row

  constructor(store, send) {
    [this.#store, this.#send] = [store, send];
  }

  toggle(row, song) {
    const panel = part(row, "comments-panel");
    const isOpen = !this.#threads.delete(song.song_id);
    panel.replaceChildren();
    if (isOpen) this.#open(panel, song);
    show(panel, isOpen);
    part(row, "comments-button").setAttribute("aria-expanded", String(isOpen));
    this.#threads.get(song.song_id)?.focus();
  }

  #open(panel, song) {
    const thread = new CommentThread(this.#store, this.#send, () => find(this.#store.state(), song.song_id));
    this.#threads.set(song.song_id, thread);
    panel.append(thread.element);
    thread.render(this.#store.state());
  }

  render(state) {
    this.#threads.forEach((thread, songId) => {
      if (find(state, songId)) thread.render(state);
      else this.#threads.delete(songId);
    });
  }
}

export class OpenExplanations {
  #store;
  #rows;
  #people = new Map(); // song id -> everyone's airtime, for the rows that explain themselves

  // `rows` is the list whose children have their song's id as data-key.
  constructor(store, rows) {
    [this.#store, this.#rows] = [store, rows];
  }

  async toggle(row, songId) {
    const isOpen = !this.#people.delete(songId);
    if (isOpen) this.#people.set(songId, []);
    const button = part(row, "why");
    show(part(row, "reasons"), isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const answer = await showRefusal(button, getJson(`/api/nests/${window.NEST_CODE}/fairness`));
    if (!answer || !this.#people.has(songId)) return;
    this.#people.set(songId, answer.people);
    this.render(this.#store.state());
  }

  render(state) {
    const shown = new Map(state.nest ? readShownQueue(state).map((song) => [song.song_id, song]) : []);
    this.#people.forEach((people, songId) => {
      if (shown.has(songId)) this.#fill(shown.get(songId), readPlace(songId, state, people));
      else this.#people.delete(songId);
    });
  }

  #fill(song, standing) {
    const row = this.#rows.querySelector(`[data-key="${song.song_id}"]`);
    const [airtime, place] = explainPlace(song, standing);
    setText(part(row, "airtime"), airtime);
    setText(part(row, "place"), place);
  }
}

function find({ nest }, songId) {
  return nest?.queue.find((song) => song.song_id === songId);
}
