// This page as a device of the listener's own account. The server starts, pauses and seeks it, as
// it does with any other device of theirs; here it is only opened, and asked how it goes.

import { ask, post } from "../api.js";

const ASK_EVERY_MS = 4_000;
const NAME = "Andre, in this browser";
const NEVER_READY_MS = 15_000;
const HERE_KEY = "andre.own_device";
const PRESS = "The browser waits for a press before it plays.";

export function createOwnPlayer({ provider, sdkUrl, nest, store }) {
  let player = null;
  let here = localStorage.getItem(HERE_KEY); // This page's device, also that of the visit before.
  let following = false;
  let volume = 1;

  // Inside a gesture, so that the browser lets it sound.
  async function open() {
    player?.disconnect();
    await loaded(sdkUrl);
    player = new window.Spotify.Player({ name: NAME, getOAuthToken: giveToken, volume });
    player.activateElement();
    return new Promise((ready, failed) => {
      setTimeout(() => failed(trouble("Spotify's player did not start.")), NEVER_READY_MS);
      player.addListener("ready", ({ device_id: id }) => ready(id));
      for (const kind of ["initialization_error", "authentication_error", "account_error"]) {
        player.addListener(kind, ({ message }) => failed(trouble(message)));
      }
      player.addListener("autoplay_failed", () => refused(PRESS));
      player.connect();
    });
  }

  async function giveToken(give) {
    const { access_token: token } = await post(`/api/${provider}/token`);
    give(token);
  }

  // Without a device: this page itself. Throws a refusal with a sentence.
  async function follow(device = null) {
    const id = device ?? (await open());
    if (device === null) keep(id);
    told(await post(`/api/${provider}/transfer`, { device_id: id, nest }));
  }

  function keep(id) {
    here = id;
    localStorage.setItem(HERE_KEY, id);
  }

  async function leave() {
    player?.disconnect();
    player = null;
    told(await post(`/api/${provider}/transfer`, { device_id: null, nest }));
  }

  // At once after loading: whoever followed before goes on doing so, and the page opens anew.
  async function comeBack() {
    await look();
    const { own } = store.state();
    if (!own?.following || own.device_id !== here) return;
    try {
      await follow();
    } catch (refusal) {
      if (!refusal.error) throw refusal;
      refused(refusal.message);
    }
  }

  async function look() {
    try {
      told(await ask(`/api/${provider}/status?${new URLSearchParams({ nest })}`));
    } catch (refusal) {
      if (!refusal.error) throw refusal;
    }
  }

  function told(status) {
    following = status.following;
    store.set({ own: { ...status, provider, refused: "" } });
  }

  function refused(sentence) {
    store.set({ own: { ...store.state().own, refused: sentence } });
  }

  setInterval(() => following && look(), ASK_EVERY_MS);
  return {
    follow,
    leave,
    comeBack,
    hereId: () => here,
    devices: () => ask(`/api/${provider}/devices`),
    isFollowing: () => following,
    setVolume: (share) => {
      volume = share;
      player?.setVolume(share);
    },
  };
}

function loaded(url) {
  if (window.Spotify) return Promise.resolve();
  return new Promise((ready, failed) => {
    window.onSpotifyWebPlaybackSDKReady = ready;
    const script = document.createElement("script");
    script.src = url;
    script.onerror = () => failed(trouble("Spotify's player cannot be reached."));
    document.head.append(script);
  });
}

function trouble(message) {
  return Object.assign(new Error(message), { error: "unavailable", message });
}
