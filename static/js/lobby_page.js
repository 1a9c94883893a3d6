// The lobby: every nest as a card, looked at anew every few seconds while somebody looks.

import { getJson } from "./core/api.js";
import { drawCover } from "./core/covers.js";
import { clone, part, reconcile, setText } from "./core/dom.js";
import { formatCount } from "./core/format.js";
import { catchRefusal } from "./core/refusal.js";
import { writeRefusal } from "./core/refusal_display.js";
import { watchScrolling } from "./core/scrolling.js";

const LOOK_EVERY_MS = 4_000;

const root = document.getElementById("lobby");
// Where the server has the console; a lobby without it does not fetch this.
const dress = "themes" in document.body.dataset ? import("./console/card_theme.js").then(({ dressCard }) => dressCard) : null;

watchScrolling();
look();
setInterval(() => document.hidden || look(), LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || look());

async function look() {
  const answer = await catchRefusal(getJson("/api/nests?limit=100"), ({ message }) => ({ message }));
  writeRefusal(part(root, "error"), answer.message ?? "");
  if (answer.nests) render(answer.nests, await dress);
}

function render(nests, dressCard) {
  reconcile(part(root, "nests"), nests, {
    key: (nest) => nest.code,
    make: () => clone("card-template"),
    update: (item, nest) => {
      // Where no picture is known a placeholder is drawn, as everywhere.
      const [title = "", artist = nest.name] = nest.now_playing?.split(" · ") ?? [];
      item.classList.toggle("is-quiet", !nest.now_playing);
      part(item, "link").href = nest.is_main ? "/" : `/nest/${nest.code}`;
      dressCard?.(part(item, "link"), nest);
      drawCover(part(item, "cover"), { title: title || nest.name, artist, img: nest.image });
      setText(part(item, "name"), nest.name);
      setText(part(item, "playing"), nest.now_playing ?? "Quiet right now");
      setText(part(item, "facts"), formatFacts(nest));
      setText(part(item, "builder"), nest.is_main ? "Always open" : `Built by ${nest.dj}`);
    },
  });
}

function formatFacts({ listeners, queue_size: waiting }) {
  const facts = [
    listeners === null ? "" : `${listeners} listening`,
    `${formatCount(waiting, "song", "songs")} waiting`,
  ];
  return facts.filter(Boolean).join(" · ");
}
