// One song of the library, loaded ahead, started on a moment, kept on its timeline: as buffers where
// that goes, in a media element otherwise, and in the element until the buffers are there.
// The song's timeline is a function `expected()`: the position in ms that should be heard now.

import { Refusal } from "../refusal.js";
import { createElementReel } from "./element.js";
import { refusalOf } from "./failures.js";
import { createReel } from "./reel.js";

const RENEW_TOKEN_BEFORE_MS = 15_000;
const LONGEST_WHOLE_MS = 600_000; // Decoded it would be 200 MB.
const LITTLE_MEMORY_GB = 2;
const OVERLAP_MS = 60; // Of the element and the buffers that take over from it.

export function createDeck(audio, { fetchMedia, clock, speaker = null, trim = () => 0 }) {
  const element = createElementReel(audio, { clock, trim });
  const reel = speaker ? createReel({ speaker, clock, trim }) : null;
  let song = null;
  let media = null;
  let sounding = element; // Of the two, the one that has the song.
  let loading = null; // {song, kind}: "pieces", "whole", or why it is not for buffers
  let volume = 1;
  let attempt = 0;

  audio.addEventListener("error", () => {
    media = null;
  });

  async function load(wanted) {
    if (song?.song_id === wanted.song_id && loading) return loading;
    stop();
    song = wanted;
    media = null;
    setVolume(volume);
    loading = choose(wanted);
    try {
      await loading;
    } catch (refusal) {
      loading = null;
      throw refusal;
    }
  }

  // Buffers, if this browser makes them of this recording.
  async function choose(wanted) {
    reel?.close();
    const kind = await loadBuffers(wanted);
    if (song !== wanted) return;
    sounding = kind === "pieces" ? reel : element;
    if (kind !== "pieces") element.load(await getAddress());
  }

  async function loadBuffers(wanted) {
    if (!speaker?.context()) return "none";
    const kind = await reel.load(getAddress);
    const isLarge = wanted.duration_ms > LONGEST_WHOLE_MS || (navigator.deviceMemory ?? 8) < LITTLE_MEMORY_GB;
    if (kind === "whole" && isLarge) reel.close();
    return kind;
  }

  // A fresh one when the last is about to expire.
  async function getAddress() {
    const wanted = song;
    if (!isOld()) return media.url;
    const fetched = await fetchMedia(wanted);
    if (song === wanted) media = fetched;
    return fetched.url;
  }

  function isOld() {
    return !media || media.expires_at_ms - clock.now() < RENEW_TOKEN_BEFORE_MS;
  }

  // Plays on the timeline from wherever it is by then.
  async function start(expected) {
    const mine = ++attempt;
    if (sounding === reel) {
      try {
        await ready();
        return await reel.start(expected);
      } catch (refusal) {
        if (refusal.error !== "unplayable") throw refusal;
        sounding = element; // These buffers were not to be had; the element may do better.
        element.load(await getAddress());
      }
    }
    if (mine !== attempt) return null;
    await startElement(expected);
    if (mine === attempt) takeOver(expected, mine);
    return null;
  }

  async function startElement(expected) {
    try {
      if (isOld() && !element.isWhole()) element.load(await getAddress());
      await element.start(expected);
    } catch (refusal) {
      loading = null; // What failed is loaded anew.
      throw refusal;
    }
  }

  async function ready() {
    if (!(await speaker.isAwake())) throw new Refusal({ error: "gesture_needed", message: "The browser waits for a press before it plays." });
  }

  // The element sounds; as soon as the buffers are decoded they go on from it.
  async function takeOver(expected, mine) {
    if (!reel?.isLoaded() || !(await speaker.isAwake())) return;
    try {
      await reel.start(expected);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return; // The element has the song, and keeps it.
    }
    if (mine !== attempt) return;
    sounding = reel;
    setTimeout(() => mine === attempt && element.stop(), OVERLAP_MS);
  }

  // Begins at 0 on the moment when `untilMs()` reaches zero.
  async function startWhen(untilMs) {
    attempt += 1;
    if (reel?.isReady() && (await speaker.isAwake())) {
      sounding = reel;
      await reel.startWhen(untilMs);
    } else if (sounding === element) {
      await element.startWhen(untilMs);
    } else {
      throw refusalOf("unreachable");
    }
  }

  function stop() {
    attempt += 1;
    element.stop();
    reel?.stop();
  }

  function rewind() {
    attempt += 1;
    element.rewind();
    reel?.rewind();
  }

  // Inside a gesture. What has not come to sound by then is loaded anew.
  function allow() {
    element.allow();
    if (!sounding.isSounding()) loading = null;
  }

  // Loud recordings are turned down to the others.
  function setVolume(wanted) {
    volume = wanted;
    const loudness = volume * 10 ** ((song?.gain_db ?? 0) / 20);
    element.setLoudness(loudness);
    reel?.setLoudness(loudness);
  }

  return {
    load,
    start,
    startWhen,
    stop,
    rewind,
    setVolume,
    follow: (expected) => sounding.follow(expected),
    isOver: (position) => sounding.isOver(position),
    heard: () => sounding.heard(),
    songId: () => song?.song_id ?? null,
    isSounding: () => sounding.isSounding(),
    errorMs: () => sounding.errorMs(),
    isStarved: () => sounding === reel && reel.isStarved(),
    allow,
  };
}
