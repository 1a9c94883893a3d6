// How well two colours are told apart: nests/registry/contrast.py, for whoever tries a theme out.

const LEAST = 4.5; // What WCAG 2 asks of text.
const LEAST_OF_GROUND = 6; // Dialogs and buttons lie on it, and are a little nearer to their text.
const QUIET_TEXT = { dark: "#b3bab4", light: "#53584f" }; // --muted of tokens.css
const [THRESHOLD, GAMMA] = [0.04045, 2.4]; // Of sRGB.

export function measureContrast(one, other) {
  const [darker, lighter] = [measureLuminance(one), measureLuminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

// "dark" for a ground that light text is read on best, else "light".
export function pickScheme(background) {
  return measureContrast(background, QUIET_TEXT.dark) >= measureContrast(background, QUIET_TEXT.light) ? "dark" : "light";
}

// Why a theme could not be read, as a sentence; empty for one that can.
export function findFault({ accent, background }) {
  if (!background) return "";
  if (measureContrast(background, QUIET_TEXT[pickScheme(background)]) < LEAST_OF_GROUND) return "On this background text could not be read.";
  if (accent && measureContrast(accent, background) < LEAST) return "These two colours are too close to tell them apart.";
  return "";
}

function measureLuminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => makeLinear(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function makeLinear(value) {
  return value <= THRESHOLD ? value / 12.92 : ((value + 0.055) / 1.055) ** GAMMA;
}
