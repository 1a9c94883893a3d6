// Search is the way in: results while typing, Enter adds the first, Ctrl-Enter adds and goes on.
// Of pasted addresses is shown what they stand for, before it is added; what nobody can read is
// named. Albums, artists and one's own playlists open as their songs, with a way back.

import { addSongs } from "../commands.js";
import { onAction, part, setText, show } from "../dom.js";
import { describe, find, hasOwn, isThing, kindOf, nameOf, open, read } from "../finding.js";
import { counted } from "../format.js";
import { linesOf, refusalsOf } from "../pasting.js";
import { lengthsOf } from "../players/lengths.js";
import { say, sentenceOf } from "../refusals.js";
import { createResultList } from "../resultlist.js";
import { isResting } from "../resultrow.js";
import { mayPlayAgain } from "../rights.js";
import { titleOf } from "../sources.js";

const PAUSE_MS = 250;

export function mountSearch(root, store, send) {
  const [box, panel, note] = ["box", "panel", "note"].map((name) => part(root, name));
  const list = createResultList(part(root, "results"), box, store.state);
  let kind = "track";
  let pastedText = null; // as it was pasted, with its lines, which a field of one line runs together
  let opened = null; // an album, artist or playlist, with what was found beside it
  let waiting = null;
  let question = null; // the AbortController of the one under way
  let answered = "";

  store.subscribe((state, before) => {
    if (state.nest) invite(box, state.nest.nest);
    const isNew = state.nest?.queue !== before.nest?.queue || state.nest?.song !== before.nest?.song;
    if (isNew || state.playedRecently !== before.playedRecently) showPlaces();
    show(part(root, "own"), hasOwn(state));
  });
  box.addEventListener("input", typed);
  box.addEventListener("paste", pasted);
  box.addEventListener("focus", () => {
    if (box.value.trim()) reveal(true);
  });
  box.addEventListener("keydown", pressed);
  root.addEventListener("keydown", (event) => event.key === "Escape" && escape(event));
  part(root, "kinds").addEventListener("change", ({ target }) => lookFor(target.value));
  onAction(root, "pick", (row) => pick(row, { goOn: true }));
  onAction(root, "back", goBack);
  onAction(root, "close-search", () => {
    leave();
    document.activeElement.blur();
  });
  onAction(root, "add-all", () => addAll({ goOn: true }));
  document.addEventListener("pointerdown", (event) => root.contains(event.target) || reveal(false));
  root.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) reveal(false);
  });

  function typed() {
    clearTimeout(waiting);
    const words = box.value.trim();
    if (!words) return clear();
    if (pastedText !== null || opened) forget();
    if (linesOf(words)) pastedText = words;
    if (list.results().length === 0) showBones();
    reveal(true);
    waiting = setTimeout(() => look(words), PAUSE_MS);
  }

  // A field of one line would run the pasted ones together.
  function pasted(event) {
    const lines = linesOf(event.clipboardData.getData("text/plain"));
    if (!lines) return;
    event.preventDefault();
    forget();
    box.value = lines.join(" ");
    pastedText = lines.join("\n");
    showBones();
    reveal(true);
    look(box.value.trim());
  }

  function lookFor(wanted) {
    clearTimeout(waiting);
    kind = wanted;
    forget();
    showBones();
    look(box.value.trim());
  }

  async function look(words) {
    showHead();
    const isAnswered = await answer((how) => (pastedText === null ? find(words, kind, how) : read(pastedText, how)));
    if (isAnswered) answered = words;
  }

  // Whatever was asked before is not waited for any more.
  async function answer(asking) {
    question?.abort();
    question = new AbortController();
    try {
      const found = await asking(question);
      render(found.results);
      setText(note, found.note);
      return true;
    } catch (fault) {
      if (fault.name === "AbortError") return false;
      if (!fault.error) throw fault;
      render([]);
      setText(note, fault.message);
      return false;
    }
  }

  function openThing(thing) {
    opened = { thing, results: list.results(), note: note.textContent };
    showHead();
    showBones();
    return answer((how) => open(thing, how));
  }

  function goBack(_, press) {
    const { thing, ...before } = opened;
    question?.abort();
    opened = null;
    // The pressed button is about to go, and Escape has to be heard here still; a finger wants no
    // keyboard on its screen.
    if (press?.detail) panel.focus({ preventScroll: true });
    else box.focus();
    showHead();
    render(before.results);
    setText(note, before.note);
    list.chooseOf(thing);
  }

  // What is looked for, or what is open and the way back.
  function showHead() {
    show(part(root, "kinds"), !opened && pastedText === null);
    show(part(root, "opened"), opened !== null);
    const of = opened ? `Songs of ${opened.thing.title}` : `${nameOf(kind)} found`;
    list.label(of);
    for (const choice of part(root, "kinds").elements) choice.checked = choice.value === kind;
    if (!opened) return;
    setText(part(root, "back-to"), nameOf(kindOf(opened.thing)));
    setText(part(root, "opened-title"), opened.thing.title);
    setText(part(root, "opened-by"), describe(opened.thing));
  }

  function render(found) {
    list.render(found);
    show(part(root, "keys"), pastedText === null);
    const opens = found.some(isThing);
    setText(part(root, "enter-does"), opens ? "opens the first" : "adds the first");
    show(part(root, "enter-more"), !opens);
    countMissing();
  }

  // How many could still be added with one press.
  function countMissing() {
    const count = list.missing().length;
    show(part(root, "all"), count > 1);
    setText(part(root, "all-count"), String(count));
  }

  function showPlaces() {
    list.showPlaces();
    countMissing();
  }

  function showBones() {
    list.showBones();
    setText(note, "");
    show(part(root, "all"), false);
  }

  function pressed(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && list.results().length) {
      event.preventDefault();
      list.step(steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      enter({ goOn: event.ctrlKey || event.metaKey });
    }
  }

  // One step at a time: out of what is open, then out of the search.
  function escape(event) {
    if (!panel.hidden) event.preventDefault();
    if (opened && !panel.hidden) return goBack();
    if (event.target !== box) box.focus();
    else if (panel.hidden || !box.value) box.blur();
    box.value = "";
    clear();
  }

  // Enter before the results of these very words are there waits for them.
  async function enter(how) {
    const words = box.value.trim();
    if (!words) return;
    if (answered !== words) {
      clearTimeout(waiting);
      await look(words);
    }
    if (pastedText !== null && !list.hasChoice()) return addAll({ goOn: how.goOn || list.hasStrange() });
    const row = list.chosenRow();
    if (row) pick(row, how);
  }

  function pick(row, how) {
    const result = list.of(row);
    if (result && isThing(result)) openThing(result);
    else add([row], how);
  }

  function addAll(how) {
    const missing = list.missing();
    add(missing.length ? missing : list.rows(), how);
  }

  async function add(rows, { goOn }) {
    const asked = list.open(rows);
    if (asked.length === 0) return;
    const uris = asked.map((row) => row.dataset.key);
    asked.forEach((row) => row.classList.add("is-adding"));
    try {
      const again = asked.length === 1 && isResting(asked[0]) && mayPlayAgain(store.state());
      const { rejected = [] } = await send(addSongs(uris, await lengthsOf(uris), again));
      tell(asked, refusalsOf(uris, rejected), goOn);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      if (asked.length === 1) complain(asked[0], refusal);
      else setText(note, sentenceOf(refusal));
    } finally {
      asked.forEach((row) => row.classList.remove("is-adding"));
      countMissing();
    }
  }

  function tell(asked, { byUri, others }, goOn) {
    for (const row of asked) {
      const refusal = byUri.get(row.dataset.key);
      if (refusal) complain(row, refusal);
      else row.classList.add("is-added");
    }
    if (others.length) setText(note, `${counted(others.length, "song was", "songs were")} not taken: ${sentenceOf(others[0])}`);
    else if (pastedText !== null || opened) setText(note, "");
    const isDone = byUri.size + others.length === 0;
    const isPasted = pastedText !== null && !list.hasStrange() && list.missing().length === 0;
    if (isDone && (isPasted || !goOn)) leave();
    else if (asked.length === 1 && byUri.size === 0) box.select();
  }

  function complain(row, refusal) {
    if (row.isConnected && !panel.hidden) setText(part(row, "refusal"), sentenceOf(refusal));
    else say(box, sentenceOf(refusal));
  }

  function leave() {
    box.value = "";
    clear();
  }

  // The next search begins with songs again.
  function clear() {
    clearTimeout(waiting);
    kind = "track";
    forget();
    showHead();
    reveal(false);
  }

  function forget() {
    question?.abort();
    answered = "";
    pastedText = null;
    opened = null;
    list.clear();
    setText(note, "");
    show(part(root, "all"), false);
  }

  function reveal(isOpen) {
    show(panel, isOpen);
    box.setAttribute("aria-expanded", String(isOpen));
    root.classList.toggle("is-open", isOpen);
  }
}

function invite(box, { catalogue }) {
  const isElsewhere = catalogue === document.body.dataset.ownProvider;
  const words = isElsewhere ? `Search ${titleOf(catalogue)}, or paste a link` : "Search, or paste a link";
  if (box.placeholder !== words) box.placeholder = words;
}
