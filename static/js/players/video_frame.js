// A video player's page in an iframe, spoken to by messages alone: no script of theirs runs in ours.
// The words are those of YouTube's IFrame Player API, which its own script sends, too.

const HELLO_EVERY_MS = 250;
const NO_ANSWER_MS = 10_000;

const PLAYING = 1;

export class VideoFrame {
  #place;
  #onTrouble;
  #frame = null;
  #origin = "";
  #hello = null;
  #isThere = false; // Until its page has come, the frame is an empty one of our own origin.
  #info = {};
  #positionToldAt = 0;

  constructor(place, onTrouble = () => {}) {
    [this.#place, this.#onTrouble] = [place, onTrouble];
    window.addEventListener("message", (event) => this.#receive(event));
  }

  // Resolves once the player answers; also if it never does.
  open(url) {
    this.close();
    this.#origin = new URL(url).origin;
    this.#frame = makeFrame(url, () => {
      this.#isThere = true;
    });
    this.#place.replaceChildren(this.#frame);
    return new Promise((ready) => {
      const end = performance.now() + NO_ANSWER_MS;
      this.#hello = setInterval(() => {
        if ("playerState" in this.#info || performance.now() > end) {
          clearInterval(this.#hello);
          ready();
        } else {
          this.#post({ event: "listening" });
        }
      }, HELLO_EVERY_MS);
    });
  }

  close() {
    clearInterval(this.#hello);
    this.#place.replaceChildren();
    [this.#frame, this.#isThere, this.#info] = [null, false, {}];
  }

  #receive({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== this.#origin) return;
    const message = parseMessage(data);
    if (message.event === "onError") this.#onTrouble(message.info);
    if (typeof message.info !== "object" || message.info === null) return;
    this.#info = { ...this.#info, ...message.info };
    if ("currentTime" in message.info) this.#positionToldAt = performance.now();
  }

  // A command of YouTube's IFrame Player API: "playVideo", "seekTo" …
  command(func, ...args) {
    this.#post({ event: "command", func, args });
  }

  #post(message) {
    if (!this.#isThere) return;
    this.#frame.contentWindow.postMessage(JSON.stringify({ id: 1, channel: "widget", ...message }), this.#origin);
  }

  isPlaying() {
    return this.#info.playerState === PLAYING;
  }

  // In ms; between two messages it goes on by itself.
  position() {
    const since = this.isPlaying() ? performance.now() - this.#positionToldAt : 0;
    return (this.#info.currentTime ?? 0) * 1000 + since;
  }

  lengthMs() {
    return Math.round((this.#info.duration ?? 0) * 1000);
  }
}

function makeFrame(url, onLoad) {
  const frame = document.createElement("iframe");
  frame.title = "Video";
  frame.allow = "autoplay; encrypted-media";
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // Without one it refuses to play.
  frame.src = url;
  frame.addEventListener("load", onLoad);
  return frame;
}

function parseMessage(data) {
  try {
    const message = JSON.parse(data);
    return typeof message === "object" && message !== null ? message : {};
  } catch (fault) {
    if (!(fault instanceof SyntaxError)) throw fault;
    return {};
  }
}
