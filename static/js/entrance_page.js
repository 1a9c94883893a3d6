// The page of an invitation or of the owner's link: what stands behind the # is never sent by itself,
// so that no log and no proxy has it. The form posts it, and the address bar forgets it.

const form = document.querySelector("[data-entrance]");
const { token } = form.elements;

if (location.hash.length > 1) {
  token.value = location.hash.slice(1);
  window.history.replaceState(null, "", location.pathname);
}
form.addEventListener("submit", () => {
  form.querySelector("button").disabled = true;
});
