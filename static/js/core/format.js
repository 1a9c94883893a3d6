// How times and people are written.

const HALF_A_DAY_MS = 12 * 3_600_000;

export function formatDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

// As people write it where the browser is from, with twelve hours or with twenty-four.
export function formatTimeOfDay(ms) {
  return new Date(ms).toLocaleTimeString([], { timeStyle: "short" });
}

// The time alone for what is less than half a day ago, else with its day.
export function formatDayAndTime(ms, now = Date.now()) {
  if (now - ms < HALF_A_DAY_MS) return formatTimeOfDay(ms);
  const day = new Date(ms).toLocaleDateString([], { day: "numeric", month: "short" });
  return `${day}, ${formatTimeOfDay(ms)}`;
}

// What is to come: within a day the time of day says it, beyond it the day.
export function formatEnd(ms, now = Date.now()) {
  if (ms - now < 2 * HALF_A_DAY_MS) return formatTimeOfDay(ms);
  return new Date(ms).toLocaleDateString([], { day: "numeric", month: "long" });
}

export function makeInitials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

// A name in any direction of writing, so that what stands around it keeps its own.
export function isolateDirection(text) {
  return `\u2068${text}\u2069`;
}

export function formatCount(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}

// The same number for the same text on every device (FNV-1a).
export function hashText(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) {
    hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  }
  return hash >>> 0;
}
