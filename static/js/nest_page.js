// Puts the page together: one store, one connection, one clock, one player, and the views.

import { fetchLinkedAccounts } from "./accounts/linked_accounts.js";
import { mountChatAnnouncer } from "./chat/chat_announcer.js";
import { rememberedChat } from "./chat/chat_state.js";
import { mountChatToggle } from "./chat/chat_toggle.js";
import { createClock } from "./core/clock.js";
import { reportSync } from "./core/commands.js";
import { loadOnAction, loadOnce } from "./core/load_later.js";
import { createStore } from "./core/store.js";
import { identifyDevice, registerDevice } from "./core/this_device.js";
import { mountBenderAvatar } from "./listeners/bender_avatar.js";
import { mountListeners } from "./listeners/listeners.js";
import { mountBar } from "./nest/bar.js";
import { mountConnectionNotice } from "./nest/connection_notice.js";
import { mountEndedNotice } from "./nest/ended_notice.js";
import { mountHelpDialog } from "./nest/help_dialog.js";
import { mountKeyboard } from "./nest/keyboard.js";
import { openNestConnection } from "./nest/nest_connection.js";
import { mountToasts } from "./nest/toasts.js";
import { mountAnnouncer } from "./playback/announcer.js";
import { mountCoverTheme } from "./playback/cover_theme.js";
import { mountDevicePanel } from "./playback/device_panel.js";
import { mountDj } from "./playback/dj.js";
import { mountMiniPlayer } from "./playback/mini_player.js";
import { mountNestVolume } from "./playback/nest_volume.js";
import { mountNowPlaying } from "./playback/now_playing.js";
import { mountOptions } from "./playback/options.js";
import { mountSkipVotes } from "./playback/skip_votes.js";
import { isLong } from "./playback/timeline.js";
import { mountTransport } from "./playback/transport.js";
import { ActiveSpeaker } from "./players/active_speaker.js";
import { mountMediaSession } from "./players/media_session.js";
import { createPagePlayer } from "./players/page_player.js";
import { mountBenderPreview } from "./queue/bender_preview.js";
import { mountProposals } from "./queue/proposals.js";
import { mountQueue } from "./queue/queue.js";
import { mountAirhornCaptions } from "./reactions/airhorn_captions.js";
import { mountAirhorns } from "./reactions/airhorns.js";
import { mountNowPlayingReactions } from "./reactions/now_playing_reactions.js";
import { mountSearch } from "./search/search.js";
import { mountSuggestions } from "./search/suggestions.js";
import { fetchPreferences, followPreferences } from "./settings/saved_preferences.js";

const REPORT_EVERY_MS = 10_000;
const loadHeard = loadOnce(async () => (await import("./accounts/heard.js")).mountHeard(store, player));
const loadThrottle = loadOnce(async () =>
  (await import("./playback/throttle.js")).mountThrottle(document.getElementById("now-playing"), store, clock),
);

const here = identifyDevice();
export const store = createStore({ chat: rememberedChat(), here });
const clock = createClock();
const { ownProvider, ownSdk } = document.body.dataset;
const hasEncodings = document.body.dataset.encodings === "true";
const mixes = document.body.dataset.mixes === "true";
const own = ownProvider ? await loadOwnAccount() : null;
const { player, speaker, airhorns, trim, quality } = createPagePlayer({
  store,
  clock,
  hasEncodings,
  place: document.getElementById("video"),
  account: own?.player ?? null,
  mixes,
  tell: (command) => connection.notify(command),
  mayFetch: () => listener.settled(),
});

const isGuest = document.body.classList.contains("is-guest");
const guestPage = isGuest ? await import("./nest/guest_page.js") : null;
await guestPage?.claimPass();

const connection = openNestConnection(store, clock);
const listener = new ActiveSpeaker({ store, player, send: connection.send, register: () => registerDevice(here) });

mountViews(connection.send);
fetchLinkedAccounts(store);
fetchPreferences(store);
followPreferences(store);
own?.player.comeBack();
mountMediaSession(store, player, clock);
setInterval(reportSyncError, REPORT_EVERY_MS);
document.addEventListener("visibilitychange", comeBack);
// Only where the page is trusted: https, or this machine itself.
navigator.serviceWorker?.register("/sw.js").catch(() => {}); // Forbidden here: the page does without.

// A small window for tests and benches, read only: what the page believes and what it sounds.
window.andre = Object.freeze({
  state: store.state,
  clock: Object.freeze({ now: clock.now, roundTrip: clock.roundTrip }),
  account: own?.player ?? null,
  player: Object.freeze({
    position: () => player.position(),
    songId: () => player.songId(),
    errorMs: () => player.errorMs(),
    isListening: () => player.isListening(),
    latency: () => speaker?.latency() ?? null,
  }),
});

