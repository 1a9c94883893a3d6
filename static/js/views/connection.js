// A quiet line while the connection is away; the music goes on.

import { part, setText, show } from "../dom.js";

const PATIENCE_MS = 700; // A blip is not worth a word.

export function mountConnection(root, store) {
  let waiting = null;
  store.subscribe(({ connection }, before) => {
    if (connection.status === before.connection.status && waiting !== null) return;
    clearTimeout(waiting);
    waiting = null;
    if (connection.status !== "lost") return show(root, false);
    waiting = setTimeout(() => {
      setText(part(root, "sentence"), sentence(store.state()));
      show(root, true);
    }, PATIENCE_MS);
  });
}

function sentence({ device }) {
  return device.listening === "on"
    ? "Connection lost. The music goes on; we are reconnecting."
    : "Connection lost. We are reconnecting.";
}
