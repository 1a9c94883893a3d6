// The line that the listeners sit on, in numbers: where each sits, and how the line runs through them.

const ENDS_PX = 6;
const SAG_PX = 14; // How far the line hangs in the middle; a little more with everybody on it.
const SAG_EACH_PX = 0.8;
const MOST_SEATS = 14;
const LEAST_SEATS = 3;
const ROOM_EACH_PX = 52;
const GAP_PX = 64;
const BENDER_PX = 40; // His place at one end; the other end leaves as much, for the eye.
const POINTS_PX = 8;
const CREST_WIDE_PX = 46;
export const CREST_PX = 14;

// How much of the line is there for people, in px.
export function measureFree(width, isBenderThere, scale) {
  return isBenderThere ? width - 2 * BENDER_PX * scale : width;
}

export function countSeats(free, scale) {
  const seats = Math.floor((free - 32) / (ROOM_EACH_PX * scale));
  return Math.min(Math.max(seats, LEAST_SEATS), MOST_SEATS);
}

export function computeSag(count, scale) {
  return (SAG_PX + count * SAG_EACH_PX) * scale;
}

// {x, y} in px of the one at `index` among `count`.
export function placeSeat(index, count, { width, free, sag, scale }) {
  const gap = Math.min(GAP_PX * scale, (free - 48) / Math.max(count, 1));
  const x = width / 2 + (index - (count - 1) / 2) * gap;
  return { x, y: heightAt(x / width, sag) };
}

// The line hangs like a parabola from both ends; as the path of an SVG.
export function drawHangingPath(width, sag) {
  return `M0 ${ENDS_PX} Q${width / 2} ${ENDS_PX + sag * 2} ${width} ${ENDS_PX}`;
}

// The same with a crest that has run `share` of its way to `reach` px on both sides of `from`.
export function drawRipplingPath(share, { width, from, reach, sag }) {
  const height = CREST_PX * (1 - share ** 3);
  const crestAt = (x) => Math.exp(-(((Math.abs(x - from) - share * reach) / CREST_WIDE_PX) ** 2));
  const points = Array.from({ length: Math.ceil(width / POINTS_PX) + 1 }, (_, at) => {
    const x = Math.min(width, at * POINTS_PX);
    return `${x} ${(heightAt(x / width, sag) - height * crestAt(x)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

function heightAt(share, sag) {
  return ENDS_PX + sag * 4 * share * (1 - share);
}
