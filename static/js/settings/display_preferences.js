// How this person likes the page, set before anything is painted; kept on this device.
// A classic script, loaded first, so that no other colours flash.
(() => {
  const KEY = "andre.taste";
  const AT_FIRST = { accent: "green", mode: "system", faces: "pictures" };
  const root = document.documentElement;

  function read() {
    try {
      return { ...AT_FIRST, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
    } catch {
      return AT_FIRST; // Storage is closed or holds something else: the system's taste will do.
    }
  }

  function apply({ accent, mode, faces }) {
    root.dataset.accent = accent;
    root.dataset.mode = mode;
    root.dataset.faces = faces;
  }

  function change(patch) {
    const taste = { ...read(), ...patch };
    localStorage.setItem(KEY, JSON.stringify(taste));
    apply(taste);
    return taste;
  }

  window.displayPreferences = Object.freeze({ read, change });
  apply(read());
  window.addEventListener("storage", ({ key }) => key === KEY && apply(read()));
})();
