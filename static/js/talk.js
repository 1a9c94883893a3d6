// What people say about one song: a quiet thread and a line to add to it.

import { commentsOf } from "./cheers.js";
import { addComment } from "./commands.js";
import { clone, part, reconcile, setText, show } from "./dom.js";
import { drawFace } from "./faces.js";
import { asTimeOfDay } from "./format.js";
import { explain } from "./refusals.js";

const LONGEST = 280;
const COUNT_FROM = 40; // So many characters before the end one wants to know.

// `songNow()` gives the row the words belong to, or undefined once it is gone.
export function createTalk(store, send, songNow) {
  const talk = clone("talk-template");
  const [form, list] = [part(talk, "form"), part(talk, "comments")];
  const field = form.elements.text;
  let drawn = null;

  field.addEventListener("input", count);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text) say(text);
  });

  function say(text) {
    const { song_id: songId } = songNow();
    const words = { song_id: songId, text, at_ms: Date.now() };
    const saying = (change) => store.set({ saying: change(store.state().saying) });
    form.reset();
    count();
    saying((others) => [...others, words]);
    explain(field, send(addComment(songId, text)).catch(giveBack)).then(() =>
      saying((others) => others.filter((other) => other !== words)),
    );

    function giveBack(refusal) {
      if (!field.value) field.value = text;
      count();
      throw refusal;
    }
  }

  function count() {
    const left = LONGEST - field.value.length;
    setText(part(talk, "left"), left <= COUNT_FROM ? String(left) : "");
  }

  function render(state) {
    const song = songNow();
    if (!song) return;
    const comments = commentsOf(song, state);
    if (drawn?.length === comments.length && drawn.every((one, at) => one === comments[at])) return;
    const follows = isAtEnd(list);
    drawn = comments;
    show(part(talk, "nothing"), comments.length === 0);
    field.setAttribute("aria-label", `Say something about ${song.title}`);
    reconcile(list, comments, {
      key: (comment) => `${comment.email} ${comment.text} ${comment.isWaiting ? "…" : comment.at_ms}`,
      make: () => clone("comment-template"),
      update: fill,
    });
    if (follows) list.scrollTop = list.scrollHeight;
  }

  return { element: talk, render, focus: () => field.focus({ preventScroll: true }) };
}

function isAtEnd(list) {
  return list.scrollHeight - list.scrollTop - list.clientHeight < 24;
}

function fill(row, comment) {
  drawFace(row.querySelector(".face"), comment);
  setText(part(row, "name"), comment.name);
  setText(part(row, "text"), comment.text);
  setText(part(row, "time"), comment.isWaiting ? "" : asTimeOfDay(comment.at_ms));
  row.classList.toggle("is-waiting", Boolean(comment.isWaiting));
}
