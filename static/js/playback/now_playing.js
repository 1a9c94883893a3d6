// What plays now: cover, title, artist, who added it.

import { drawCover } from "../core/covers.js";
import { MOTION_MS, animate, part, setText, show } from "../core/dom.js";
import { drawAvatar } from "../listeners/avatars.js";
import { linkToProvider, nameProvider } from "../core/provider_links.js";

export function mountNowPlaying(root, store) {
  store.subscribe((state, before) => {
    const [song, previous] = [shownSong(state), shownSong(before)];
    const isSame = song === previous && Boolean(state.nest) === Boolean(before.nest);
    if (state !== before && isSame && state.nest?.song === before.nest?.song) return;
    render(root, state, song);
    if (previous && song?.song_id !== previous.song_id) appear(root);
  });
}

function shownSong({ nest }) {
  return nest?.song ?? nest?.last_song ?? null;
}

function render(root, { nest, you }, song) {
  root.classList.toggle("is-empty", nest !== null && !song);
  root.classList.toggle("is-waiting", nest === null);
  root.classList.toggle("is-silent", Boolean(song) && !nest.song);
  drawCover(part(root, "cover"), song, { big: true });
  if (!nest) return; // What the server has written stands until the nest has told more.
  setText(part(root, "title"), song ? song.title : "Nothing playing");
  setText(part(root, "artist"), song ? song.artist : "");
  show(part(root, "explicit"), Boolean(song?.explicit));
  showSource(part(root, "source"), song);
  show(part(root, "lyrics-button"), Boolean(nest.song?.lyrics));
  show(part(root, "adder"), Boolean(song));
  if (song) showAdder(root, song, you);
}

// Where the song lives, for those that come from elsewhere.
function showSource(link, song) {
  const page = song ? linkToProvider(song.trackid) : null;
  show(link, page !== null);
  if (!page) return link.removeAttribute("href");
  link.href = page;
  setText(link, nameProvider(song.src));
  link.setAttribute("aria-label", `${song.title} at ${nameProvider(song.src)}`);
}

function showAdder(root, song, you) {
  const adder = { id: song.user, name: song.user_name, picture: song.user_picture };
  drawAvatar(part(root, "adder-face"), adder);
  setText(part(root, "adder-name"), song.user === you.id ? "you" : song.user_name);
}

function appear(root) {
  const from = { opacity: 0, transform: "translateY(8px)" };
  animate(root.querySelector(".now-playing-text"), [from, { opacity: 1, transform: "none" }]);
  animate(part(root, "cover"), [{ opacity: 0.2 }, { opacity: 1 }], { duration: MOTION_MS * 2 });
}
