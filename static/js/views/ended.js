// The connection ended for good: why, and where to go.

import { part, setText, show } from "../dom.js";

const HOME = { label: "Back to Main Nest", href: () => "/" };
const AGAIN = { label: "Come back in", href: () => location.href };
const SIGN_IN = {
  label: "Sign in",
  href: () => `/sign-in/?next=${encodeURIComponent(location.pathname)}`,
};

const REASONS = {
  4001: ["Sign in to listen", "You are not signed in here any more.", SIGN_IN],
  4002: ["No nest here", "There is no nest with this code. It may have been gone for a while.", HOME],
  4003: ["Not open to you", "Whoever built this nest decides who may come in, and has not let you in yet.", HOME],
  4004: ["This nest has flown", "It has come to its end. Its code will not be used again.", HOME],
  4005: ["This nest is closed", "It was taken down just now. Its code will not be used again.", HOME],
  4008: ["Too much at once", "This page sent far too many messages, or you have too many of them open.", AGAIN],
  4010: ["You are banned here", "You cannot come back into this nest.", HOME],
  4011: ["You were asked to leave", "Somebody who looks after this nest sent you out. You may come back.", AGAIN],
  4012: ["Signed out", "Your sign-in has ended while you were here.", SIGN_IN],
};

export function mountEnded(root, store) {
  store.subscribe(({ connection }, before) => {
    if (connection === before.connection || connection.status !== "ended") return;
    const [title, sentence, way] = REASONS[connection.code];
    setText(part(root, "title"), title);
    setText(part(root, "sentence"), sentence);
    setText(part(root, "way"), way.label);
    part(root, "way").href = way.href();
    document.getElementById("room").inert = true;
    show(root, true);
    part(root, "way").focus();
  });
}
