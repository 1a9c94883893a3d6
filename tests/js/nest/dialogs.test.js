// N1, N2 and N5: a nest is built, joined and shared, and every refusal stands where it belongs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountCreateNest } from "../../../static/js/nest/create_nest.js";
import { mountJoinNest } from "../../../static/js/nest/join_nest.js";
import { mountShareNest } from "../../../static/js/nest/share_nest.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubServer, texts, welcomedStore, write } from "../page.js";

const BUILT = { code: "Q8XNA", slug: "friday-vibes", share_url: "https://andre.example/friday-vibes" };

function open(template, id, action, mount, answers) {
  const page = openPage(template);
  page.document.body.append(...parseHtml(`<button data-action="${action}"></button>`));
  const asked = stubServer(answers);
  const dialog = page.at(id);
  mount(dialog);
  press(page.document.body, action);
  return { ...page, asked, dialog, form: part(dialog, "form") };
}

const create = (answers) => open("nests/_create_nest_dialog.html", "create-nest", "create-nest", mountCreateNest, answers);

const join = (answers) =>
  open("nests/_join_nest_dialog.html", "join", "join", (dialog) => {
    dialog.querySelector("#join-code").setAttribute("maxlength", "5");
    mountJoinNest(dialog);
  }, answers);

test("Alice builds a nest without a name, and its code stays in sight", async () => {
  const { asked, dialog, form } = create({ "/api/nests": { ...BUILT, slug: null } });

  form.requestSubmit();
  await settle();

  assert.equal("name" in asked[0].body, false);
  assert.equal(part(dialog, "code").textContent, "Q8XNA");
  assert.equal(part(dialog, "go").href, "/nest/Q8XNA");
  assert.equal(part(dialog, "built").hidden, false);
});

test("with a name it can have an emoji and a song to begin from", async () => {
  const { asked, dialog, form } = create({ "/api/nests": BUILT });
  write(form.elements.name, " Friday Vibes ");
  write(form.elements.emoji, "🎷");
  write(part(dialog, "seed"), "library:track:1");

  form.requestSubmit();
  await settle();

  const { name, emoji, seed_track: seed } = asked[0].body;
  assert.deepEqual({ name, emoji, seed }, { name: "Friday Vibes", emoji: "🎷", seed: "library:track:1" });
  assert.equal(part(dialog, "go").href, "/friday-vibes");
});

test("a name that is taken is refused where one wrote it, and the form stays", async () => {
  const { dialog, form } = create({ "/api/nests": [409, { error: "name_taken", message: "There is one of that name." }] });

  form.requestSubmit();
  await settle();

  assert.equal(part(dialog, "error").textContent, "There is one of that name.");
  assert.equal(form.hidden, false);
  assert.equal(form.inert, false);
});

test("opened again it is as new", async () => {
  const { document, dialog, form } = create({ "/api/nests": BUILT });
  write(form.elements.name, "Friday Vibes");
  form.requestSubmit();
  await settle();

  dialog.close();
  press(document.body, "create-nest");

  assert.equal(form.elements.name.value, "");
  assert.equal(part(dialog, "built").hidden, true);
});

test("a song to begin from is searched for and chosen", async () => {
  const found = [{ uri: "library:track:3", title: "Red", artist: "Night Bus" }];
  const { dialog, form, asked } = create({ "/api/search": { results: found }, "/api/nests": BUILT });
  write(form.elements.name, "Friday");

  write(part(dialog, "seed"), "red");
  await new Promise((resolve) => setTimeout(resolve, 310));
  await settle();
  assert.deepEqual(texts(part(dialog, "seeds"), "title"), ["Red"]);
  press(dialog, "choose-seed");
  assert.equal(part(dialog, "seed").value, "Red · Night Bus");
  form.requestSubmit();
  await settle();

  assert.equal(asked.at(-1).body.seed_track, "library:track:3");
});

test("Bob flies in as soon as the code is whole, in whatever case he writes it", async () => {
  const { dialog, visited } = join({ "/api/nests/Q8XNA": { code: "Q8XNA", is_main: false }, "/api/nests": { nests: [] } });

  write(part(dialog, "form").elements.code, "q8-xna");
  await settle();

  assert.deepEqual(visited, ["/nest/Q8XNA"]);
});

test("a code that nobody has says so beside it", async () => {
  const { dialog, form, visited } = join({
    "/api/nests/ZZZZZ": [404, { error: "not_found", message: "Not found." }],
    "/api/nests": { nests: [] },
  });

  write(form.elements.code, "zzzzz");
  await settle();

  assert.match(part(dialog, "error").textContent, /^No nest has this code/u);
  assert.equal(form.elements.code.getAttribute("aria-invalid"), "true");
  assert.deepEqual(visited, []);
});

test("half a code is not asked about", async () => {
  const { dialog, form, asked } = join({ "/api/nests": { nests: [] } });
  write(form.elements.code, "q8");

  form.requestSubmit();
  await settle();

  assert.equal(part(dialog, "error").textContent, "A code has 5 characters.");
  assert.deepEqual(asked.map(({ path }) => path), ["/api/nests"]);
});

test("the other nests are there to choose from", async () => {
  const nests = [
    { code: "MAIN", name: "Main Nest", is_main: true, now_playing: { title: "Blue", artist: "The Harbours" }, listeners: 3 },
    { code: "X7K2P", name: "Mine", is_main: false, now_playing: null, listeners: 1 },
    { code: "Q8XNA", name: "Friday", is_main: false, now_playing: null, listeners: null },
  ];
  const { dialog } = join({ "/api/nests": { nests } });
  await settle();

  assert.deepEqual(texts(part(dialog, "nests"), "name"), ["Main Nest", "Friday"]);
  assert.deepEqual(texts(part(dialog, "nests"), "playing"), ["Blue – The Harbours", "Quiet right now"]);
  assert.deepEqual(part(dialog, "nests").querySelectorAll("a").map((link) => link.href), ["/", "/nest/Q8XNA"]);
});

test("the link is copied when the dialog opens, under the name by which the page was reached", async () => {
  const page = openPage("nests/_share_nest_dialog.html");
  page.document.body.append(...parseHtml('<button data-action="share"></button>'));
  page.document.body.dataset.shareUrl = "http://192.168.1.7:8000/nest/X7K2P";
  mountShareNest(page.at("share"), welcomedStore());

  press(page.document.body, "share");
  await settle();

  assert.deepEqual(page.copied, ["http://192.168.1.7:8000/nest/X7K2P"]);
  assert.equal(part(page.at("share"), "copy-label").textContent, "Copied");
});
