// What played: search it, queue it again, take it home. It grows as one scrolls.

import { ask } from "../api.js";
import { addSongs } from "../commands.js";
import { drawCover } from "../covers.js";
import { opensWith } from "../dialogs.js";
import { clone, onAction, part, reconcile, setText } from "../dom.js";
import { asDayAndTime, asTimeOfDay, isolated } from "../format.js";
import { explain } from "../refusals.js";
import { welcomeAt } from "../repeats.js";
import { mayPlayAgain } from "../rights.js";

const PAGE = 40;
const PAUSE_MS = 250;
const ADDED_MS = 4_000;

export function mountHistory(dialog, store, send) {
  const form = part(dialog, "ask");
  let plays = [];
  let isWhole = true; // Nothing older is known to be there.
  let question = null;
  let waiting = null;

  opensWith(dialog, "history", begin);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(begin, PAUSE_MS);
  });
  onAction(dialog, "again", again);
  const watcher = new window.IntersectionObserver(([end]) => end.isIntersecting && !isWhole && more(), {
    root: part(dialog, "scroll"),
    rootMargin: "400px",
  });
  watcher.observe(part(dialog, "end"));
  store.subscribe((state, before) => {
    if (dialog.open && state.playedRecently !== before.playedRecently) render();
  });

  function begin() {
    plays = [];
    part(dialog, "scroll").scrollTop = 0;
    more();
  }

  async function more() {
    isWhole = true; // One page at a time.
    question?.abort();
    question = new AbortController();
    try {
      const { plays: found } = await ask(`/api/history?${wanted()}`, question);
      plays = [...plays, ...found];
      isWhole = found.length < PAGE;
      render();
    } catch (fault) {
      if (fault.name === "AbortError") return;
      if (!fault.error) throw fault;
      setText(part(dialog, "note"), fault.message);
    }
  }

  function wanted() {
    const { q, scope } = Object.fromEntries(new FormData(form));
    const where = {
      here: { nest: window.NEST_CODE },
      mine: { user: store.state().you?.email ?? "" },
      all: {},
    };
    const words = q.trim() ? { q: q.trim() } : {};
    const before = plays.length ? { before: plays.at(-1).started_ms } : {};
    return new URLSearchParams({ ...where[scope], ...words, ...before, limit: PAGE });
  }

  function render() {
    setText(part(dialog, "note"), plays.length ? "" : nothing(form));
    reconcile(part(dialog, "plays"), plays, {
      key: (play) => play.id,
      make: () => clone("play-template"),
      update: (row, play) => fill(row, play, store.state()),
    });
  }

  function again(button) {
    const row = button.closest(".row");
    const play = plays.find(({ id }) => String(id) === row.dataset.key);
    const insists = welcomeAt(play.uri, store.state()) !== null && mayPlayAgain(store.state());
    const answer = send(addSongs([play.uri], {}, insists)).then(({ rejected = [] }) => {
      if (rejected.length) throw rejected[0];
      row.classList.add("is-added");
      setText(part(dialog, "note"), `Queued “${play.title}” again.`);
      setTimeout(() => {
        row.classList.remove("is-added");
        setText(part(dialog, "note"), "");
      }, ADDED_MS);
    });
    explain(button, answer);
  }
}

function nothing(form) {
  return form.elements.q.value.trim() ? "Nothing that played has these words." : "Nothing has played yet.";
}

function nameOf({ auto, user }, { you, nest }) {
  if (auto) return "Bender";
  if (user === you.email) return "you";
  return nest.listeners.find(({ email }) => email === user)?.name ?? user.split("@")[0];
}

function fill(row, play, state) {
  drawCover(row.querySelector(".cover"), { ...play, img: play.image });
  setText(part(row, "title"), play.title);
  setText(part(row, "line"), `${isolated(play.artist)} · ${isolated(nameOf(play, state))}`);
  setText(part(row, "when"), asDayAndTime(play.started_ms));
  offer(row, play, state);
}

// What has just played says until when it rests, and gives its button only to who may insist.
function offer(row, play, state) {
  const welcome = welcomeAt(play.uri, state);
  const may = mayPlayAgain(state);
  row.classList.toggle("is-resting", welcome !== null && !may);
  setText(part(row, "rests"), welcome !== null && !may ? `again from ${asTimeOfDay(welcome)}` : "");
  const anyway = welcome !== null && may ? " anyway" : "";
  part(row, "again").setAttribute("aria-label", `Queue ${play.title} again${anyway}`);
  part(row, "again").title = anyway ? "Play it again anyway" : "";
}
