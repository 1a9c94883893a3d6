// A song's cover: its picture, or a placeholder drawn from its title, the same one every time.

import { hashText } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 96;

export function drawCover(element, song, { big = false } = {}) {
  const picture = song ? (big && song.big_img) || song.img || song.image || "" : "";
  const drawn = song ? `${picture}\n${song.title}\n${song.artist}` : "";
  if (element.dataset.drawn === drawn) return;
  element.dataset.drawn = drawn;
  if (!song) return element.replaceChildren();

  element.style.setProperty("--hue", pickPlaceholderHue(song));
  element.replaceChildren(picture ? makePicture(element, picture, song) : drawPlaceholder(song));
}

export function pickPlaceholderHue({ title, artist }) {
  return hashText(`${title}\n${artist}`) % 360;
}

function makePicture(element, picture, song) {
  const image = new Image();
  image.alt = "";
  image.decoding = "async";
  image.onerror = () => element.replaceChildren(drawPlaceholder(song));
  image.src = picture;
  return image;
}

function drawPlaceholder(song) {
  const random = makeRandom(hashText(`${song.artist}\n${song.title}`));
  const svg = makeShape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "placeholder-cover", "aria-hidden": "true" });
  svg.append(makeShape("rect", { width: SIZE, height: SIZE, class: "placeholder-ground" }));
  const designs = [drawArcs, drawSun, drawStrings, drawMoons];
  svg.append(...designs[Math.floor(random() * designs.length)](random));
  return svg;
}

function drawArcs(random) {
  const [x, y] = [random() < 0.5 ? 0 : SIZE, random() < 0.5 ? 0 : SIZE];
  const kinds = ["shape", "ground", "mark", "ground", "shape"];
  return kinds.map((kind, ring) => makeCircle(x, y, SIZE * (0.96 - ring * 0.19) + random() * 4, kind));
}

function drawSun(random) {
  const [x, y] = [SIZE * (0.35 + random() * 0.3), SIZE * (0.4 + random() * 0.1)];
  const bands = [0, 1, 2, 3].map((band) =>
    makeShape("rect", { x: 0, y: y + 4 + band * 11, width: SIZE, height: 2 + band * 2, class: "placeholder-ground" }),
  );
  return [makeCircle(x, y, SIZE * 0.3, "mark"), ...bands];
}

function drawStrings(random) {
  const bars = 7;
  return Array.from({ length: bars }, (_, bar) => {
    const height = SIZE * (0.2 + random() * 0.6);
    const x = SIZE * 0.14 + bar * SIZE * 0.108;
    const kind = bar === Math.floor(bars / 2) ? "mark" : "shape";
    return makeShape("rect", { x, y: (SIZE - height) / 2, width: 5, height, rx: 2.5, class: `placeholder-${kind}` });
  });
}

function drawMoons(random) {
  const x = SIZE * (0.3 + random() * 0.15);
  const radius = SIZE * (0.26 + random() * 0.05);
  return [
    makeCircle(x, SIZE * 0.45, radius, "shape"),
    makeCircle(SIZE - x, SIZE * 0.55, radius, "mark"),
    makeCircle(x + radius * 0.35, SIZE * 0.42, radius * 0.78, "ground"),
  ];
}

function makeCircle(cx, cy, r, kind) {
  return makeShape("circle", { cx, cy, r, class: `placeholder-${kind}` });
}

function makeShape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Numbers in [0, 1) that follow from the seed (xorshift).
function makeRandom(seed) {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
