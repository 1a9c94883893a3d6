// The page that shows a code: it asks every few seconds whether somebody has confirmed it. Without this
// script the button asks.

const form = document.querySelector("form[data-poll-ms]");

async function ask() {
  const body = new FormData(form);
  const answer = await fetch(location.pathname, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") location.assign("/");
  // Refused or too old: the page says so itself. Anything else may pass.
  else if (answer?.status === 403 || answer?.status === 404) location.reload();
}

setInterval(ask, Number(form.dataset.pollMs));
