// The cover is the light in the room: two of its colours, made very dark, behind everything.

import { pickPlaceholderHue } from "../core/covers.js";

const SAMPLE = 8; // An 8 by 8 picture of the cover is enough to know its mood.

export function mountCoverTheme(root, store) {
  let wanted = null;
  store.subscribe(async ({ nest }) => {
    const song = nest?.song ?? nest?.last_song;
    const picture = song ? song.img || song.big_img : "";
    const key = song ? `${picture}\n${song.title}\n${song.artist}` : "";
    if (key === wanted) return;
    wanted = key;
    const colours = picture ? await readColours(picture) : null;
    if (key === wanted) applyTheme(root, song, colours);
  });
}

function applyTheme(root, song, colours) {
  root.dataset.coverTheme = colours ? "cover" : song ? "placeholder" : "none";
  if (song) root.style.setProperty("--placeholder-hue", pickPlaceholderHue(song));
  colours?.forEach((colour, index) => root.style.setProperty(`--cover-${"ab"[index]}`, colour));
  if (!colours) ["a", "b"].forEach((name) => root.style.removeProperty(`--cover-${name}`));
}

async function readColours(picture) {
  const image = new Image();
  image.crossOrigin = "anonymous";
  image.src = picture;
  try {
    await image.decode();
    return pickColours(readPixels(image));
  } catch (fault) {
    if (fault instanceof DOMException) return null; // No picture, or not ours to read: the placeholder's hue.
    throw fault;
  }
}

function readPixels(image) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SAMPLE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, SAMPLE, SAMPLE);
  const { data } = context.getImageData(0, 0, SAMPLE, SAMPLE);
  return Array.from({ length: SAMPLE * SAMPLE }, (_, at) => data.slice(at * 4, at * 4 + 3));
}

// The most colourful pixel, and the one that differs most from it without being grey.
function pickColours(pixels) {
  const first = findBest(pixels, measureColour);
  const second = findBest(pixels, (pixel) => measureDistance(pixel, first) + measureColour(pixel));
  return [first, second].map((pixel) => `rgb(${pixel.join(" ")})`);
}

function findBest(pixels, worth) {
  return pixels.reduce((one, other) => (worth(other) > worth(one) ? other : one));
}

function measureColour(pixel) {
  return Math.max(...pixel) - Math.min(...pixel);
}

function measureDistance(one, other) {
  return Math.hypot(...[0, 1, 2].map((at) => one[at] - other[at]));
}