function mountViews(send) {
  const at = (id) => document.getElementById(id);
  mountBar(at("bar"), store, send);
  mountConnectionNotice(at("connection"), store);
  mountEndedNotice(at("ended"), store);
  mountListeners(at("listeners"), store, clock);
  mountBenderAvatar(at("bender-avatar"), store);
  mountNowPlaying(at("now-playing"), store);
  mountTransport(at("now-playing"), store, send, clock);
  mountDj(document, at("now-playing"), store, clock);
  store.subscribe(({ nest }) => nest?.throttle && loadThrottle());
  mountOptions(at("now-playing"), store, send);
  mountSkipVotes(at("now-playing"), store);
  mountNowPlayingReactions(at("now-playing"), store, send);
  loadProgressWhenLong(at("now-playing"), send);
  const speakers = own?.mountSpeakerMenu(at("speakers"), store, own.player);
  const device = mountDevicePanel(at("now-playing"), store, { player, listener, airhorns, speakers, mixes });
  mountNestVolume(at("nest-volume"), store, send);
  mountAirhorns(at("airhorns"), store, send, airhorns, clock);
  mountAirhornCaptions(at("airhorn-caption"), store, clock);
  mountProposals(at("proposals"), store, send);
  mountQueue(at("queue"), store, send);
  mountBenderPreview(at("preview"), store, send);
  mountSuggestions(at("suggestions"), store, send);
  mountSearch(at("search"), store, send);
  mountMiniPlayer(at("mini-player"), store, send);
  mountOptions(at("mini-player"), store, send, { isSmall: true });
  mountChatAnnouncer(at("chat-announcer"), store);
  mountChatToggle(at("chat-toggle"), store);
  loadChatWhenOpen(at("chat"), send);
  mountDialogs(at, send, device);
  mountHelpDialog(at("help"));
  mountToasts(at("toasts"), store, send);
  mountCoverTheme(document.documentElement, store);
  mountAnnouncer(at("announcer"), store);
  mountKeyboard(document, store);
  guestPage?.mountGuestPage(document, store);
  if (at("bring-along")) import("./nest/bring_along.js").then(({ mountBringAlong }) => mountBringAlong(at("bring-along"), store));
  if (!isGuest) import("./listeners/waiting_guests.js").then(({ mountWaitingGuests }) => mountWaitingGuests(at("bar"), store, keepsGuests(at)));
}

function loadProgressWhenLong(root, send) {
  const load = loadOnce(async () => {
    const { mountListeningProgress } = await import("./playback/listening_progress.js");
    mountListeningProgress(root, store, { send, tell: (command) => connection.notify(command), clock });
  });
  store.subscribe(({ nest }) => nest?.song && isLong(nest.song) && load());
}

// Most people open none of these: each is fetched when somebody does.
function mountDialogs(at, send, device) {
  loadOnAction("create-nest", async () => (await import("./nest/create_nest.js")).mountCreateNest(at("create-nest")));
  loadOnAction("join", async () => (await import("./nest/join_nest.js")).mountJoinNest(at("join")));
  loadOnAction("share", async () => {
    if (keepsGuests(at)) (await import("./nest/invitation.js")).mountInvitation(at("share"), store, send);
    else (await import("./nest/share_nest.js")).mountShareNest(at("share"), store);
  });
  loadOnAction("people", async () => {
    (await import("./listeners/listeners_dialog.js")).mountListenersDialog(at("people"), store, send);
    (await import("./listeners/moderation.js")).mountModeration(at("people"), at("moderate"), store, send);
    (await import("./listeners/knocking.js")).mountKnocking(at("people"), store, send);
    if (keepsGuests(at)) (await import("./listeners/guests.js")).mountGuests(at("people"), at("end-visit"), store);
  });
  if (!isGuest) {
    loadOnAction("like", async () => {
      (await import("./favourites/favourite_button.js")).mountFavouriteButton(at("now-playing"), store);
    });
    loadOnAction("to-playlist", async () => {
      (await import("./playlists/playlist_picker.js")).mountPlaylistPicker(at("playlist-picker"), store);
    });
  }
  loadOnAction("library", async () => {
    (await import("./library/library_dialog.js")).mountLibraryDialog(at("library"), store, send);
  });
  loadOnAction("lyrics", async () => {
    (await import("./lyrics/lyrics_panel.js")).mountLyricsPanel(at("now-playing"), store, send, clock);
  });
  loadOnAction("history", async () => {
    (await import("./history/history_dialog.js")).mountHistoryDialog(at("history"), store, send);
  });
  loadOnAction("nest-settings", async () => {
    (await import("./settings/nest_settings_dialog.js")).mountNestSettings(at("nest-settings"), store, send);
  });
  loadOnAction("listening-on", async () => {
    const { mountListeningMenu } = await import("./playback/listening_menu.js");
    mountListeningMenu(at("listening-on"), store, send, (button) => device.listen(button, true));
  });
  loadOnAction("preferences", () => loadPreferences(at("preferences"), send, device));
}

function loadChatWhenOpen(root, send) {
  const load = loadOnce(async () => (await import("./chat/chat_panel.js")).mountChat(root, store, send));
  store.subscribe(({ chat }) => chat.isOpen && load());
}

// Whether I look after the guests of this nest.
function keepsGuests(at) {
  return "invites" in at("share").dataset;
}

async function loadPreferences(dialog, send, { sync, duck }) {
  const { mountPreferencesDialog } = await import("./settings/preferences_dialog.js");
  const { createClicks } = await import("./players/calibration_clicks.js");
  const { mountCalibration } = await import("./settings/calibration.js");
  mountPreferencesDialog(dialog, store, send, { sync, quality });
  if (!isGuest) (await import("./settings/scrobbling_section.js")).mountScrobbling(dialog, store);
  const clicks = speaker && createClicks({ clock, speaker, trim });
  mountCalibration(dialog, { clicks, context: () => speaker.context(), duck });
}

// What music needs that is heard on an account of the listener's own.
async function loadOwnAccount() {
  const [{ SpotifyPlayer }, { mountSpeakerMenu }] = await Promise.all([
    import("./players/spotify_player.js"),
    import("./accounts/speaker_menu.js"),
  ]);
  const ownPlayer = new SpotifyPlayer({ provider: ownProvider, sdkUrl: ownSdk, nest: window.NEST_ID, store });
  return { player: ownPlayer, mountSpeakerMenu };
}

function reportSyncError() {
  const error = player.errorMs();
  if (error !== null && player.position() !== null) connection.notify(reportSync(error));
  if (!isGuest && player.position() !== null) loadHeard();
}

// A hidden tab or a sleeping laptop may have lost the time.
function comeBack() {
  if (!document.hidden) connection.comeBack();
}
