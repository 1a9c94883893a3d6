// "Nest settings": what is chosen stays chosen while the nest has not answered, whatever else is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountNestSettings } from "../../../static/js/settings/nest_settings_dialog.js";
import { parseHtml } from "../dom_stub.js";
import { openPage, part, press, settle, stubNest, welcomedStore } from "../page.js";

const DIALOG = `<button data-action="nest-settings"></button>
<dialog id="nest-settings"><form data-part="form">
  <div data-part="presets"></div>
  <div data-setting="control_mode"><input type="radio" name="control_mode" value="everyone" data-right="change_nest_settings"><input type="radio" name="control_mode" value="dj" data-right="change_nest_settings"></div>
  <div data-setting="close_when_dj_leaves"></div>
  <div data-setting="downvotes"></div>
  <div data-setting="entry_mode"></div>
  <input type="number" name="max_songs" data-right="change_nest_settings">
</form><p data-part="password"></p><p data-part="password-told"><span data-part="password-text"></span></p>
<p data-part="error" hidden></p><p data-part="note"></p></dialog>`;

async function openSettings() {
  const { document, at } = openPage();
  document.body.append(...parseHtml(DIALOG));
  const nest = stubNest();
  const store = welcomedStore((message) => {
    message.you.may.change_nest_settings = true;
    message.snapshot.nest.control_mode = "everyone";
    return message;
  });
  const dialog = at("nest-settings");
  mountNestSettings(dialog, store, nest.send);
  press(document.body, "nest-settings");
  await settle();
  const [everyone, dj] = dialog.querySelectorAll('[name="control_mode"]');
  const change = (settings) => {
    const { nest: known } = store.state();
    store.set({ nest: { ...known, nest: { ...known.nest, ...settings } } });
  };
  const choose = () => {
    everyone.checked = false;
    dj.checked = true;
    dj.dispatchEvent(new globalThis.Event("change", { bubbles: true }));
  };
  return { nest, dialog, everyone, dj, change, choose };
}

test("a choice on its way is not taken back by what others change meanwhile", async () => {
  const { nest, dialog, everyone, dj, change, choose } = await openSettings();
  assert.ok(everyone.checked);

  choose();
  change({ max_songs: 7 });

  assert.deepEqual(nest.sent.map(({ control_mode: mode }) => mode), ["dj"]);
  assert.deepEqual([everyone.checked, dj.checked], [false, true]);
  assert.equal(Number(dialog.querySelector('[name="max_songs"]').value), 7);

  change({ control_mode: "dj" });
  await nest.answer();
  assert.deepEqual([everyone.checked, dj.checked], [false, true]);
});

test("a choice that is refused is taken back, and the reason is said", async () => {
  const { nest, dialog, everyone, dj, choose } = await openSettings();

  choose();
  await nest.refuse("forbidden", "Only its creator may do that.");

  assert.deepEqual([everyone.checked, dj.checked], [true, false]);
  assert.match(part(dialog, "error").textContent, /creator/u);
});
