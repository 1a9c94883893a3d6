// The heart beside what plays: keep this song for oneself. Nobody else sees it.

import { onAction, part, show } from "../core/dom.js";
import { catchRefusal } from "../core/refusal.js";
import { showRefusal } from "../core/refusal_display.js";
import { fetchFavouriteUris, isFavourite, keepFavourite } from "./favourites.js";

export function mountFavouriteButton(root, store) {
  const button = part(root, "like");
  let known = new Set();

  store.subscribe((state, before) => {
    const isBack = state.connection.status !== before.connection.status && state.connection.status === "open";
    if (isBack) ask(); // What was changed elsewhere meanwhile was told to nobody here.
    draw(state);
  });
  onAction(root, "like", () => {
    const { song } = store.state().nest;
    const isKept = !isFavourite(song.trackid, known, store.state());
    setPressed(button, isKept, song);
    showRefusal(button, keepFavourite(song.trackid, isKept).catch((refusal) => {
      draw(store.state());
      throw refusal;
    }));
  });
  ask();

  async function ask() {
    known = (await catchRefusal(fetchFavouriteUris())) ?? known;
    draw(store.state());
  }

  function draw(state) {
    const song = state.nest?.song;
    show(button, Boolean(song));
    if (song) setPressed(button, isFavourite(song.trackid, known, state), song);
  }
}

function setPressed(button, isPressed, { title }) {
  button.setAttribute("aria-pressed", String(isPressed));
  button.setAttribute("aria-label", `Keep ${title} among your favourites`);
  button.title = isPressed ? "Among your favourites" : "Keep among your favourites";
}
