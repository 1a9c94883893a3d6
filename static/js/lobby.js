// The lobby: every nest as a card, looked at anew every few seconds while somebody looks.

import { ask } from "./api.js";
import { drawCover } from "./covers.js";
import { clone, part, reconcile, setText, show } from "./dom.js";
import { counted } from "./format.js";
import { watchScrolling } from "./scrolling.js";

const LOOK_EVERY_MS = 4_000;

const root = document.getElementById("lobby");

watchScrolling();
look();
setInterval(() => document.hidden || look(), LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || look());

async function look() {
  try {
    const { nests } = await ask("/api/nests?limit=100");
    complain("");
    render(nests);
  } catch (refusal) {
    if (!refusal.error) throw refusal;
    complain(refusal.message);
  }
}

function complain(sentence) {
  setText(part(root, "error"), sentence);
  show(part(root, "error"), sentence !== "");
}

function render(nests) {
  reconcile(part(root, "nests"), nests, {
    key: (nest) => nest.code,
    make: () => clone("card-template"),
    update: (item, nest) => {
      // Where no picture is known the sleeve is drawn, as everywhere.
      const [title = "", artist = nest.name] = nest.now_playing?.split(" · ") ?? [];
      item.classList.toggle("is-quiet", !nest.now_playing);
      part(item, "way").href = nest.is_main ? "/" : `/nest/${nest.code}`;
      drawCover(part(item, "cover"), { title: title || nest.name, artist, img: nest.image });
      setText(part(item, "name"), nest.name);
      setText(part(item, "playing"), nest.now_playing ?? "Quiet right now");
      setText(part(item, "facts"), factsOf(nest));
      setText(part(item, "builder"), nest.is_main ? "Always open" : `Built by ${nest.dj}`);
    },
  });
}

function factsOf({ listeners, queue_size: waiting }) {
  const facts = [
    listeners === null ? "" : `${listeners} listening`,
    `${counted(waiting, "song", "songs")} waiting`,
  ];
  return facts.filter(Boolean).join(" · ");
}
