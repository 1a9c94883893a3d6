// A theme of a nest as the page wears it: an accent, a background, a font. Who asks their system for
// more contrast keeps the page's own colours.

import { measureContrast, pickScheme } from "./contrast.js";

const FONTS = {
  rounded: 'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, Nunito, Comfortaa, system-ui, sans-serif',
  serif: 'ui-serif, "Iowan Old Style", Georgia, "Noto Serif", "DejaVu Serif", serif',
  mono: "var(--mono)",
};
const PROPERTIES = ["--sans", "--paper", "--raised", "--raised-more", "--overlay", "--theme-a", "--theme-b", "--accent", "--accent-strong", "--on-accent", "--accent-soft", "color-scheme"];

export function readTheme({ theme_accent: accent, theme_background: background, theme_font: font }) {
  return { accent, background, font };
}

export function wearTheme(root, theme) {
  const worn = { ...describeFont(theme.font), ...(matchMedia("(prefers-contrast: more)").matches ? {} : describeColours(theme)) };
  for (const name of PROPERTIES) {
    if (worn[name]) root.style.setProperty(name, worn[name]);
    else root.style.removeProperty(name);
  }
}

function describeFont(font) {
  return { "--sans": FONTS[font] };
}

function describeColours({ accent, background }) {
  return { ...(background && describeGround(background)), ...(accent && describeAccent(accent, background)) };
}

// What lies on the ground is a little nearer to the text.
function describeGround(background) {
  const raise = (percent) => `color-mix(in oklab, ${background}, var(--text) ${percent}%)`;
  return {
    "color-scheme": pickScheme(background),
    "--paper": background,
    "--raised": raise(5),
    "--raised-more": raise(10),
    "--overlay": `color-mix(in srgb, ${background} 78%, transparent)`,
    "--theme-a": background,
    "--theme-b": background,
  };
}

// On a ground of its own an accent is as it was chosen; else as light as each page's ground asks for.
function describeAccent(accent, background) {
  const shade = (light, dark) => `light-dark(oklch(from ${accent} ${light} min(c, 0.13) h), oklch(from ${accent} ${dark} c h))`;
  const plain = background ? accent : shade("min(l, 0.47)", "max(l, 0.72)");
  const ground = background ? pickTextOn(accent) : "light-dark(#ffffff, #000000)";
  return {
    "--accent": plain,
    "--accent-strong": background ? `color-mix(in oklab, ${accent}, var(--text) 12%)` : shade("min(l, 0.4)", "max(l, 0.78)"),
    "--on-accent": ground,
    "--accent-soft": `color-mix(in srgb, ${plain} 16%, transparent)`,
  };
}

function pickTextOn(accent) {
  return measureContrast(accent, "#000000") >= measureContrast(accent, "#ffffff") ? "#000000" : "#ffffff";
}
