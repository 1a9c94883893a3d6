// As much of a browser's document as our views touch, so that they can be tested without a browser:
// elements, selectors, events that bubble, forms, dialogs and popovers. Nothing is drawn or measured; a test
// may write an element's height as data-offset-height.

const VOID = new Set(["input", "img", "br", "meta", "link", "path", "circle", "use"]);
const REFLECTED = ["id", "title", "href", "src", "name", "type", "max", "alt", "placeholder"];

export class PageEvent {
  defaultPrevented = false;

  constructor(type, { bubbles = false, ...more } = {}) {
    Object.assign(this, { type, bubbles, detail: 0 }, more);
  }

  preventDefault() {
    this.defaultPrevented = true;
  }
}

class Target {
  listeners = [];

  addEventListener(type, listener, { signal } = {}) {
    const entry = { type, listener };
    this.listeners.push(entry);
    signal?.addEventListener("abort", () => {
      this.listeners = this.listeners.filter((each) => each !== entry);
    });
  }

  dispatchEvent(event) {
    event.target ??= this;
    for (let node = this; node; node = event.bubbles ? node.parent : null) {
      node.listeners.filter(({ type }) => type === event.type).forEach(({ listener }) => listener(event));
    }
    return !event.defaultPrevented;
  }
}

export class StubElement extends Target {
  constructor(tag, attributes = {}) {
    super();
    this.tagName = tag.toUpperCase();
    this.attributes = new Map(Object.entries(attributes));
    this.nodes = []; // elements and strings
    this.parent = null;
    this.style = makeStyle();
    this.dataset = makeDataset(this);
    this.classList = makeClassList(this);
    this.selections = 0;
    [this.scrollTop, this.scrollHeight, this.clientHeight, this.offsetTop] = [0, 0, 0, 0];
  }

  // Tree

  get children() {
    return this.nodes.filter((node) => node instanceof StubElement);
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get content() {
    return this; // Of a <template>: its children are all there is of it.
  }

  get textContent() {
    return this.nodes.map((node) => (typeof node === "string" ? node : node.textContent)).join("");
  }

  set textContent(text) {
    this.replaceChildren(String(text));
  }

  get isConnected() {
    return this === globalThis.document?.body || Boolean(this.parent?.isConnected);
  }

  append(...nodes) {
    for (const node of nodes) this.#adopt(node, this.nodes.length);
  }

  replaceChildren(...nodes) {
    this.children.forEach((child) => child.remove());
    this.nodes = [];
    this.append(...nodes);
  }

  insertBefore(node, reference) {
    node.remove();
    this.#adopt(node, reference ? this.nodes.indexOf(reference) : this.nodes.length);
  }

  after(node) {
    this.parent.#adopt(node, this.parent.nodes.indexOf(this) + 1);
  }

  remove() {
    if (!this.parent) return;
    this.parent.nodes = this.parent.nodes.filter((node) => node !== this);
    this.parent = null;
  }

  #adopt(node, at) {
    if (node === "") return;
    if (node instanceof StubElement) {
      node.remove();
      node.parent = this;
    }
    this.nodes.splice(at, 0, node);
  }

  cloneNode() {
    const copy = new StubElement(this.tagName, Object.fromEntries(this.attributes));
    copy.append(...this.nodes.map((node) => (typeof node === "string" ? node : node.cloneNode())));
    return copy;
  }

  contains(other) {
    return this === other || (Boolean(other?.parent) && this.contains(other.parent));
  }

  // Selectors

  matches(selector) {
    return splitList(selector).some((each) => matchesPath(this, each.trim().split(/\s+/u)));
  }

  closest(selector) {
    for (let node = this; node instanceof StubElement; node = node.parent) if (node.matches(selector)) return node;
    return null;
  }

  querySelectorAll(selector) {
    return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  // Attributes

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  #toggleAttribute(name, isOn) {
    if (isOn) this.attributes.set(name, "");
    else this.attributes.delete(name);
  }

  get hidden() {
    return this.attributes.has("hidden");
  }

  set hidden(isHidden) {
    this.#toggleAttribute("hidden", isHidden);
  }

  get disabled() {
    return this.attributes.has("disabled");
  }

  set disabled(isDisabled) {
    this.#toggleAttribute("disabled", isDisabled);
  }

  get maxLength() {
    return Number(this.getAttribute("maxlength") ?? -1);
  }

  get className() {
    return this.getAttribute("class") ?? "";
  }

  // Fields and forms

  get value() {
    return this.written ?? this.getAttribute("value") ?? "";
  }

  set value(value) {
    this.written = String(value);
  }

  get checked() {
    return this.ticked ?? this.attributes.has("checked");
  }

  set checked(isChecked) {
    this.ticked = isChecked;
  }

  get elements() {
    const all = this.querySelectorAll("input, select, textarea, button");
    return new Proxy(all, {
      get(list, name) {
        if (name in list || typeof name === "symbol") return Reflect.get(list, name);
        const named = list.filter((field) => field.name === name);
        return named.length > 1 ? makeRadioGroup(named) : named[0];
      },
    });
  }

  reset() {
    this.elements.forEach((field) => Object.assign(field, { written: undefined, ticked: undefined }));
  }

  requestSubmit() {
    return this.dispatchEvent(new PageEvent("submit", { bubbles: true }));
  }

  // What people and scripts do

  click() {
    if (!this.disabled) this.dispatchEvent(new PageEvent("click", { bubbles: true }));
  }

  focus() {
    globalThis.document.activeElement = this;
    this.dispatchEvent(new PageEvent("focus"));
  }

