// Whether and where a nest sounds for this listener: a function of what the page knows.

import { isOurs } from "../core/provider_links.js";
import { describeSpeaker, soundsElsewhere } from "./speaker_place.js";

const PLAYED_HERE = new Set(["library", "subsonic", "jellyfin", "youtube"]);
const CONNECTED = new Set(["connected", "ending"]);
const IN_STEP_MS = 30;
const TOO_SLOW = "No sound yet: this line is slower than the recording";
const SAYS_WHY = new Set(["trouble", "held"]);

// The account of mine that what plays here is heard on; null where pages play it by themselves.
export function findAccount({ nest, accounts }) {
  const source = nest?.song?.src ?? nest?.nest.catalogue;
  return accounts?.find(({ provider }) => provider === source) ?? null;
}

export function isAccountConnected(account) {
  return CONNECTED.has(account?.state);
}

// Whether this page is a remote control of what sounds in the room. Whoever looks after the nest may
// have the loudspeaker.
export function isRemoteControl({ nest, you }) {
  return nest?.nest.sounds === "room" && !you.may.change_nest_settings;
}

// {overlay, isOn, sentence}; overlay is what the button over the cover begins: "page", "account" or null.
export function describeAvailability(state, mixes = false) {
  const described = describeEverywhere(state, mixes);
  const isUnasked = state.device.listening === "off" && !state.own?.following;
  if (described.overlay === null || !isUnasked || !isRemoteControl(state)) return described;
  return { overlay: null, isOn: false, sentence: "Listen along here" };
}

function describeEverywhere(state, mixes) {
  const { nest, accounts, own } = state;
  if (nest && accounts === null) return { overlay: null, isOn: false, sentence: "" }; // About to be known.

  const account = findAccount(state);
  if (!account) return describeHere(state);
  if (own?.following && own.provider === account.provider) return describeFollowing(state);
  if (isAccountConnected(account)) return describeIdleAccount(state);
  return describeNoAccount(state, account, mixes);
}

function describeHere(state) {
  const { nest, device } = state;
  if (soundsElsewhere(state)) return { overlay: null, isOn: false, sentence: describeSpeaker(state), isElsewhere: true };
  const wantsPress = device.listening === "off" || Boolean(device.silent);
  const isOn = device.listening === "on" && !device.silent;
  return { overlay: wantsPress && nest?.song ? "page" : null, isOn, sentence: describeSound(state) };
}

function describeSound({ nest, device }) {
  const { listening, error_ms: error, trouble, instead } = device;
  if (listening === "off") return "Not listening here";
  if (trouble) return trouble;
  if (nest?.song && !PLAYED_HERE.has(nest.song.src) && !instead) return "Nothing here can play this song";
  if (!nest?.playback.is_playing) return "Listening here";
  if (device.silent) return device.starved ? TOO_SLOW : "No sound here";
  if (error === null) return "Finding the beat";
  if (Math.abs(error) >= IN_STEP_MS) return "Getting in step";
  const from = instead && nest?.song && !isOurs(nest.song) ? " from the library" : "";
  return `In step${from}, ${Math.round(Math.abs(error))} ms`;
}

function describeFollowing({ nest, own }) {
  const { state, message, device, error_ms: error, refused } = own;
  const says = (sentence) => ({ overlay: null, isOn: !refused && state !== "trouble", sentence });
  if (refused) return { ...says(refused), overlay: nest?.song ? "account" : null };
  if (SAYS_WHY.has(state) && message) return says(message);
  if (!nest?.playback.is_playing || state === "silent") return says(`Listening on ${device}`);
  if (error === null) return says(`Playing on ${device}`);
  const off = `${Math.round(Math.abs(error))} ms`;
  return says(Math.abs(error) < IN_STEP_MS ? `In step on ${device}, ${off}` : `Playing on ${device}, ${off} off`);
}

function describeIdleAccount({ nest, device, own }) {
  if (device.listening === "on" && device.instead) return { overlay: null, isOn: true, sentence: describeSound({ nest, device }) };
  const sentence = own?.isComing ? "Opening the player" : own?.refused || "Not listening here";
  return { overlay: nest?.song ? "account" : null, isOn: false, sentence };
}

// They see, vote, queue and jam; where catalogues mix, the library stands in for what it has, too.
function describeNoAccount(state, { title, state: consent, warning }, mixes) {
  const { device } = state;
  const isSilent = device.listening !== "on" || !device.instead;
  if (mixes && device.listening === "off") return describeHere(state);
  if (mixes && !isSilent) return { overlay: null, isOn: true, sentence: describeSound(state) };
  if (consent === "ended") return { overlay: null, isOn: false, sentence: warning };
  return { overlay: null, isOn: false, sentence: `Silent here without a ${title} account` };
}
