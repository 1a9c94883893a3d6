// A page of the real templates in a stubbed document, with a store that has been welcomed and a nest
// that answers as the test says.

import { readFileSync } from "node:fs";

import { createStore } from "../../static/js/core/store.js";
import { Refusal } from "../../static/js/core/refusal.js";
import { PageEvent, StubDocument, StubElement, parseHtml } from "./dom_stub.js";
import { wire } from "./support.js";

const TEMPLATES = new URL("../../templates/", import.meta.url);

// Puts these templates into a new document: `openPage("player/_queue.html", …)`.
export function openPage(...templates) {
  const document = new StubDocument();
  const kept = new Map();
  const copied = [];
  const globals = {
    document,
    Event: PageEvent,
    Image: class extends StubElement {
      constructor() {
        super("img");
      }
    },
    CSS: { escape: (text) => text, supports: () => false },
    FormData: class {
      constructor(form = { elements: [] }) {
        this.form = form;
        this.files = {};
      }

      append(name, file) {
        this.files[name] = file;
      }

      * [Symbol.iterator]() {
        for (const { name, type, value, checked } of this.form.elements) {
          if (name && (type !== "radio" || checked)) yield [name, value];
        }
      }
    },
    localStorage: { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, String(value)) },
    location: { href: "https://andre.example/nest/X7K2P", pathname: "/nest/X7K2P", assign: (to) => visited.push(to) },
    getComputedStyle: () => ({ gridTemplateColumns: "none", rowGap: "normal" }),
    matchMedia: () => ({ matches: true }), // Who wants stillness: nothing flies.
    requestAnimationFrame: (frame) => setTimeout(() => frame(performance.now()), 0),
    navigator: { clipboard: { writeText: async (text) => void copied.push(text) } },
  };
  const visited = [];
  globals.window = Object.assign(new StubDocument(), {
    NEST_ID: "X7K2P",
    NEST_CODE: "X7K2P",
    innerWidth: 1366,
    innerHeight: 768,
    IntersectionObserver: class {
      observe() {}

      unobserve() {}
    },
    ResizeObserver: class {
      constructor(callback) {
        this.observe = callback;
      }
    },
  });
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  document.body.dataset.titles = '{"library": "Library", "spotify": "Spotify"}';
  document.body.append(...parseHtml('<p id="refusal" popover="manual"></p>'));
  for (const name of templates) document.body.append(...parseHtml(readTemplate(name)));
  return { document, visited, kept, copied, at: (id) => document.getElementById(id) };
}

function readTemplate(name) {
  const text = readFileSync(new URL(name, TEMPLATES), "utf8");
  return text.replace(/\{% include "([^"]+)".*?%\}/gu, (_, included) => readTemplate(included));
}

// A store as after the welcome of tests/wire, where I am Bob; `change(message)` alters that first.
export function welcomedStore(change = (message) => message) {
  const store = createStore();
  store.welcome(change(structuredClone(wire("welcome"))));
  return store;
}

// What a view sends, and how it is answered: `answer(body)` or `refuse(code, message)` the oldest.
export function stubNest() {
  const sent = [];
  const waiting = [];
  return {
    sent,
    send: (command) => {
      sent.push(command);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    answer: async (body = {}) => {
      waiting.shift().resolve(body);
      await settle();
    },
    refuse: async (error, message = "No.") => {
      waiting.shift().reject(new Refusal({ error, message }));
      await settle();
    },
  };
}

// The server over HTTP: `answers` from the beginning of an address to a body, or to a status.
export function stubServer(answers) {
  const asked = [];
  globalThis.fetch = async (path, { method = "GET", body, signal } = {}) => {
    asked.push({ method, path, body: typeof body === "string" ? JSON.parse(body) : body });
    await settle();
    signal?.throwIfAborted();
    const [found] = Object.keys(answers).filter((each) => path.startsWith(each)).sort((one, other) => other.length - one.length);
    const answer = typeof answers[found] === "function" ? answers[found](path) : answers[found];
    const [status, content] = Array.isArray(answer) ? answer : [200, answer];
    return new Response(JSON.stringify(content), { status, headers: { "Content-Type": "application/json" } });
  };
  return asked;
}

export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

export function press(root, action) {
  root.querySelector(`[data-action="${action}"]`).click();
}

export function write(field, text) {
  field.value = text;
  field.dispatchEvent(new PageEvent("input", { bubbles: true }));
}

export function key(element, name, more = {}) {
  const event = new PageEvent("keydown", { bubbles: true, key: name, ...more });
  element.dispatchEvent(event);
  return event;
}

// Everything that promises have to do is done; timers are not waited for.
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

export function texts(root, name) {
  return root.querySelectorAll(`[data-part="${name}"]`).map((each) => each.textContent);
}
