// "A list of what you hear": connect a service by a token, see how it stands, disconnect it.

import { beginConsent, connectService, disconnectService, fetchScrobbling } from "../accounts/scrobbling.js";
import { clone, onAction, part, reconcile, setText, show } from "../core/dom.js";
import { formatCount } from "../core/format.js";
import { showRefusal, showRefusalIn } from "../core/refusal_display.js";

export function mountScrobbling(dialog, store) {
  const list = part(dialog, "scrobbling");
  const note = (text) => setText(part(dialog, "scrobbling-note"), text);
  const titleOf = (row) => store.state().scrobbling.find(({ service }) => service === row.dataset.key).title;
  store.subscribe((state, before) => {
    if (state.scrobbling !== before.scrobbling) render(dialog, list, state.scrobbling);
  });
  onAction(document.body, "preferences", () => {
    note("");
    fetchScrobbling(store);
  });
  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    note("");
    const row = event.target.closest("li");
    if (!(await connect(store, event.target, row))) return;
    note(`What you hear goes to ${titleOf(row)} from now on.`);
    part(row, "disconnect").focus();
  });
  onAction(list, "disconnect-service", (button) => {
    const row = button.closest("li");
    const done = disconnectService(store, row.dataset.key).then(() => {
      note(`${titleOf(row)} is told nothing any more, and its token is gone from here.`);
      part(row, "connect-label").focus();
    });
    showRefusal(button, done);
  });
}

// Where no token is brought, the first press makes one to be allowed, and the second is for afterwards.
// Resolves to whether it is connected.
async function connect(store, form, row) {
  const { token } = form.elements;
  const isBrought = !token.hidden;
  const begins = !isBrought && !token.value;
  const answer = begins ? begin(row, token) : connectService(store, row.dataset.key, token.value.trim());
  const isDone = await showRefusalIn(part(row, "refusal"), answer);
  if (begins) return false;
  if (isDone || !isBrought) askAnew(row, form);
  return isDone;
}

async function begin(row, token) {
  const begun = await beginConsent(row.dataset.key);
  token.value = begun.token;
  part(row, "allow").href = begun.url;
  show(part(row, "allow"), true);
  setText(part(row, "connect-label"), "I have allowed it");
  part(row, "allow").focus();
}

function askAnew(row, form) {
  form.reset();
  show(part(row, "allow"), false);
  setText(part(row, "connect-label"), "Connect");
}

function render(dialog, list, services) {
  show(part(dialog, "scrobbling-section"), services.length > 0);
  reconcile(list, services, { key: ({ service }) => service, make: () => clone("scrobbling-template"), update: fillRow });
}

function fillRow(row, { title, state, name, waiting, token_url: url }) {
  setText(part(row, "title"), title);
  setText(part(row, "state"), describe(state, name, waiting));
  show(part(row, "disconnect"), state !== "none");
  part(row, "disconnect").setAttribute("aria-label", `Disconnect ${title}`);
  show(part(row, "form"), state !== "connected");
  show(part(row, "help"), state !== "connected" && Boolean(url));
  const { token } = part(row, "form").elements;
  token.setAttribute("aria-label", `User token of ${title}`);
  token.required = Boolean(url);
  show(token, Boolean(url));
  setText(part(row, "allow"), `Allow Andre at ${title}`);
  if (url) part(row, "link").href = url;
}

function describe(state, name, waiting) {
  const waits = waiting ? `, ${formatCount(waiting, "song waits", "songs wait")} to be told` : "";
  if (state === "connected") return `Connected as ${name || "you"}${waits}`;
  if (state === "ended") return `It takes your token no longer; please connect it again${waits}`;
  return "Not connected";
}
