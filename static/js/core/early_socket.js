// Opens the page's first connection while its modules are on their way: on a far line a socket takes
// three round trips, and this takes none of them from what is waited for. core/socket.js takes it over.
// A classic script, not a module, so that it is there before them; so it names this device by itself,
// as core/this_device.js does where there is no early socket.
(() => {
  const makeId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const here = { device: localStorage.getItem("andre.device") ?? makeId(), tab: makeId() };
  localStorage.setItem("andre.device", here.device);
  const url = new URL(document.currentScript.dataset.path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  for (const [name, value] of Object.entries(here)) url.searchParams.set(name, value);
  const socket = new WebSocket(url.href);
  const heard = [];
  socket.onmessage = (event) => heard.push(event);
  window.earlySocket = { socket, heard, here };
})();
