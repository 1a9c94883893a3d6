// Search is the way in: results while typing, Enter adds the first, Ctrl-Enter adds and goes on.

import { ask } from "../api.js";
import { addSongs } from "../commands.js";
import { drawCover } from "../covers.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { asMinutes } from "../format.js";
import { say, sentenceOf } from "../refusals.js";

const PAUSE_MS = 250;
const BONES = 4;

export function mountSearch(root, store, send) {
  const [box, panel, list] = [part(root, "box"), part(root, "panel"), part(root, "results")];
  let results = [];
  let chosen = -1;
  let waiting = null;
  let question = null; // the AbortController of the one under way
  let answered = "";

  box.addEventListener("input", typed);
  box.addEventListener("focus", () => {
    if (box.value.trim()) reveal(true);
    if (matchMedia("(max-width: 759px)").matches) root.scrollIntoView({ block: "start" });
  });
  box.addEventListener("keydown", pressed);
  onAction(root, "pick", (row) => add(row, { goOn: true }));
  document.addEventListener("pointerdown", (event) => root.contains(event.target) || reveal(false));
  root.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) reveal(false);
  });

  function typed() {
    clearTimeout(waiting);
    const words = box.value.trim();
    if (!words) return clear();
    if (results.length === 0) showBones();
    reveal(true);
    waiting = setTimeout(() => look(words), PAUSE_MS);
  }

  async function look(words) {
    question?.abort();
    question = new AbortController();
    try {
      const { results: found, late = [] } = await ask(`/api/search?q=${encodeURIComponent(words)}`, question);
      answered = words;
      render(found);
      setText(part(root, "note"), note(found, late, words));
    } catch (fault) {
      if (fault.name === "AbortError") return;
      if (!fault.error) throw fault;
      render([]);
      setText(part(root, "note"), fault.message);
    }
  }

  function render(found) {
    results = found;
    list.querySelectorAll(".skeleton").forEach((bone) => bone.remove());
    reconcile(list, results, {
      key: (track) => track.uri,
      make: () => clone("result-template"),
      update: fill,
    });
    choose(-1);
  }

  function fill(row, track, index) {
    row.id = `result-${index}`;
    row.dataset.action = "pick";
    drawCover(row.querySelector(".cover"), track);
    setText(part(row, "title"), track.title);
    setText(part(row, "artist"), [track.artist, track.album].filter(Boolean).join(" · "));
    setText(part(row, "length"), asMinutes(track.duration_ms));
  }

  function showBones() {
    list.replaceChildren(...Array.from({ length: BONES }, () => clone("result-skeleton")));
    setText(part(root, "note"), "");
  }

  function pressed(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && results.length) {
      event.preventDefault();
      choose((chosen + steps[event.key] + results.length + (chosen < 0 && steps[event.key] < 0)) % results.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter({ goOn: event.ctrlKey || event.metaKey });
    } else if (event.key === "Escape") {
      if (!panel.hidden) event.preventDefault();
      if (panel.hidden || !box.value) box.blur();
      clear();
      box.value = "";
    }
  }

  // Enter before the results of these very words are there waits for them.
  async function enter(how) {
    const words = box.value.trim();
    if (!words) return;
    if (answered !== words) {
      clearTimeout(waiting);
      await look(words);
    }
    const row = list.children[Math.max(chosen, 0)];
    if (results.length && row) add(row, how);
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    const row = list.children[index];
    row?.scrollIntoView({ block: "nearest" });
    if (row) box.setAttribute("aria-activedescendant", row.id);
    else box.removeAttribute("aria-activedescendant");
  }

  async function add(row, { goOn }) {
    const track = results.find(({ uri }) => uri === row.dataset.key);
    if (!track || row.classList.contains("is-adding")) return;
    row.classList.add("is-adding");
    setText(part(row, "refusal"), "");
    try {
      const { rejected = [] } = await send(addSongs([track.uri]));
      if (rejected.length) throw rejected[0];
      row.classList.add("is-added");
      if (goOn) box.select();
      else leave();
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      if (row.isConnected && !panel.hidden) setText(part(row, "refusal"), sentenceOf(refusal));
      else say(box, sentenceOf(refusal));
    } finally {
      row.classList.remove("is-adding");
    }
  }

  function leave() {
    box.value = "";
    clear();
  }

  function clear() {
    clearTimeout(waiting);
    question?.abort();
    answered = "";
    results = [];
    chosen = -1;
    list.replaceChildren();
    setText(part(root, "note"), "");
    reveal(false);
  }

  function reveal(open) {
    show(panel, open);
    box.setAttribute("aria-expanded", String(open));
    root.classList.toggle("is-open", open);
  }
}

function note(found, late, words) {
  if (late.length) return `${late.join(" and ")} did not answer in time.`;
  return found.length ? "" : `Nothing found for “${words}”. Fewer letters find more.`;
}