  blur() {
    if (globalThis.document.activeElement === this) globalThis.document.activeElement = globalThis.document.body;
  }

  select() {
    this.selections += 1;
  }

  get open() {
    return this.attributes.has("open");
  }

  showModal() {
    this.setAttribute("open", "");
  }

  close() {
    this.removeAttribute("open");
    this.dispatchEvent(new PageEvent("close"));
  }

  showPopover() {
    this.isPopoverOpen = true;
    this.dispatchEvent(new PageEvent("toggle", { newState: "open" }));
  }

  hidePopover() {
    this.isPopoverOpen = false;
    this.dispatchEvent(new PageEvent("toggle", { newState: "closed" }));
  }

  get offsetHeight() {
    return Number(this.dataset.offsetHeight ?? 0);
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  }

  scrollIntoView() {}

  scrollTo({ top }) {
    this.scrollTop = top;
  }

  animate() {
    return { cancel() {}, playState: "running", currentTime: 0 };
  }
}

for (const name of REFLECTED) {
  Object.defineProperty(StubElement.prototype, name, {
    get() {
      return this.getAttribute(name) ?? "";
    },
    set(value) {
      this.setAttribute(name, value);
    },
  });
}

// Elements of this HTML. Django's tags are left out, so that both ways of an {% if %} are there.
export function parseHtml(html) {
  const root = new StubElement("div");
  let here = root;
  const plain = html.replace(/\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->/gsu, "");
  for (const [token, end, tag, attributes] of plain.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>|[^<]+/giu)) {
    if (!tag) here.append(token.replace(/\s+/gu, " "));
    else if (end) here = VOID.has(tag) ? here : here.parent;
    else {
      const element = new StubElement(tag, parseAttributes(attributes));
      here.append(element);
      if (!VOID.has(tag) && !attributes.endsWith("/")) here = element;
    }
  }
  return root.children.map((child) => {
    child.parent = null;
    return child;
  });
}

function parseAttributes(text) {
  const found = text.matchAll(/([\w-]+)(?:="([^"]*)")?/gu);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value ?? ""]));
}

function splitList(selector) {
  return selector.split(/,(?![^(]*\))/u);
}

function matchesPath(element, path) {
  if (!matchesOne(element, path.at(-1))) return false;
  if (path.length === 1) return true;
  for (let node = element.parent; node instanceof StubElement; node = node.parent) {
    if (matchesPath(node, path.slice(0, -1))) return true;
  }
  return false;
}

function matchesOne(element, compound) {
  const parts = compound.match(/:not\([^)]*\)|:[\w-]+|[.#]?[\w-]+|\[[^\]]+\]/gu);
  return parts.every((part) => {
    if (part.startsWith(":not(")) return !element.matches(part.slice(5, -1));
    if (part === ":popover-open") return Boolean(element.isPopoverOpen);
    if (part[0] === ".") return element.classList.contains(part.slice(1));
    if (part[0] === "#") return element.id === part.slice(1);
    if (part[0] !== "[") return element.tagName === part.toUpperCase();
    const [, name, begins, value] = /^\[([\w-]+)(?:(\^?)="?([^"\]]*)"?)?\]$/u.exec(part);
    const found = element.getAttribute(name);
    if (value === undefined || found === null) return value === undefined && found !== null;
    return begins ? found.startsWith(value) : found === value;
  });
}

function makeStyle() {
  const set = new Map();
  return {
    setProperty: (name, value) => set.set(name, String(value)),
    getPropertyValue: (name) => set.get(name) ?? "",
    removeProperty: (name) => set.delete(name),
  };
}

function makeDataset(element) {
  const attributeOf = (name) => `data-${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
  return new Proxy({}, {
    get: (_, name) => element.attributes.get(attributeOf(name)),
    set: (_, name, value) => Boolean(element.attributes.set(attributeOf(name), String(value))),
    has: (_, name) => element.attributes.has(attributeOf(name)),
    deleteProperty: (_, name) => element.attributes.delete(attributeOf(name)) || true,
  });
}

function makeClassList(element) {
  const read = () => new Set((element.getAttribute("class") ?? "").split(/\s+/u).filter(Boolean));
  const write = (names) => element.setAttribute("class", [...names].join(" "));
  return {
    contains: (name) => read().has(name),
    add: (...names) => write(new Set([...read(), ...names])),
    remove: (...names) => write([...read()].filter((name) => !names.includes(name))),
    toggle(name, isOn = !read().has(name)) {
      if (isOn) this.add(name);
      else this.remove(name);
      return isOn;
    },
  };
}

function makeRadioGroup(fields) {
  return {
    get value() {
      return fields.find((field) => field.checked)?.value ?? "";
    },
    set value(value) {
      for (const field of fields) field.checked = field.value === value;
    },
  };
}

export class StubDocument extends Target {
  constructor() {
    super();
    this.documentElement = new StubElement("html");
    this.body = new StubElement("body");
    this.documentElement.append(this.body);
    this.documentElement.parent = this;
    this.activeElement = this.body;
    [this.hidden, this.title, this.cookie] = [false, "", "csrftoken=secret"];
  }

  createElement(tag) {
    return new StubElement(tag);
  }

  createElementNS(_, tag) {
    return new StubElement(tag);
  }

  getElementById(id) {
    return this.querySelector(`#${id}`);
  }

  querySelector(selector) {
    return this.body.querySelector(selector);
  }

  querySelectorAll(selector) {
    return this.body.querySelectorAll(selector);
  }
}
