// The cover is the light in the room: two of its colours, made very dark, behind everything.

import { sleeveHue } from "../covers.js";

const SAMPLE = 8; // An 8 by 8 picture of the cover is enough to know its mood.

export function mountLight(root, store) {
  let wanted = null;
  store.subscribe(async ({ nest }) => {
    const song = nest?.song ?? nest?.last_song;
    const picture = song ? song.img || song.big_img : "";
    const key = song ? `${picture}\n${song.title}\n${song.artist}` : "";
    if (key === wanted) return;
    wanted = key;
    const colours = picture ? await coloursOf(picture) : null;
    if (key === wanted) shine(root, song, colours);
  });
}

function shine(root, song, colours) {
  root.dataset.light = colours ? "cover" : song ? "sleeve" : "none";
  if (song) root.style.setProperty("--sleeve-hue", sleeveHue(song));
  colours?.forEach((colour, index) => root.style.setProperty(`--cover-${"ab"[index]}`, colour));
  if (!colours) ["a", "b"].forEach((name) => root.style.removeProperty(`--cover-${name}`));
}

async function coloursOf(picture) {
  const image = new Image();
  image.crossOrigin = "anonymous";
  image.src = picture;
  try {
    await image.decode();
    return twoColours(pixelsOf(image));
  } catch (fault) {
    if (fault instanceof DOMException) return null; // No picture, or not ours to read: the sleeve's hue.
    throw fault;
  }
}

function pixelsOf(image) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SAMPLE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, SAMPLE, SAMPLE);
  const { data } = context.getImageData(0, 0, SAMPLE, SAMPLE);
  return Array.from({ length: SAMPLE * SAMPLE }, (_, at) => data.slice(at * 4, at * 4 + 3));
}

// The most colourful pixel, and the one that differs most from it without being grey.
function twoColours(pixels) {
  const first = best(pixels, colourfulness);
  const second = best(pixels, (pixel) => distance(pixel, first) + colourfulness(pixel));
  return [first, second].map((pixel) => `rgb(${pixel.join(" ")})`);
}

function best(pixels, worth) {
  return pixels.reduce((one, other) => (worth(other) > worth(one) ? other : one));
}

function colourfulness(pixel) {
  return Math.max(...pixel) - Math.min(...pixel);
}

function distance(one, other) {
  return Math.hypot(...[0, 1, 2].map((at) => one[at] - other[at]));
}
