// A quiet line while the connection is away; the music goes on. And one when the nest has lost what
// it knew, and begins anew.

import { part, setText, show } from "../core/dom.js";

const PATIENCE_MS = 700; // A blip is not worth a word.
const REBUILT_FOR_MS = 12_000;
const REBUILT = "This nest was rebuilt, and what was queued here is lost. Add a song to begin anew.";

export function mountConnectionNotice(root, store) {
  let waiting = null;
  const say = (words) => {
    setText(part(root, "sentence"), words);
    show(root, true);
  };
  store.subscribe(({ connection, epoch }, before) => {
    if (before.epoch !== null && epoch !== before.epoch) {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(root, false), REBUILT_FOR_MS);
      return say(REBUILT);
    }
    if (connection.status === before.connection.status && waiting !== null) return;
    clearTimeout(waiting);
    waiting = null;
    if (connection.status !== "lost") return show(root, false);
    waiting = setTimeout(() => say(describeLoss(store.state())), PATIENCE_MS);
  });
}

function describeLoss({ device }) {
  return device.listening === "on"
    ? "Connection lost. The music goes on; we are reconnecting."
    : "Connection lost. We are reconnecting.";
}
