// The connection ended for good: why, and where to go.

import { part, setText, show } from "../core/dom.js";

const HOME = { label: "Back to Main Nest", href: () => "/" };
const LOBBY = { label: "To all nests", href: () => "/lobby" };
const START = { label: "To the start", href: () => "/sign-in/" };
const AGAIN = { label: "Come back in", href: () => location.href };
const ASK = { label: "Ask to come in", href: () => `/nest/${window.NEST_CODE}/door` };
const SIGN_IN = {
  label: "Sign in",
  href: () => `/sign-in/?next=${encodeURIComponent(location.pathname)}`,
};

const BANNED = 4010;

const REASONS = {
  4001: ["Sign in to listen", "You are not signed in here any more.", SIGN_IN],
  4002: ["No nest here", "There is no nest with this code. It may have been gone for a while.", HOME],
  4003: ["Not open to you", "Whoever built this nest decides who may come in, and has not let you in yet.", ASK],
  4004: ["This nest has flown", "It has come to its end. Its code will not be used again.", HOME],
  4005: ["This nest is closed", "It was taken down just now. Its code will not be used again.", HOME],
  4008: ["Too much at once", "This page sent far too many messages, or you have too many of them open.", AGAIN],
  4010: ["You are banned here", "You cannot come back into this nest, unless a moderator lifts the ban."],
  4011: ["You were asked to leave", "Somebody who looks after this nest sent you out. You may come back.", AGAIN],
  4014: ["Thanks for listening", "Your visit here has ended. Ask for the invitation again to come back.", START],
  4015: ["Now in another browser", "Your visit goes on there: one at a time has it.", { label: "Listen here instead", href: () => "/join/again" }],
  4012: ["Signed out", "Your sign-in has ended while you were here.", SIGN_IN],
};

export function mountEndedNotice(root, store) {
  store.subscribe(({ connection, sentOut }, before) => {
    if (connection === before.connection || connection.status !== "ended") return;
    const code = sentOut?.banned ? BANNED : connection.code;
    const [title, sentence] = REASONS[code];
    const way = code === BANNED ? wayElsewhere() : REASONS[code][2];
    const reason = sentOut?.reason ?? "";
    setText(part(root, "reason"), `“${reason}”`);
    show(part(root, "reason"), reason !== "");
    setText(part(root, "title"), title);
    setText(part(root, "sentence"), sentence);
    setText(part(root, "link"), way.label);
    part(root, "link").href = way.href();
    document.getElementById("main").inert = true;
    show(root, true);
    part(root, "link").focus();
  });
}

// Who is banned cannot go back to where they are banned from, and a guest is in no other nest.
function wayElsewhere() {
  const { classList, dataset } = document.body;
  if (classList.contains("is-guest")) return START;
  return dataset.isMainNest === "true" ? LOBBY : HOME;
}
