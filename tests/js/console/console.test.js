// K-8.2: the console of a nest's creator, and the theme that everybody wears.

import assert from "node:assert/strict";
import { test } from "node:test";

import { dressCard } from "../../../static/js/console/card_theme.js";
import { mountConsoleDialog } from "../../../static/js/console/console_dialog.js";
import { findFault, measureContrast, pickScheme } from "../../../static/js/console/contrast.js";
import { mountNestTheme } from "../../../static/js/console/nest_theme.js";
import { wearTheme } from "../../../static/js/console/theme_properties.js";
import { PageEvent, parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubServer, texts, welcomedStore } from "../page.js";

const TOLD = {
  code: "X7K2P",
  name: "Friday Vibes",
  vanity_code: null,
  is_private: false,
  invite_token: null,
  invite_url: null,
  theme: { accent: null, background: null, font: null },
  bender: { enabled: true, weights: null, max_minutes: 120, strategies: { genre: 35, top_tracks: 5 } },
  banlist: [],
  updated: { general: null, theme: { by: { id: "a", name: "Alice" }, at: "2026-11-30T14:05:00+00:00" }, bender: null, moderation: null },
  features: ["bender", "invite_only", "moderation", "vanity"],
};

class Root {
  style = {
    worn: {},
    setProperty: (name, value) => (this.style.worn[name] = value),
    removeProperty: (name) => delete this.style.worn[name],
  };
}

async function open(answers = {}) {
  const page = openPage("nests/_console_dialog.html");
  globalThis.matchMedia = () => ({ matches: false });
  page.document.body.append(...parseHtml('<button data-action="console"></button>'));
  const asked = stubServer({ "/api/nests/X7K2P/moderation": { acts: [] }, "/api/nests/X7K2P/admin": TOLD, ...answers });
  const [dialog, root, store] = [page.at("console"), new Root(), welcomedStore()];
  mountConsoleDialog(root, dialog, store);
  press(page.document.body, "console");
  await settle();
  const { elements } = part(dialog, "form");
  const type = (name, value) => {
    elements[name].value = value;
    elements[name].dispatchEvent(new PageEvent("input", { bubbles: true }));
  };
  const save = async () => {
    part(dialog, "form").dispatchEvent(new PageEvent("submit", { bubbles: true }));
    await settle();
  };
  return { ...page, dialog, root, asked, elements, type, save };
}

const sent = (asked) => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);

test("it shows what the nest is set to, and who changed it last", async () => {
  const { elements, dialog } = await open();

  assert.equal(elements.name.value, "Friday Vibes");
  assert.equal(elements.max_minutes.value, "120");
  assert.match(texts(dialog, "updated")[1], /^Alice changed this last: /u);
  assert.equal(texts(dialog, "updated")[0], "Nobody has changed this yet.");
});

test("what the plan does not open says so, and the rest does not", async () => {
  const { dialog } = await open();

  const plans = dialog.querySelectorAll('[data-part="plan"]').map(({ hidden }) => hidden);
  assert.deepEqual(plans, [true, false, true, true]);
});

test("only what was changed is saved, as one change", async () => {
  const { type, save, asked, dialog } = await open();

  type("name", "Sunday Vibes");
  type("accent", "#ffb000");
  await save();

  assert.deepEqual(sent(asked), [{ name: "Sunday Vibes", theme: { accent: "#ffb000" } }]);
  assert.equal(dialog.open, false);
});

test("nothing changed is nothing asked", async () => {
  const { save, asked } = await open();

  await save();

  assert.deepEqual(sent(asked), []);
});

test("a theme is worn while it is tried out, and not after Cancel", async () => {
  const { type, root, dialog } = await open();

  type("accent", "#ffb000");
  type("background", "#1a1026");
  const tried = { ...root.style.worn };
  press(dialog, "console-cancel");
  dialog.dispatchEvent(new PageEvent("close"));

  assert.equal(tried["--accent"], "#ffb000");
  assert.equal(tried["--paper"], "#1a1026");
  assert.equal(tried["color-scheme"], "dark");
  assert.deepEqual(root.style.worn, {});
});

test("a refusal stays with what was typed", async () => {
  const refused = { error: "feature_not_allowed", message: "A theme of its own needs Tier A." };
  let isRefused = false;
  const { type, save, dialog, elements } = await open({ "/api/nests/X7K2P/admin": () => (isRefused ? [403, refused] : TOLD) });
  isRefused = true;

  type("accent", "#ffb000");
  await save();

  assert.equal(part(dialog, "error").textContent, "A theme of its own needs Tier A.");
  assert.equal(elements.accent.value, "#ffb000");
  assert.equal(dialog.open, true);
});

test("contrast is as the server counts it", () => {
  assert.equal(measureContrast("#000000", "#ffffff"), 21);
  assert.deepEqual(["#101418", "#f4f1ea"].map(pickScheme), ["dark", "light"]);
  assert.equal(findFault({ accent: "#ffb000", background: "#1a1026" }), "");
  assert.match(findFault({ accent: null, background: "#808080" }), /could not be read/u);
  assert.match(findFault({ accent: "#202020", background: "#101010" }), /too close/u);
  assert.equal(findFault({ accent: "#202020", background: null }), "");
});

test("who asks for more contrast wears the font and no colours", () => {
  openPage();
  globalThis.matchMedia = () => ({ matches: true });
  const root = new Root();

  wearTheme(root, { accent: "#ffb000", background: "#1a1026", font: "mono" });

  assert.deepEqual(root.style.worn, { "--sans": "var(--mono)" });
});

test("everybody wears the nest's theme, and takes it off with it", () => {
  openPage();
  globalThis.matchMedia = () => ({ matches: false });
  const root = new Root();
  const store = welcomedStore();
  mountNestTheme(root, store);
  const change = (theme) => {
    const { nest } = store.state();
    store.set({ nest: { ...nest, nest: { ...nest.nest, ...theme } } });
    return { ...root.style.worn };
  };

  const worn = change({ theme_accent: "#ffb000", theme_font: "serif" });

  assert.match(worn["--accent"], /^light-dark\(oklch\(from #ffb000 /u);
  assert.match(worn["--sans"], /serif/u);
  assert.deepEqual(change({ theme_accent: null, theme_font: null }), {});
});

test("a card of the lobby wears its nest's theme, and takes it off again", () => {
  openPage("nests/lobby.html");
  globalThis.matchMedia = () => ({ matches: false });
  const [card] = parseHtml('<a class="card"></a>');
  const worn = () => ["--paper", "--accent", "--sans"].map((name) => card.style.getPropertyValue(name));

  dressCard(card, { theme_accent: "#ffb000", theme_background: "#1a1026", theme_font: "mono" });
  assert.deepEqual([worn(), card.className], [["#1a1026", "#ffb000", "var(--mono)"], "card has-theme has-ground has-accent"]);

  dressCard(card, { theme_accent: null, theme_background: null, theme_font: null });
  assert.deepEqual([worn(), card.className], [["", "", ""], "card"]);
});
