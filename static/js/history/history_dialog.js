// What played: search it, queue it again, take it home. It grows as one scrolls.

import { addSongs } from "../core/commands.js";
import { drawCover } from "../core/covers.js";
import { openOnAction } from "../core/dialogs.js";
import { clone, onAction, part, reconcile, setText } from "../core/dom.js";
import { formatDayAndTime, isolateDirection } from "../core/format.js";
import { Refusal, catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { mayPlayAgain } from "../core/rights.js";
import { describeQueuePlace, describeRest, describeUnwelcome, findRest } from "../queue/song_rules.js";
import { HistoryPages } from "./history_pages.js";

const PAUSE_MS = 250;
const ADDED_MS = 4_000;

export function mountHistoryDialog(dialog, store, send) {
  const form = part(dialog, "form");
  const pages = new HistoryPages();
  let waiting = null;

  openOnAction(dialog, "history", begin);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(begin, PAUSE_MS);
  });
  onAction(dialog, "again", (button) => addAgain(dialog, button, pages.find(keyOf(button)), store, send));
  watchEnd(dialog, () => !pages.isWhole && more());
  store.subscribe((state, before) => {
    if (dialog.open && mayHaveChanged(state, before)) render(dialog, pages.plays, state);
  });

  function begin() {
    const { q: words, scope } = Object.fromEntries(new FormData(form));
    pages.begin({ words, scope, me: store.state().you?.id ?? "" });
    part(dialog, "scroll").scrollTop = 0;
    more();
  }

  async function more() {
    const isNew = await catchRefusal(pages.fetchMore(), ({ message }) => setText(part(dialog, "note"), message));
    if (isNew) render(dialog, pages.plays, store.state());
  }
}

function watchEnd(dialog, onEnd) {
  const watcher = new window.IntersectionObserver(([end]) => end.isIntersecting && onEnd(), {
    root: part(dialog, "scroll"),
    rootMargin: "400px",
  });
  watcher.observe(part(dialog, "end"));
}

function render(dialog, plays, state) {
  setText(part(dialog, "note"), plays.length ? "" : explainEmpty(part(dialog, "form")));
  reconcile(part(dialog, "plays"), plays, {
    key: (play) => play.id,
    make: () => clone("play-template"),
    update: (row, play) => fillPlay(row, play, state),
  });
}

function addAgain(dialog, button, play, store, send) {
  const row = button.closest(".row");
  const insists = findRest(play, store.state()) !== null && mayPlayAgain(store.state());
  const answer = send(addSongs([play.uri], {}, insists)).then(({ rejected = [] }) => {
    if (rejected.length) throw new Refusal(rejected[0]);
    row.classList.add("is-added");
    setText(part(dialog, "note"), `Queued “${play.title}” again.`);
    setTimeout(() => {
      row.classList.remove("is-added");
      setText(part(dialog, "note"), "");
    }, ADDED_MS);
  });
  return showRefusal(button, answer);
}

function keyOf(button) {
  return button.closest(".row").dataset.key;
}

function explainEmpty(form) {
  return form.elements.q.value.trim() ? "Nothing that played has these words." : "Nothing has played yet.";
}

function namePlayer({ auto, user, user_name: name }, { you }) {
  if (auto) return "Bender";
  return user === you.id ? "you" : name;
}

function fillPlay(row, play, state) {
  drawCover(row.querySelector(".cover"), { ...play, img: play.image });
  setText(part(row, "title"), play.title);
  setText(part(row, "line"), `${isolateDirection(play.artist)} · ${isolateDirection(namePlayer(play, state))}`);
  setText(part(row, "when"), formatDayAndTime(play.started_ms));
  fillAgain(row, play, state);
}

// What waits already, has to rest or is not played here says so, as where one searches; its button is for
// whoever may insist.
function fillAgain(row, play, state) {
  const closed = describeQueuePlace(play.uri, state.nest) || describeUnwelcome(play, state.nest.nest);
  const rest = closed ? null : findRest(play, state);
  const insists = rest !== null && mayPlayAgain(state);
  row.classList.toggle("is-resting", closed !== "" || (rest !== null && !insists));
  setText(part(row, "rests"), closed || (rest ? describeRest(rest, insists) : ""));
  part(row, "again").setAttribute("aria-label", `Queue ${play.title} again${insists ? " anyway" : ""}`);
  part(row, "again").title = insists ? "Play it again anyway" : "";
}

function mayHaveChanged(state, before) {
  return state.playedRecently !== before.playedRecently || state.artistsHeard !== before.artistsHeard || state.nest !== before.nest;
}
