// A video player's page in an iframe, spoken to by messages alone: no script of theirs runs in ours.
// The words are those of YouTube's IFrame Player API, which its own script sends, too.

const HELLO_EVERY_MS = 250;
const NO_ANSWER_MS = 10_000;

const PLAYING = 1;

export function createVideo(place, onTrouble = () => {}) {
  let frame = null;
  let origin = "";
  let hello = null;
  let isThere = false; // Until its page has come, the frame is an empty one of our own origin.
  let info = {};
  let toldAt = 0;

  window.addEventListener("message", heard);

  // Resolves once the player answers; undefined if it never does.
  function open(url) {
    close();
    origin = new URL(url).origin;
    frame = document.createElement("iframe");
    frame.title = "Video";
    frame.allow = "autoplay; encrypted-media";
    frame.referrerPolicy = "strict-origin-when-cross-origin"; // Without one it refuses to play.
    frame.src = url;
    frame.addEventListener("load", () => {
      isThere = true;
    });
    place.replaceChildren(frame);
    return new Promise((ready) => {
      const end = performance.now() + NO_ANSWER_MS;
      hello = setInterval(() => {
        if ("playerState" in info || performance.now() > end) {
          clearInterval(hello);
          ready();
        } else {
          post({ event: "listening" });
        }
      }, HELLO_EVERY_MS);
    });
  }

  function close() {
    clearInterval(hello);
    place.replaceChildren();
    frame = null;
    isThere = false;
    info = {};
  }

  function heard({ source, origin: from, data }) {
    if (!frame || source !== frame.contentWindow || from !== origin) return;
    const message = parsed(data);
    if (message.event === "onError") onTrouble(message.info);
    if (typeof message.info !== "object" || message.info === null) return;
    info = { ...info, ...message.info };
    if ("currentTime" in message.info) toldAt = performance.now();
  }

  function tell(func, ...args) {
    post({ event: "command", func, args });
  }

  function post(message) {
    if (!isThere) return;
    frame.contentWindow.postMessage(JSON.stringify({ id: 1, channel: "widget", ...message }), origin);
  }

  function isPlaying() {
    return info.playerState === PLAYING;
  }

  // In ms; between two messages it goes on by itself.
  function position() {
    const since = isPlaying() ? performance.now() - toldAt : 0;
    return (info.currentTime ?? 0) * 1000 + since;
  }

  return {
    open,
    close,
    tell,
    isPlaying,
    position,
    isOpen: () => frame !== null,
    lengthMs: () => Math.round((info.duration ?? 0) * 1000),
  };
}

function parsed(data) {
  try {
    const message = JSON.parse(data);
    return typeof message === "object" && message !== null ? message : {};
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault;
    return {};
  }
}
