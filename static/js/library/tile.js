// One thing on the shelf as a tile: an album, an artist, a genre or a decade.

import { drawCover } from "../core/covers.js";
import { part, setText } from "../core/dom.js";
import { formatCount } from "../core/format.js";

// `item` is null where it is on its way.
export function fillTile(tile, item) {
  const [button, name] = [tile.querySelector(".tile"), item ? nameItem(item) : ""];
  tile.classList.toggle("is-waiting", !item);
  tile.classList.toggle("is-artist", Boolean(item) && isArtist(item));
  drawCover(tile.querySelector(".cover"), item && { artist: "", ...item });
  setText(part(tile, "title"), name);
  button.title = name;
  setText(part(tile, "line"), item ? describeItem(item) : "");
  if (item) button.removeAttribute("aria-label");
  else button.setAttribute("aria-label", "Not here yet");
}

export function isAlbum({ uri }) {
  return uri.startsWith("library:album:");
}

export function isArtist({ uri }) {
  return uri.startsWith("library:artist:");
}

// Genres are kept in small letters.
export function nameItem(item) {
  const isName = isAlbum(item) || isArtist(item);
  return isName ? item.title : item.title.charAt(0).toUpperCase() + item.title.slice(1);
}

export function describeItem(item) {
  if (isAlbum(item)) return [item.artist, item.year].filter(Boolean).join(" · ");
  return formatCount(item.albums, "album", "albums");
}
