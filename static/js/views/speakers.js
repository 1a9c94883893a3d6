// Where it sounds, for music that is heard on an account of one's own: this page, or a device of theirs.

import { fillConnect } from "../accounts.js";
import { clone, onAction, part, reconcile, setText, show } from "../dom.js";
import { placeNear } from "../popovers.js";
import { sentenceOf } from "../refusals.js";
import { accountFor, isConnected } from "../sounding.js";

const HERE = { id: "here", name: "This browser", kind: "" };
const NOWHERE = { id: "nowhere", name: "Nowhere", kind: "Stop listening" };

// `account` is the player of players/spotify.js; null where the house has none.
export function mountSpeakers(root, store, account) {
  if (!root) return { choose: () => {}, open: () => {} };
  let devices = [];
  let opener = null;

  store.subscribe((state, before) => {
    if (["own", "accounts", "nest"].some((name) => state[name] !== before[name])) render();
  });
  onAction(root, "choose-speaker", (button) => choose(button.closest("li").dataset.key));
  onAction(document.body, "speakers", open);
  root.addEventListener("toggle", ({ newState }) => {
    opener?.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "closed" && root.contains(document.activeElement)) opener?.focus();
  });

  function open(button) {
    opener = button;
    root.showPopover();
    render();
    placeNear(root, button);
    root.querySelector("button:not([hidden])")?.focus();
    if (isConnected(accountFor(store.state()))) look();
  }

  async function look() {
    try {
      ({ devices } = await account.devices());
      setText(part(root, "note"), devices.length ? "" : "No other device of yours is switched on.");
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      setText(part(root, "note"), sentenceOf(refusal));
    }
    render();
    if (opener) placeNear(root, opener);
  }

  // Inside a gesture where it is this page, so that the browser lets it sound.
  async function choose(id = HERE.id) {
    if (root.matches(":popover-open")) root.hidePopover();
    store.set({ own: { ...store.state().own, isComing: true, refused: "" } });
    try {
      if (id === NOWHERE.id) await account.leave();
      else await account.follow(id === HERE.id ? null : id);
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      store.set({ own: { ...store.state().own, isComing: false, refused: sentenceOf(refusal) } });
    }
  }

  function render() {
    if (!root.matches(":popover-open")) return;
    const state = store.state();
    const mine = accountFor(state);
    const connected = isConnected(mine);
    reconcile(part(root, "devices"), connected ? choices(state) : [], {
      key: ({ id }) => id,
      make: () => clone("speaker-template"),
      update: (row, device) => fill(row, device, isChosen(device, state)),
    });
    show(part(root, "connect"), Boolean(mine) && !connected);
    if (!mine || connected) return;
    fillConnect(part(root, "connect"), mine, part(root, "connect-label"));
    setText(part(root, "note"), mine.warning || why(mine));
  }

  function choices({ own }) {
    const others = devices.filter(({ id }) => id !== account.hereId());
    const lost = own?.following && !isHere(own) && !others.some(({ id }) => id === own.device_id);
    const followed = lost ? [{ id: own.device_id, name: own.device, kind: "Not seen just now" }] : [];
    return [HERE, ...others, ...followed, ...(own?.following ? [NOWHERE] : [])];
  }

  function isChosen({ id }, { own }) {
    if (!own?.following) return false;
    return isHere(own) ? id === HERE.id : id === own.device_id;
  }

  function isHere(own) {
    return own.device_id === account.hereId();
  }

  return { choose, open };
}

function why({ title }) {
  return `Everyone hears this on a ${title} account of their own. Without one you still see, vote, queue and jam.`;
}

function fill(row, { name, kind, is_restricted: isRestricted }, isChosen) {
  const button = row.firstElementChild;
  setText(part(row, "name"), name);
  setText(part(row, "kind"), isRestricted ? "Cannot be played from here" : kind);
  show(part(row, "kind"), Boolean(isRestricted || kind));
  button.disabled = Boolean(isRestricted);
  button.setAttribute("aria-pressed", String(isChosen));
}
