// A song's cover: its picture, or a sleeve drawn from its title, the same one every time.

import { hashOf } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 96;

export function drawCover(element, song, { big = false } = {}) {
  const picture = song ? (big && song.big_img) || song.img || song.image || "" : "";
  const drawn = song ? `${picture}\n${song.title}\n${song.artist}` : "";
  if (element.dataset.drawn === drawn) return;
  element.dataset.drawn = drawn;
  if (!song) return element.replaceChildren();

  element.style.setProperty("--hue", sleeveHue(song));
  element.replaceChildren(picture ? photograph(element, picture, song) : sleeve(song));
}

export function sleeveHue({ title, artist }) {
  return hashOf(`${title}\n${artist}`) % 360;
}

function photograph(element, picture, song) {
  const image = new Image();
  image.alt = "";
  image.decoding = "async";
  image.onerror = () => element.replaceChildren(sleeve(song));
  image.src = picture;
  return image;
}

function sleeve(song) {
  const dice = diceFrom(hashOf(`${song.artist}\n${song.title}`));
  const svg = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "sleeve", "aria-hidden": "true" });
  svg.append(shape("rect", { width: SIZE, height: SIZE, class: "sleeve-ground" }));
  const designs = [arcs, sun, strings, moons];
  svg.append(...designs[Math.floor(dice() * designs.length)](dice));
  return svg;
}

function arcs(dice) {
  const [x, y] = [dice() < 0.5 ? 0 : SIZE, dice() < 0.5 ? 0 : SIZE];
  const kinds = ["shape", "ground", "mark", "ground", "shape"];
  return kinds.map((kind, ring) => circle(x, y, SIZE * (0.96 - ring * 0.19) + dice() * 4, kind));
}

function sun(dice) {
  const [x, y] = [SIZE * (0.35 + dice() * 0.3), SIZE * (0.4 + dice() * 0.1)];
  const bands = [0, 1, 2, 3].map((band) =>
    shape("rect", { x: 0, y: y + 4 + band * 11, width: SIZE, height: 2 + band * 2, class: "sleeve-ground" }),
  );
  return [circle(x, y, SIZE * 0.3, "mark"), ...bands];
}

function strings(dice) {
  const bars = 7;
  return Array.from({ length: bars }, (_, bar) => {
    const height = SIZE * (0.2 + dice() * 0.6);
    const x = SIZE * 0.14 + bar * SIZE * 0.108;
    const kind = bar === Math.floor(bars / 2) ? "mark" : "shape";
    return shape("rect", { x, y: (SIZE - height) / 2, width: 5, height, rx: 2.5, class: `sleeve-${kind}` });
  });
}

function moons(dice) {
  const x = SIZE * (0.3 + dice() * 0.15);
  const radius = SIZE * (0.26 + dice() * 0.05);
  return [
    circle(x, SIZE * 0.45, radius, "shape"),
    circle(SIZE - x, SIZE * 0.55, radius, "mark"),
    circle(x + radius * 0.35, SIZE * 0.42, radius * 0.78, "ground"),
  ];
}

function circle(cx, cy, r, kind) {
  return shape("circle", { cx, cy, r, class: `sleeve-${kind}` });
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Numbers in [0, 1) that follow from the seed (xorshift).
function diceFrom(seed) {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
