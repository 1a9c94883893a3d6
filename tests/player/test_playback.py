"""What plays, and when the next song does."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from andre.core import clock
from andre.core.errors import Refusal
from player.playback import playback

pytestmark = pytest.mark.django_db


def test_the_first_song_starts_at_once(nest, alice):  # T5
    alice.adds("Blue")

    assert nest.plays() == "Blue"
    assert nest.playback()["is_playing"]


def test_without_listeners_a_song_waits_and_starts_when_somebody_comes(nest, alice, bob):  # N18
    bob.leaves()

    alice.adds("Blue")
    waits = nest.plays()
    bob.listens()

    assert waits is None
    assert nest.plays() == "Blue"


def test_the_position_is_projected_and_clamped(nest, alice):  # P1 U-2.3
    alice.adds("Blue", seconds=60)

    nest.passes(12.5)
    early = nest.playback()["position_ms"]
    nest.now_ms += 100_000

    assert early == 12_500
    assert nest.playback()["position_ms"] == 60_000


def test_songs_change_by_themselves_on_the_scheduled_moment(nest, alice):  # T1 C3
    alice.adds("Blue", "Green", seconds=60)
    began = nest.now_ms

    nest.passes(61)

    assert nest.plays() == "Green"
    assert nest.playback()["changed_at_ms"] == began + 60_000


def test_a_tick_a_little_late_keeps_the_schedule_and_a_very_late_one_does_not(nest, alice):  # T1
    alice.adds("Blue", "Green", "Red", seconds=60)
    began = nest.now_ms

    nest.now_ms += 60_900
    nest.ticks()
    on_schedule = nest.playback()["changed_at_ms"]
    nest.now_ms += 70_000
    nest.ticks()

    assert on_schedule == began + 60_000
    assert nest.playback()["changed_at_ms"] == nest.now_ms


def test_many_ticks_make_one_transition(nest, alice):  # T1
    alice.adds("Blue", "Green", seconds=60)
    nest.now_ms += 60_000

    for _ in range(10):
        nest.ticks()

    assert nest.plays() == "Green"
    assert len([e for e in nest.events() if e["type"] == "song_started"]) == 2


def test_a_dry_queue_falls_silent_and_the_next_song_starts_at_once(nest, alice):  # T5
    alice.adds("Blue", seconds=60)

    nest.passes(61)
    silent = nest.playback()["play_state"]
    alice.adds("Green")

    assert silent == "stopped"
    assert "nest_fell_silent" in [event["type"] for event in nest.events()]
    assert nest.plays() == "Green"


def test_a_silent_nest_shows_its_last_song(nest, alice, bob):  # N18
    alice.adds("Blue", seconds=60)

    nest.passes(61)

    assert bob.sees()["song"] is None
    assert bob.sees()["last_song"]["title"] == "Blue"


def test_the_version_rises_by_one_with_every_change(nest, alice):  # P2 S-6.3
    alice.adds("Blue")
    before = nest.playback()["version"]

    alice.does("pause", 20_000)
    alice.does("play", 10_000)
    alice.does("seek", 50_000)
    alice.does("toggle")

    assert nest.playback()["version"] == before + 4


def test_who_comes_late_sees_the_version_and_the_projected_position(nest, alice, bob):  # S-6.5
    alice.adds("Blue")
    alice.does("seek", 10_000)
    version = nest.playback()["version"]
    nest.passes(42)

    carol = nest.person("Carol")
    carol.listens()

    assert carol.sees()["playback"]["version"] == version
    assert carol.sees()["playback"]["position_ms"] == 52_000


def test_many_at_once_are_told_one_after_the_other(nest, alice):  # S-6.7
    alice.adds("Blue")
    nest.passes(1)
    before, since = nest.playback()["version"], nest.somebody.sees()["rev"]
    act, moment = alice.act, nest.now_ms

    def seek(number):
        with clock.freeze(moment):
            playback.control(act, "seek", 1_000 * number)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(seek, range(50)))

    told = [each for each in nest.events(since) if each["type"] == "playback_state"]
    assert [each["version"] for each in told] == list(range(before + 1, before + 51))
    assert told[-1]["position_ms"] == nest.playback()["position_ms"]
    assert told[-1]["version"] == nest.playback()["version"]


def test_pausing_keeps_the_projected_position(nest, alice, bob):  # P3 S-6.8 U-2.4
    alice.adds("Blue")
    nest.passes(42)

    bob.does("pause")
    nest.passes(1000)

    assert nest.playback()["position_ms"] == 42_000
    assert nest.playback()["play_state"] == "paused"


def test_a_seek_outside_the_song_is_refused(nest, alice):  # P3 U-2.6
    alice.adds("Blue", seconds=60)

    for position in (-1, 60_001):
        with pytest.raises(Refusal) as refused:
            alice.does("seek", position)
        assert refused.value.code == "invalid_position"


def test_a_skip_with_nothing_playing_changes_nothing(nest, alice):  # P4
    before = nest.events()

    alice.skips()

    assert nest.events() == before


def test_two_who_skip_the_same_song_at_one_moment_skip_one(nest, alice, bob):  # P3
    alice.adds("Blue", "Green", "Red")
    blue = nest.playback()["song_id"]

    first, second = alice.skips(blue), bob.skips(blue)

    assert nest.plays() == "Green"
    assert (first["changed"], second["changed"]) == (True, False)
    assert second["rev"] == first["rev"]


def test_a_press_just_after_a_song_has_ended_by_itself_skips_nothing(nest, alice, bob):  # P3
    alice.adds("Blue", "Green", seconds=60)
    blue = nest.playback()["song_id"]
    nest.passes(60)
    before = nest.events()

    answer = bob.skips(blue)

    assert answer["changed"] is False
    assert nest.plays() == "Green"
    assert nest.events() == before


def test_a_press_just_after_the_last_song_has_ended_changes_nothing(nest, alice, bob):  # P4
    alice.adds("Blue", seconds=60)
    blue = nest.playback()["song_id"]
    nest.passes(60)

    skipped, returned = bob.skips(blue), bob.returns_to_previous(blue)

    assert (skipped["changed"], returned["changed"]) == (False, False)


def test_two_who_go_back_from_the_same_song_go_back_once(nest, alice, bob):  # P3
    alice.adds("Blue", "Green", "Red", seconds=60)
    nest.passes(122)
    red = nest.playback()["song_id"]

    first, second = alice.returns_to_previous(red), bob.returns_to_previous(red)

    assert nest.plays() == "Green"
    assert (first["changed"], second["changed"]) == (True, False)


def test_who_names_no_song_skips_whichever_plays(nest, alice, bob):  # P3
    alice.adds("Blue", "Green", "Red")

    first, second = alice.skips(), bob.skips()

    assert nest.plays() == "Red"
    assert first["changed"]
    assert second["changed"]


def test_a_skip_while_paused_stays_paused_at_the_beginning(nest, alice):  # P4
    alice.adds("Blue", "Green")
    alice.does("pause", 30_000)

    alice.skips()

    assert nest.plays() == "Green"
    assert nest.playback()["play_state"] == "paused"
    assert nest.playback()["position_ms"] == 0


def test_previous_plays_the_song_before_again_within_three_seconds(nest, alice):  # P3
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(62)

    alice.returns_to_previous()

    assert nest.plays() == "Blue"
    assert nest.order() == ["Green"]


def test_previous_restarts_a_song_that_has_played_longer(nest, alice):  # P3
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(70)

    alice.returns_to_previous()

    assert nest.plays() == "Green"
    assert nest.playback()["position_ms"] == 0


def test_the_next_song_is_locked_in_the_last_stretch(nest, alice, bob, carol):  # Q8
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(46)
    locked = nest.playback()["locked_song_id"]

    bob.adds("Urgent")
    carol.votes("Urgent", 1)
    nest.passes(15)

    assert locked is not None
    assert nest.plays() == "Green"


def test_seeking_out_of_the_last_stretch_unlocks(nest, alice):  # Q8
    alice.adds("Blue", "Green", seconds=60)
    nest.passes(50)

    alice.does("seek", 5_000)

    assert nest.playback()["locked_song_id"] is None
    assert nest.events()[-2]["type"] == "next_locked"


def test_removing_the_locked_song_locks_the_next(nest, alice):  # Q8
    alice.adds("Blue", "Green", "Red", seconds=60)
    nest.passes(50)

    alice.removes("Green")

    assert nest.playback()["locked_song_id"] == nest.id_of("Red")


def test_an_empty_nest_freezes_where_it_was_and_goes_on_with_the_first_one_back(
    nest, alice, bob
):  # N18
    alice.adds("Blue", seconds=180)
    nest.passes(20)
    bob.leaves()

    nest.passes(500)
    frozen = nest.playback()
    bob.listens()

    assert frozen["play_state"] == "paused"
    assert frozen["position_ms"] == 30_000
    assert nest.playback()["is_playing"]


def test_a_pause_of_a_person_outlives_the_emptiness(nest, alice, bob):  # N18
    alice.adds("Blue")
    alice.does("pause")

    bob.leaves()
    nest.passes(100)
    bob.listens()

    assert nest.playback()["play_state"] == "paused"


def test_a_reload_is_not_leaving(nest, alice, bob):  # N18
    alice.adds("Blue")

    bob.leaves()
    nest.passes(5)
    bob.listens()
    nest.passes(60)

    assert nest.playback()["position_ms"] == 65_000


def test_a_song_that_cannot_be_played_fails_uncharged_and_the_next_one_starts(nest, alice):  # T6
    from player.playback import playback

    alice.adds("Blue", "Green", seconds=60)
    with nest.now():
        playback.fail(nest.nest_id, nest.row_of_what_plays()["song_id"], "file gone")

    assert nest.plays() == "Green"
    assert nest.row_of_what_plays()["tag"] == 0
    assert "song_failed" in [event["type"] for event in nest.events()]


def test_songs_of_a_vanished_recording_leave_every_queue(nest, alice):  # U-7.2 T6
    from player.playback.unavailable_tracks import fail_everywhere

    alice.adds("Blue", "Green", "Red", seconds=60)
    with nest.now():
        failed = fail_everywhere(["library:track:Blue", "library:track:Red"])

    assert failed == 2
    assert nest.plays() == "Green"
    assert nest.order() == []


def test_a_state_untouched_for_more_than_a_day_waits_at_its_beginning(nest, alice, bob):  # U-6.3
    alice.adds("Blue", seconds=60)
    bob.leaves()
    nest.passes(20)
    day_ms = 24 * 3_600_000
    froze_at = nest.playback()["changed_at_ms"]

    nest.now_ms = froze_at + day_ms
    not_yet = nest.playback()["position_ms"]
    nest.now_ms += 1
    stale = nest.playback()
    bob.listens()

    assert not_yet == 10_000
    assert (stale["play_state"], stale["position_ms"]) == ("paused", 0)
    assert nest.plays() == "Blue"
    assert nest.playback()["play_state"] == "paused"


def test_the_nest_has_a_volume_everyone_is_told_of(nest, alice):  # P5a
    from player.playback import playback

    at_first = alice.sees()["volume"]
    with nest.now():
        playback.set_volume(alice.act, 40)
        playback.set_volume(alice.act, 40)

    told = [event["volume"] for event in nest.events() if event["type"] == "volume_changed"]
    assert at_first == 95
    assert alice.sees()["volume"] == 40
    assert told == [40]


def test_a_snapshot_is_what_the_wire_says_it_is(nest, alice, bob):  # R9
    from andre.protocol.shapes import Snapshot
    from andre.web import snapshot

    alice.adds("Blue", "Green")
    bob.votes("Green", 1)
    with nest.now():
        text = snapshot.snapshot(bob.act)

    seen = Snapshot.model_validate_json(text)
    assert (seen.song.title, seen.queue[0].my_vote, seen.count) == ("Blue", 1, 1)
