// What views build upon: rows are reused, stand in order, and only what is ours hears a click.

import assert from "node:assert/strict";
import { test } from "node:test";

import { onAction, reconcile, setText, show } from "../../../static/js/core/dom.js";
import { loadOnAction } from "../../../static/js/core/load_later.js";
import { placeNear } from "../../../static/js/core/popovers.js";
import { StubElement, parseHtml } from "../dom_stub.js";
import { openPage, settle } from "../page.js";

function list(...names) {
  const root = new StubElement("ol");
  const draw = (...items) =>
    reconcile(root, items, { key: (name) => name, make: () => new StubElement("li"), update: (row, name) => setText(row, name) });
  draw(...names);
  return { root, draw, names: () => root.children.map((row) => row.textContent) };
}

test("rows that stay are the same elements, in the new order", () => {
  openPage();
  const { root, draw, names } = list("Blue", "Green", "Red");
  const [blue, , red] = root.children;

  const added = draw("Red", "White", "Blue");

  assert.deepEqual(names(), ["Red", "White", "Blue"]);
  assert.deepEqual([root.children[0], root.children[2]], [red, blue]);
  assert.deepEqual(added, [root.children[1]]);
});

test("whoever votes by keyboard keeps the focus when the row moves", () => {
  const { document: page } = openPage();
  const { root, draw } = list("Blue", "Green");
  page.body.append(root);
  root.children[1].focus();

  draw("Green", "Blue");

  assert.equal(page.activeElement.textContent, "Green");
});

test("a press is heard by its name, from whatever is inside the button", () => {
  openPage();
  const [root] = parseHtml('<div><button data-action="vote"><span data-part="icon"></span></button></div>');
  const heard = [];
  onAction(root, "vote", (button) => heard.push(button.dataset.action));

  root.querySelector("span").dispatchEvent({ type: "click", bubbles: true });

  assert.deepEqual(heard, ["vote"]);
});

test("what is shown is not hidden, and the other way round", () => {
  const element = new StubElement("p");

  show(element, false);
  assert.equal(element.hidden, true);
  show(element, true);

  assert.equal(element.hidden, false);
});

test("a dialog is fetched with the first press, which opens it, and again if there was no network", async () => {
  const { document } = openPage();
  document.body.append(...parseHtml('<button data-action="history"></button>'));
  const button = document.querySelector("button");
  let tries = 0;
  let opened = 0;
  loadOnAction("history", async () => {
    tries += 1;
    if (tries === 1) throw new TypeError("Failed to fetch dynamically imported module");
    button.addEventListener("click", () => (opened += 1));
  });
  const pressed = [];

  for (let press = 0; press < 3; press += 1) {
    button.click();
    await settle();
    pressed.push([tries, opened]);
  }

  assert.deepEqual(pressed, [[1, 0], [2, 1], [2, 2]]);
});

test("a popover stands above what was pressed, and below where there is no room", () => {
  const { document } = openPage();
  const [popover, anchor] = [new StubElement("div"), new StubElement("button")];
  document.body.append(anchor);
  popover.getBoundingClientRect = () => ({ width: 200, height: 100 });
  const place = (top) => {
    anchor.getBoundingClientRect = () => ({ left: 500, width: 40, top, bottom: top + 40 });
    placeNear(popover, anchor);
    return [popover.style.getPropertyValue("left"), popover.style.getPropertyValue("top")];
  };

  assert.deepEqual(place(400), ["420px", "292px"]);
  assert.deepEqual(place(20), ["420px", "68px"]);
});
