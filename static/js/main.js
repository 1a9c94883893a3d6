// Puts the page together: one store, one connection, one clock, one player, and the views.

import { fetchAccounts } from "./accounts.js";
import { post } from "./api.js";
import { createClock } from "./clock.js";
import { reportSync } from "./commands.js";
import { openLine } from "./line.js";
import { createClicks } from "./players/clicks.js";
import { createHorns } from "./players/horns.js";
import { mountMediaSession } from "./players/mediasession.js";
import { createPlayers } from "./players/index.js";
import { createSpeaker } from "./players/speaker.js";
import { createStore } from "./store.js";
import { mountAnnouncer } from "./views/announcer.js";
import { mountBar } from "./views/bar.js";
import { mountBuild } from "./views/build.js";
import { mountHornCaption } from "./views/caption.js";
import { mountCalibration } from "./views/calibration.js";
import { mountCheers } from "./views/cheers.js";
import { mountConnection } from "./views/connection.js";
import { mountDevice } from "./views/device.js";
import { mountEnded } from "./views/ended.js";
import { mountHelp } from "./views/help.js";
import { mountHistory } from "./views/history.js";
import { mountHorns } from "./views/horns.js";
import { mountJoin } from "./views/join.js";
import { mountKeyboard } from "./views/keyboard.js";
import { mountLight } from "./views/light.js";
import { mountMine } from "./views/mine.js";
import { mountMini } from "./views/mini.js";
import { mountPeople } from "./views/people.js";
import { mountPerch } from "./views/perch.js";
import { mountPreview } from "./views/preview.js";
import { mountQueue } from "./views/queue.js";
import { mountSearch } from "./views/search.js";
import { mountSetup } from "./views/setup.js";
import { mountShare } from "./views/share.js";
import { mountSpeakers } from "./views/speakers.js";
import { mountStage } from "./views/stage.js";
import { mountSuggestions } from "./views/suggestions.js";
import { mountToasts } from "./views/toasts.js";
import { mountTransport } from "./views/transport.js";
import { mountNestVolume } from "./views/volume.js";
import { mountWire } from "./views/wire.js";

const REPORT_EVERY_MS = 10_000;
const TRIM_KEY = "andre.trim_ms";

const store = createStore();
const clock = createClock();
const nestApi = `/api/nests/${window.NEST_CODE}`;

const trim = () => Number(localStorage.getItem(TRIM_KEY) ?? 0);
const speaker = createSpeaker({ local: clock.local });
const horns = createHorns({ clock, speaker, trim });
const { ownProvider, ownSdk } = document.body.dataset;
const mixes = document.body.dataset.mixes === "true";
const player = createPlayers({
  store,
  clock,
  speaker,
  fetchMedia,
  trim,
  place: document.getElementById("video"),
  nest: window.NEST_ID,
  own: ownProvider ? { provider: ownProvider, sdkUrl: ownSdk } : null,
  mixes,
  tell: (command) => line.tell(command),
});

const line = openLine(store, clock);

mountViews(line.send);
fetchAccounts(store);
mountMediaSession(store, player, clock);
store.subscribe(() => player.look());
setInterval(reportHowWell, REPORT_EVERY_MS);
document.addEventListener("visibilitychange", comeBack);
// Only where the page is trusted: https, or this machine itself.
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // Forbidden here: the page does without.

// A small window for tests and benches, read only: what the page believes and what it sounds.
window.andre = Object.freeze({
  state: store.state,
  clock: Object.freeze({ now: clock.now, roundTrip: clock.roundTrip }),
  account: player.account,
  player: Object.freeze({
    position: player.position,
    songId: player.songId,
    errorMs: player.errorMs,
    isListening: player.isListening,
    latency: () => speaker?.latency() ?? null,
  }),
});

function mountViews(send) {
  const at = (id) => document.getElementById(id);
  mountBar(at("bar"), store, send);
  mountConnection(at("connection"), store);
  mountEnded(at("ended"), store);
  mountWire(at("wire"), store, clock);
  mountPerch(at("perch"), store);
  mountStage(at("stage"), store);
  mountTransport(at("stage"), store, send, clock);
  mountCheers(at("stage"), store, send);
  const speakers = mountSpeakers(at("speakers"), store, player.account);
  const device = mountDevice(at("stage"), store, { player, horns, speakers, mixes });
  mountNestVolume(at("nest-volume"), store, send);
  mountHorns(at("horns"), store, send, horns, clock);
  mountHornCaption(at("horn-caption"), store, clock);
  mountQueue(at("queue"), store, send);
  mountPreview(at("preview"), store, send);
  mountSuggestions(at("suggestions"), store, send);
  mountSearch(at("search"), store, send);
  mountMini(at("mini"), store, send);
  mountBuild(at("build"));
  mountJoin(at("join"));
  mountShare(at("share"), store);
  mountPeople(at("people"), store);
  mountHistory(at("history"), store, send);
  mountSetup(at("setup"), store, send);
  mountMine(at("mine"), store, { sync: device.sync });
  const clicks = speaker && createClicks({ clock, speaker, trim });
  mountCalibration(at("mine"), { clicks, context: speaker?.context, duck: device.duck });
  mountHelp(at("help"));
  mountToasts(at("toasts"), store, send);
  mountLight(document.documentElement, store);
  mountAnnouncer(at("announcer"), store);
  mountKeyboard(document, store);
}

async function fetchMedia(song) {
  const { url, expires_at: expiresAt } = await post(`${nestApi}/media-token`, { track: song.trackid });
  return { url, expires_at_ms: Number(expiresAt) };
}

function reportHowWell() {
  const error = player.errorMs();
  if (error !== null && player.position() !== null) line.tell(reportSync(error));
}

// A hidden tab or a sleeping laptop may have lost the time.
function comeBack() {
  if (!document.hidden) line.comeBack();
}
