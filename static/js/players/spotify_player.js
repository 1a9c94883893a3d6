// This page as a device of the listener's own account. The server starts, pauses and seeks it, as
// it does with any other device of theirs; here it is only opened, and asked how it goes.

import { getJson, postJson } from "../core/api.js";
import { Refusal, catchRefusal } from "../core/refusal.js";

const ASK_EVERY_MS = 4_000;
const NAME = "Andre, in this browser";
const NEVER_READY_MS = 15_000;
const DEVICE_KEY = "andre.own_device";
const PRESS = "The browser waits for a press before it plays.";
const FAULTS = ["initialization_error", "authentication_error", "account_error"];

export class SpotifyPlayer {
  #provider;
  #sdkUrl;
  #nest;
  #store;
  #player = null;
  #hereId = localStorage.getItem(DEVICE_KEY); // This page's device, also that of the visit before.
  #isFollowing = false;
  #volume = 1;

  constructor({ provider, sdkUrl, nest, store }) {
    [this.#provider, this.#sdkUrl, this.#nest, this.#store] = [provider, sdkUrl, nest, store];
    setInterval(() => this.#isFollowing && this.#askStatus(), ASK_EVERY_MS);
  }

  // Without a device: this page itself. Throws a Refusal.
  async follow(device = null) {
    const id = device ?? (await this.#open());
    if (device === null) this.#rememberDevice(id);
    await this.#transfer(id);
  }

  // Throws a Refusal.
  async leave() {
    this.#player?.disconnect();
    this.#player = null;
    await this.#transfer(null);
  }

  // At once after loading: whoever followed before goes on doing so, and the page opens anew.
  async comeBack() {
    await this.#askStatus();
    const { own } = this.#store.state();
    if (!own?.following || own.device_id !== this.#hereId) return;
    await catchRefusal(this.follow(), ({ message }) => this.#showRefused(message));
  }

  // Inside a gesture, so that the browser lets it sound. Resolves to the id of its device.
  async #open() {
    this.#player?.disconnect();
    await loadSdk(this.#sdkUrl);
    const player = new window.Spotify.Player({
      name: NAME,
      getOAuthToken: (give) => this.#fetchToken().then(give),
      volume: this.#volume,
    });
    this.#player = player;
    player.activateElement();
    return new Promise((ready, failed) => {
      setTimeout(() => failed(makeRefusal("Spotify's player did not start.")), NEVER_READY_MS);
      player.addListener("ready", ({ device_id: id }) => ready(id));
      for (const kind of FAULTS) player.addListener(kind, ({ message }) => failed(makeRefusal(message)));
      player.addListener("autoplay_failed", () => this.#showRefused(PRESS));
      player.connect();
    });
  }

  async #fetchToken() {
    const { access_token: token } = await postJson(`/api/${this.#provider}/token`);
    return token;
  }

  #rememberDevice(id) {
    this.#hereId = id;
    localStorage.setItem(DEVICE_KEY, id);
  }

  async #transfer(id) {
    this.#show(await postJson(`/api/${this.#provider}/transfer`, { device_id: id, nest: this.#nest }));
  }

  async #askStatus() {
    const query = new URLSearchParams({ nest: this.#nest });
    const status = await catchRefusal(getJson(`/api/${this.#provider}/status?${query}`));
    if (status) this.#show(status);
  }

  #show(status) {
    this.#isFollowing = status.following;
    this.#store.set({ own: { ...status, provider: this.#provider, refused: "" } });
  }

  #showRefused(sentence) {
    this.#store.set({ own: { ...this.#store.state().own, refused: sentence } });
  }

  hereId() {
    return this.#hereId;
  }

  // Throws a Refusal.
  devices() {
    return getJson(`/api/${this.#provider}/devices`);
  }

  isFollowing() {
    return this.#isFollowing;
  }

  setVolume(share) {
    this.#volume = share;
    this.#player?.setVolume(share);
  }
}

function loadSdk(url) {
  if (window.Spotify) return Promise.resolve();
  return new Promise((ready, failed) => {
    window.onSpotifyWebPlaybackSDKReady = ready;
    const script = document.createElement("script");
    script.src = url;
    script.onerror = () => failed(makeRefusal("Spotify's player cannot be reached."));
    document.head.append(script);
  });
}

function makeRefusal(message) {
  return new Refusal({ error: "unavailable", message });
}
