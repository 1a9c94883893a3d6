// R8: old snapshot + events = new snapshot. The examples are those the Python tests read.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as commands from "../../../static/js/core/commands.js";
import { fromSnapshot, listenerReducers, reduce, reducers } from "../../../static/js/core/reducers.js";
import { ALICE, BOB, wire, wireTypes } from "../support.js";

const nest = () => fromSnapshot(wire("welcome").snapshot);
const after = (type, start = nest(), me = ALICE) => reduce(start, wire(type), me);
const ids = ({ queue }) => queue.map((song) => song.song_id);

test("every event of the wire has a reducer, and every reducer an event", () => {
  const events = wireTypes().filter((type) => "ts" in wire(type));

  const known = [...Object.keys(reducers), ...Object.keys(listenerReducers)];
  assert.deepEqual(known.sort(), events.sort());
});

test("every command the page can give is written as the wire has it", () => {
  const built = [
    commands.addSongs(wire("add_songs").uris),
    commands.removeSong(wire("remove_song").song_id),
    commands.moveSong(wire("move_song").song_id, wire("move_song").before),
    commands.clearQueue(),
    commands.undo(wire("undo").undo_token),
    commands.castVote(wire("cast_vote").song_id, wire("cast_vote").direction),
    commands.play(wire("play").position_ms),
    commands.pause(),
    commands.toggle(),
    commands.seek(wire("seek").position_ms),
    commands.skip(wire("skip").song_id),
    commands.previous(wire("previous").song_id),
    commands.setVolume(wire("set_volume").volume),
    commands.queuePreview(wire("queue_preview").track),
    commands.filterPreview(wire("filter_preview").track),
    commands.changeNestSettings(withoutEnvelope(wire("change_nest_settings"))),
    commands.nameDj(wire("name_dj").person),
    commands.changePreferences({ accent: wire("change_preferences").accent }),
    commands.muteListener(wire("mute_listener").person, wire("mute_listener").reason),
    commands.unmuteListener(wire("unmute_listener").person),
    commands.kickListener(wire("kick_listener").person, wire("kick_listener").reason),
    commands.banListener(wire("ban_listener").person, wire("ban_listener").reason),
    commands.unbanListener(wire("unban_listener").person),
    commands.approveListener(wire("approve_listener").person),
    commands.refuseListener(wire("refuse_listener").person),
    commands.probeClock(wire("probe_clock").t0),
    commands.beat(wire("beat").rev),
    commands.reportProgress(...Object.values(wire("report_progress")).slice(1, 5)),
    commands.reportSync(wire("report_sync").error_ms),
    commands.reportPlaybackFailure(...Object.values(wire("report_playback_failure")).slice(1)),
  ];

  for (const command of built) {
    const { id, ...example } = wire(command.type);
    assert.deepEqual(command, example, `${command.type} (${id})`);
  }
});

test("no reducer changes the snapshot it is given", () => {
  for (const type of Object.keys(reducers)) {
    const frozen = deepFreeze(nest());

    assert.doesNotThrow(() => after(type, frozen), type);
  }
});

test("options put the queue in another order", () => {
  const told = { ...wire("options_changed"), shuffle: true, moved: [{ song_id: 13, tag: 0, order: -1 }] };

  const shuffled = reduce(nest(), told, ALICE);

  assert.equal(shuffled.playback.shuffle, true);
  assert.deepEqual(ids(shuffled), [13, 12]);
});

test("a moved song stands where the DJ has put it, and says so", () => {
  const moved = after("song_moved");

  assert.deepEqual(ids(moved), [13, 12]);
  assert.deepEqual(moved.queue.map((song) => song.placed), [true, false]);
});

// S-6.6
test("an older state of the playback changes nothing, and the same one again nothing more", () => {
  const { version } = nest().playback;
  const told = { ...wire("playback_state"), version: version + 1 };
  const newer = reduce(nest(), told, ALICE);

  const older = reduce(newer, { ...told, version, position_ms: 1 }, ALICE);
  const again = reduce(newer, told, ALICE);

  assert.deepEqual(older.playback, newer.playback);
  assert.deepEqual(again.playback, newer.playback);
});

test("an added song takes its place by order", () => {
  const added = wire("songs_added");
  added.songs[0].order = 90;

  const changed = reduce(nest(), added, ALICE);

  assert.deepEqual(ids(changed), [12, 14, 13]);
});

test("songs of equal order stand as they were added", () => {
  const changed = after("songs_added");

  assert.deepEqual(ids(changed), [12, 13, 14]);
});

test("a removed song is gone and the others move up", () => {
  const changed = after("song_removed");

  assert.deepEqual(ids(changed), [13]);
  assert.equal(changed.queue[0].order, 0);
});

test("a cleared queue is empty, and what plays plays on", () => {
  const changed = after("queue_cleared");

  assert.deepEqual(ids(changed), []);
  assert.equal(changed.song.song_id, 11);
});

