// What a machine can hold about our JavaScript: text is written as text, imports end in semicolons.

const PAGE = [
  "AbortController", "Audio", "Blob", "CSS", "DOMException", "Element", "Event", "FormData", "HTMLElement", "Image",
  "MediaMetadata", "URL", "URLSearchParams", "WebSocket", "clearInterval", "clearTimeout", "console",
  "crypto", "document", "fetch", "getComputedStyle", "localStorage", "location", "matchMedia",
  "navigator", "performance", "queueMicrotask", "requestAnimationFrame", "setInterval", "setTimeout",
  "window", "Intl",
];
const NODE = ["AbortController", "DOMException", "process", "Response", "URL", "console", "performance", "setImmediate", "setTimeout", "structuredClone"];

const AS_TEXT = "Write text with textContent and build elements from templates.";
const HTML_SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"];

export default [
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: globals(PAGE) },
    rules: {
      // A closure or a method is read at one glance; what is longer wants to be a module or a class.
      "max-lines-per-function": ["error", { max: 40 }],
      "no-restricted-properties": [
        "error",
        ...HTML_SINKS.map((property) => ({ property, message: AS_TEXT })),
        { object: "document", property: "write", message: AS_TEXT },
      ],
    },
  },
  { files: ["static/js/core/globals.js", "static/js/settings/display_preferences.js", "static/js/service_worker.js"], languageOptions: { sourceType: "script" } },
  { files: ["static/js/service_worker.js"], languageOptions: { globals: globals(["self", "caches", "fetch", "URL"]) } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: globals(NODE) } },
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-duplicate-imports": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-shadow": "error",
      "no-undef": "error",
      "no-unreachable": "error",
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": "error",
      // The hashing of static files silently skips an import without its semicolon.
      semi: ["error", "always"],
    },
  },
];

function globals(names) {
  return Object.fromEntries(names.map((name) => [name, "readonly"]));
}
