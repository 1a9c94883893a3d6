// As you like it: light, colour, faces, and by how much this device sounds late.

import { opensWith } from "../dialogs.js";
import { onAction, part } from "../dom.js";
import { clamp } from "../playback.js";

const TRIM_KEY = "andre.trim_ms";
const MOST_MS = 500;
const STEP_MS = 5;

export function mountMine(dialog, { sync }) {
  const form = part(dialog, "form");
  const { mode, accent, shame, trim } = form.elements;

  opensWith(dialog, "mine", () => {
    const taste = window.TASTE.read();
    mode.value = taste.mode;
    accent.value = taste.accent;
    shame.checked = taste.faces === "letters";
    trim.value = localStorage.getItem(TRIM_KEY) ?? 0;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target === trim) return setTrim(Number(trim.value));
    return window.TASTE.change({
      mode: mode.value,
      accent: accent.value,
      faces: shame.checked ? "letters" : "pictures",
    });
  });
  onAction(dialog, "trim-less", () => setTrim(Number(trim.value) - STEP_MS));
  onAction(dialog, "trim-more", () => setTrim(Number(trim.value) + STEP_MS));
  onAction(dialog, "sync-here", sync);

  function setTrim(wanted) {
    trim.value = clamp(Math.round(wanted) || 0, -MOST_MS, MOST_MS);
    localStorage.setItem(TRIM_KEY, trim.value);
  }
}