test("a restored song comes back with its votes, and I still see my own", () => {
  const voted = reduce(nest(), { ...wire("vote_cast"), song_id: 12, order: 0 }, BOB);
  const removed = reduce(voted, wire("song_removed"), BOB);

  const restored = reduce(removed, wire("queue_restored"), BOB);

  assert.deepEqual(ids(restored), [12, 13]);
  assert.deepEqual([restored.queue[0].vote, restored.queue[0].my_vote], [1, 1]);
});

test("airtime given back moves songs", () => {
  const changed = after("songs_moved");

  assert.equal(changed.queue.find((song) => song.song_id === 13).order, 60);
});

test("a vote moves the song up and is mine only if I cast it", () => {
  const asAlice = after("vote_cast", nest(), ALICE);
  const asBob = after("vote_cast", nest(), BOB);

  assert.deepEqual(ids(asAlice), [13, 12]);
  assert.deepEqual([asAlice.queue[0].vote, asAlice.queue[0].my_vote], [1, 0]);
  assert.deepEqual([asBob.queue[0].vote, asBob.queue[0].my_vote], [1, 1]);
});

test("a playback state replaces the whole playback", () => {
  const changed = after("playback_state");

  const { type, rev, ts, ...playback } = wire("playback_state");
  assert.deepEqual(changed.playback, playback, `${type} ${rev} ${ts}`);
});

test("a started song leaves the queue and keeps my vote", () => {
  const voted = reduce(nest(), { ...wire("vote_cast"), song_id: 12 }, BOB);

  const started = reduce(voted, wire("song_started"), BOB);

  assert.equal(started.song.song_id, 12);
  assert.equal(started.song.my_vote, 1);
  assert.deepEqual(ids(started), [13]);
  assert.equal(started.playback.song_id, 12);
});

test("a finished song stays in sight until the next one or silence", () => {
  const finished = after("song_finished");

  const silent = reduce(finished, wire("nest_fell_silent"), ALICE);

  assert.equal(finished.song.song_id, 11);
  assert.equal(silent.song, null);
  assert.equal(silent.last_song.song_id, 11);
  assert.equal(silent.playback.play_state, "stopped");
});

test("a song that failed in the queue leaves it", () => {
  const changed = after("song_failed");

  assert.deepEqual(ids(changed), [13]);
  assert.equal(changed.song.song_id, 11);
});

test("the page keeps which song could not be played, and why", () => {
  const changed = after("song_failed");

  const { title } = nest().queue.find((song) => song.song_id === 12);
  assert.deepEqual(changed.failure, { song_id: 12, title, reason: "Its recording is gone." });
});

test("the song that plays has its true length, and so has its playback", () => {
  const changed = after("song_length_corrected");

  assert.equal(changed.song.duration_ms, 12_000);
  assert.equal(changed.playback.ends_at_ms, 1_760_000_002_000);
  assert.equal(changed.queue.find((song) => song.song_id === 13).order, 12);
});

test("a waiting song has its true length, and what plays plays on", () => {
  const corrected = { ...wire("song_length_corrected"), song_id: 12, playback: null };

  const changed = reduce(nest(), corrected, ALICE);

  assert.equal(changed.queue.find((song) => song.song_id === 12).duration_ms, 12_000);
  assert.deepEqual(changed.playback, nest().playback);
});

test("the locked next song is known", () => {
  const changed = after("next_locked");

  assert.equal(changed.playback.locked_song_id, 12);
});

test("listeners come and go, and nobody is listed twice", () => {
  const changed = after("listeners_changed");

  assert.deepEqual(changed.listeners.map((person) => person.id), [ALICE, BOB]);
  assert.equal(changed.count, 2);
});

test("Bender's preview is the new one", () => {
  const changed = after("preview_changed");

  assert.equal(changed.preview.track.title, "Exact Change Only");
  assert.equal(nest().preview, null);
});

test("volume and name are the new ones", () => {
  const changed = after("nest_renamed", after("volume_changed"));

  assert.equal(changed.volume, 80);
  assert.equal(changed.nest.name, "Friday Vibes");
  assert.equal(changed.nest.code, "X7K2P");
});

test("what the nest is set to is the new one, and its name stays", () => {
  const changed = after("nest_settings_changed");

  assert.deepEqual(
    [changed.nest.catalogue, changed.nest.bender, changed.nest.bender_profile],
    ["spotify", true, "classic"],
  );
  assert.deepEqual(Object.keys(changed.nest), Object.keys(nest().nest));
});

test("an event from a newer server raises the revision and changes nothing else", () => {
  const unknown = { type: "moon_rose", rev: 18, ts: 0 };

  const changed = reduce(nest(), unknown, ALICE);

  assert.deepEqual(changed, { ...nest(), rev: 18 });
});

function withoutEnvelope({ type, id, ...fields }) {
  return fields;
}

function deepFreeze(value) {
  if (value && typeof value === "object") Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
