// The words of the song over its cover: they follow the music, and wait where somebody scrolls by hand.

import { seek } from "../core/commands.js";
import { onAction, part, prefersStillness, setText, show } from "../core/dom.js";
import { loadStyle } from "../core/load_later.js";
import { catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { mayControl } from "../core/rights.js";
import { hintForEveryone } from "../playback/everyone_hint.js";
import { FollowedLyrics } from "./followed_lyrics.js";

const BY_HAND = ["wheel", "touchmove", "keydown"];
const LEFT_ALONE_MS = 6_000; // So long it stays where somebody has scrolled to.

export function mountLyricsPanel(root, store, send, clock) {
  loadStyle(part(root, "lyrics"));
  const panel = new LyricsPanel(root, store, send, clock);

  onAction(root, "lyrics", () => panel.toggle());
  onAction(root, "sing-from", (line) => panel.seek(line));
  root.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && target.closest("[data-part=lyrics], [data-action=lyrics]")) panel.close();
  });
  store.subscribe((state, before) => {
    if (state.nest?.song !== before.nest?.song || state.nest?.dj !== before.nest?.dj) panel.render();
    if (state.nest?.playback !== before.nest?.playback) panel.follow();
  });
}

class LyricsPanel {
  #root;
  #store;
  #send;
  #panel;
  #button;
  #list;
  #lyrics;
  #isWanted = false; // It comes back with the next song that has words.
  #leftAloneUntil = 0;

  constructor(root, store, send, clock) {
    [this.#root, this.#store, this.#send] = [root, store, send];
    [this.#panel, this.#button, this.#list] = ["lyrics", "lyrics-button", "lines"].map((name) => part(root, name));
    this.#lyrics = new FollowedLyrics(store, clock, {
      show: (lines, isTimed) => this.#showLines(lines, isTimed),
      mark: (index) => this.#markLine(index),
    });
    const leaveAlone = () => (this.#leftAloneUntil = performance.now() + LEFT_ALONE_MS);
    BY_HAND.forEach((sign) => this.#list.addEventListener(sign, leaveAlone, { passive: true }));
  }

  toggle() {
    this.#isWanted = !this.#isWanted;
    const comments = part(this.#root, "comments-panel");
    if (this.#isWanted && !comments.hidden) part(this.#root, "comments-button").click();
    this.render();
    if (this.#isWanted) this.#panel.scrollIntoView({ block: "nearest", behavior: behaviour() });
  }

  close() {
    this.#isWanted = false;
    this.render();
    this.#button.focus();
  }

  render() {
    const state = this.#store.state();
    const song = state.nest?.song;
    const isShown = this.#isWanted && Boolean(song?.lyrics);
    show(this.#panel, isShown);
    this.#button.setAttribute("aria-expanded", String(isShown));
    if (!isShown) return void this.#lyrics.open(null);
    this.#list.classList.toggle("may-seek", song.lyrics === "timed" && mayControl(state));
    this.#list.setAttribute("aria-label", `Lyrics of ${song.title}`);
    return catchRefusal(this.#lyrics.open(song), ({ message }) => this.#showNote(message));
  }

  follow() {
    this.#lyrics.follow();
  }

  seek(line) {
    if (!this.#list.classList.contains("may-seek") || String(document.getSelection())) return;
    this.#leftAloneUntil = 0;
    const answer = this.#send(seek(Number(line.dataset.atMs)));
    showRefusal(line, answer.then(() => hintForEveryone(line, "Moved")));
  }

  #showNote(text) {
    show(part(this.#panel, "note"), text !== "");
    setText(part(this.#panel, "note"), text);
  }

  #showLines(lines, isTimed) {
    this.#showNote("");
    this.#leftAloneUntil = 0;
    this.#list.classList.toggle("is-timed", isTimed);
    this.#list.replaceChildren(...lines.map(makeLine));
    this.#list.scrollTop = 0;
  }

  #markLine(index) {
    const before = this.#list.querySelector("[aria-current]");
    before?.removeAttribute("aria-current");
    const line = this.#list.children[index] ?? this.#list.firstElementChild;
    if (index >= 0) line.setAttribute("aria-current", "true");
    if (performance.now() < this.#leftAloneUntil) return;
    const top = line.offsetTop - (this.#list.clientHeight - line.offsetHeight) / 2;
    this.#list.scrollTo({ top, behavior: before ? behaviour() : "auto" });
  }
}

// No buttons: a press is a short cut to the slider, and who walks by keyboard passes all lines at once.
function makeLine({ at_ms: at, text }) {
  const line = document.createElement("li");
  line.dir = "auto";
  setText(line, text);
  if (at === null) return line;
  line.dataset.atMs = at;
  line.dataset.action = "sing-from";
  return line;
}

function behaviour() {
  return prefersStillness() ? "auto" : "smooth";
}
