// One message: who, when, the song it is about, and its words, with those who are mentioned marked.

import { part, setText, show } from "../core/dom.js";
import { formatDayAndTime } from "../core/format.js";
import { drawAvatar } from "../listeners/avatars.js";
import { splitMentions } from "./mentions.js";

const drawn = new WeakMap(); // row -> what it shows

// `names`: id -> name of everybody who is known; `songs`: ids of those that one can be led to.
export function fillMessage(row, message, { names, songs, you }) {
  const mentioned = message.mentions.filter((id) => names.has(id)).map((id) => names.get(id));
  const leads = songs.has(message.song?.song_id);
  const shows = `${mentioned.join("\n")} ${leads}`;
  if (drawn.get(row) === shows) return;
  drawn.set(row, shows);

  drawAvatar(row.querySelector(".avatar"), message);
  setText(part(row, "name"), message.name);
  setText(part(row, "time"), formatDayAndTime(message.at_ms));
  fillSong(row, message.song, leads);
  part(row, "text").replaceChildren(...splitMentions(message.text, mentioned).map(makePiece));
  const isForMe = message.mentions.includes(you.id);
  row.classList.toggle("is-for-me", isForMe);
  row.classList.toggle("is-mine", message.id === you.id);
  show(part(row, "for-me"), isForMe);
}

function fillSong(row, song, leads) {
  show(part(row, "song"), Boolean(song) && leads);
  show(part(row, "song-gone"), Boolean(song) && !leads);
  if (!song) return;
  setText(part(row, "song-title"), song.title);
  setText(part(row, "song-gone"), `About ${song.title}`);
  part(row, "song").dataset.songId = song.song_id;
}

function makePiece({ text, mention }) {
  const piece = document.createElement(mention ? "strong" : "span");
  piece.textContent = text;
  return piece;
}
