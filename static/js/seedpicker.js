// A track from which a nest begins: words are searched for, an address is taken as it is.

import { ask } from "./api.js";
import { drawCover } from "./covers.js";
import { clone, onAction, part, reconcile, setText, show } from "./dom.js";
import { isAddress } from "./pasting.js";

const PAUSE_MS = 300;
const SHOWN = 5;

// `catalogue()` is what the nest will play from; null where there is no choice.
export function createSeedPicker(root, catalogue) {
  const [field, list] = [part(root, "seed"), part(root, "seeds")];
  let tracks = [];
  let waiting = null;
  let question = null;
  let uri = null;

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    question?.abort();
    const words = field.value.trim();
    uri = isAddress(words) ? words : null;
    if (!words || uri) return offer([]);
    waiting = setTimeout(() => look(words), PAUSE_MS);
  });
  onAction(root, "choose-seed", (button) => {
    const track = tracks.find((each) => each.uri === button.closest("li").dataset.key);
    uri = track.uri;
    field.value = `${track.title} · ${track.artist}`;
    offer([]);
    field.focus();
  });

  async function look(words) {
    question = new AbortController();
    try {
      const provider = catalogue();
      const wanted = new URLSearchParams({ q: words, ...(provider && { provider }) });
      const { results } = await ask(`/api/search?${wanted}`, question);
      offer(results.slice(0, SHOWN), "Nothing found. The nest can begin without.");
    } catch (fault) {
      if (fault.name === "AbortError") return;
      if (!fault.error) throw fault;
      offer([], fault.message);
    }
  }

  function offer(found, sentence = "") {
    tracks = found;
    setText(part(root, "seed-note"), found.length ? "" : sentence);
    show(list, found.length > 0);
    reconcile(list, found, {
      key: (track) => track.uri,
      make: () => clone("seed-template"),
      update: (row, track) => {
        drawCover(row.querySelector(".cover"), track);
        setText(part(row, "title"), track.title);
        setText(part(row, "artist"), track.artist);
      },
    });
  }

  return {
    // The nest is to play from another catalogue: what was found in the first is of no use.
    forget: () => {
      if (!uri && !tracks.length) return;
      field.value = "";
      uri = null;
      offer([]);
    },
    // The address of what was chosen or pasted; null for none.
    uri: () => uri,
    reset: () => {
      clearTimeout(waiting);
      question?.abort();
      uri = null;
      offer([]);
    },
  };
}
