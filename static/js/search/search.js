// Search is the way in: results while typing, Enter adds the first, Ctrl-Enter adds and goes on.
// Of pasted addresses is shown what they stand for, before it is added; what nobody can read is
// named. Albums, artists and one's own playlists open as their songs, with a way back.

import { onAction, part, show } from "../core/dom.js";
import { nameProvider } from "../core/provider_links.js";
import { addResults } from "./add_results.js";
import { splitAddresses } from "./pasted_links.js";
import { SearchPanel } from "./search_panel.js";
import { hasOwnPlaylists, isCollection } from "./search_results.js";
import { SearchSession } from "./search_session.js";

const PAUSE_MS = 250;
const SHOWN_OF_NEST = ["queue", "song", "proposals", "nest"]; // What rows say of their songs.
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export function mountSearch(root, store, send) {
  const search = new Search(root, store, send);
  const box = part(root, "box");

  store.subscribe((state, before) => {
    if (state.nest) invite(root, box, state.nest.nest);
    const isNew = SHOWN_OF_NEST.some((name) => state.nest?.[name] !== before.nest?.[name]);
    if (isNew || state.playedRecently !== before.playedRecently) search.panel.showPlaces();
    show(part(root, "own"), hasOwnPlaylists(state));
  });
  box.addEventListener("input", () => search.read());
  box.addEventListener("paste", (event) => search.paste(event));
  box.addEventListener("focus", () => box.value.trim() && search.panel.reveal(true));
  box.addEventListener("keydown", (event) => search.press(event));
  root.addEventListener("keydown", (event) => event.key === "Escape" && search.escape(event));
  part(root, "kinds").addEventListener("change", ({ target }) => search.lookFor(target.value));
  onAction(root, "pick", (row) => search.pick(row, { goOn: true }));
  onAction(root, "back", (_, press) => search.goBack(press.detail > 0));
  onAction(root, "add-all", () => search.addAll({ goOn: true }));
  onAction(root, "close-search", () => {
    search.leave();
    document.activeElement.blur();
  });
  document.addEventListener("pointerdown", ({ target }) => root.contains(target) || search.panel.reveal(false));
  root.addEventListener("focusout", ({ relatedTarget: next }) => {
    if (next && !root.contains(next)) search.panel.reveal(false);
  });
}

class Search {
  #box;
  #store;
  #send;
  #session = new SearchSession();
  #waiting = null;

  constructor(root, store, send) {
    [this.#box, this.#store, this.#send] = [part(root, "box"), store, send];
    this.panel = new SearchPanel(root, this.#box, store.state);
  }

  // Something was typed.
  read() {
    clearTimeout(this.#waiting);
    const words = this.#words();
    if (!words) return this.#clear();
    if (this.#session.isPasted() || this.#session.opened) this.#forget();
    this.#session.takePasted(words);
    if (this.panel.list.results.length === 0) this.panel.showSkeleton();
    this.panel.reveal(true);
    this.#waiting = setTimeout(() => this.#look(words), PAUSE_MS);
    return null;
  }

  // A field of one line would run the pasted ones together.
  paste(event) {
    const text = event.clipboardData.getData("text/plain");
    const lines = splitAddresses(text);
    if (!lines) return;
    event.preventDefault();
    this.#forget();
    this.#box.value = lines.join(" ");
    this.#session.takePasted(text);
    this.panel.reveal(true);
    this.#lookAnew();
  }

  lookFor(kind) {
    clearTimeout(this.#waiting);
    this.#session.kind = kind;
    this.#forget();
    this.#lookAnew();
  }

  #lookAnew() {
    this.panel.showSkeleton();
    this.#look(this.#words());
  }

  async #look(words) {
    this.panel.showHead(this.#session);
    const answer = await this.#session.look(words);
    if (answer) this.panel.showResults(answer, this.#session);
  }

  async #open(collection) {
    const shown = { results: this.panel.list.results, note: this.panel.note };
    const opening = this.#session.open(collection, shown);
    this.panel.showHead(this.#session);
    this.panel.showSkeleton();
    const answer = await opening;
    if (answer) this.panel.showResults(answer, this.#session);
  }

  goBack(isPointed) {
    const { collection, ...before } = this.#session.close();
    // The pressed button is about to go, and Escape has to be heard here still; a finger wants no
    // keyboard on its screen.
    if (isPointed) this.panel.focus();
    else this.#box.focus();
    this.panel.showHead(this.#session);
    this.panel.showResults(before, this.#session);
    this.panel.list.chooseResult(collection);
  }

  press(event) {
    if (event.key in STEPS && this.panel.list.results.length) {
      event.preventDefault();
      this.panel.list.step(STEPS[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#enter({ goOn: event.ctrlKey || event.metaKey });
    }
  }

  // One step at a time: out of what is open, then out of the search.
  escape(event) {
    const { isOpen } = this.panel;
    if (isOpen) event.preventDefault();
    if (this.#session.opened && isOpen) return this.goBack(false);
    if (event.target !== this.#box) this.#box.focus();
    else if (!isOpen || !this.#box.value) this.#box.blur();
    return this.leave();
  }

  // Enter before the results of these very words are there waits for them.
  async #enter({ goOn }) {
    const words = this.#words();
    if (!words) return;
    if (this.#session.answered !== words) {
      clearTimeout(this.#waiting);
      await this.#look(words);
    }
    const { list } = this.panel;
    if (this.#session.isPasted() && !list.hasChoice()) return this.addAll({ goOn: goOn || list.hasUnmatched() });
    const row = list.chosenRow();
    if (row) this.pick(row, { goOn });
  }

  pick(row, { goOn }) {
    const result = this.panel.list.resultOf(row);
    if (result && isCollection(result)) this.#open(result);
    else this.#add([row], goOn);
  }

  addAll({ goOn }) {
    const missing = this.panel.list.findMissing();
    this.#add(missing.length ? missing : this.panel.list.rows(), goOn);
  }

  async #add(rows, goOn) {
    const asked = this.panel.list.findAddable(rows);
    if (asked.length === 0) return;
    const isMany = this.#session.isPasted() || this.#session.opened;
    if (isMany) this.panel.showNote("");
    const how = { panel: this.panel, box: this.#box, store: this.#store, send: this.#send };
    const isTaken = await addResults(asked, how);
    if (isTaken && (!goOn || this.#isAllPastedTaken())) this.leave();
    else if (isTaken && asked.length === 1) this.#box.select();
  }

  #isAllPastedTaken() {
    const { list } = this.panel;
    return this.#session.isPasted() && !list.hasUnmatched() && list.findMissing().length === 0;
  }

  leave() {
    this.#box.value = "";
    this.#clear();
  }

  #clear() {
    clearTimeout(this.#waiting);
    this.#session.reset();
    this.panel.clear();
    this.panel.showHead(this.#session);
    this.panel.reveal(false);
  }

  #forget() {
    this.#session.forget();
    this.panel.clear();
  }

  #words() {
    return this.#box.value.trim();
  }
}

function invite(root, box, { catalogue }) {
  const isElsewhere = catalogue === document.body.dataset.ownProvider;
  show(part(root, "library"), !isElsewhere);
  const words = isElsewhere ? `Search ${nameProvider(catalogue)}, or paste a link` : "Search, or paste a link";
  if (box.placeholder !== words) box.placeholder = words;
}
