"""Songs that are not what they say: gone, undecodable, shorter than their header."""

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from andre.core.errors import Refusal
from player.history import history
from player.library.scan import scan_library
from player.models import Play, Track
from player.playback import clock_sync, failures
from player.queue import queue
from tests.player.library_shelf import cut_at, flac
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(root):
    """A minute of everything, but since the scan only twelve seconds of Blue are left."""
    blue = flac(root / "blue.flac", 60, title="Blue")
    for title in ("Green", "Red"):
        flac(root / f"{title}.flac", 60, title=title)
    scan_library(root)
    cut_at(12, blue)
    return {track.title: track for track in Track.objects.all()}


@pytest.fixture
def played(shelf, nest, alice):
    """Alice queues songs of the shelf by their titles."""

    def add(*titles, by=alice):
        with nest.now():
            return queue.add(by.act, [shelf[title].uri for title in titles])["added"]

    return add


def reports(person, song_id, reason, position_ms=0):
    with person.nest.now():
        failures.report(person.act, song_id, reason, position_ms)


def hears(person, error_ms=3.0):
    with person.nest.now():
        clock_sync.report(person.act, error_ms)


def checks(nest, track):
    with nest.now():
        failures.check_length(track.pk)


def kinds(nest):
    return [event["type"] for event in nest.events()]


# Shorter than it says


def test_a_song_whose_recording_is_cut_off_ends_for_everyone_where_its_sound_does(
    nest, alice, bob, shelf, played
):  # L2 T1
    [blue, _] = played("Blue", "Green")
    began = nest.now_ms
    nest.passes(12.5)

    reports(bob, blue, "ended_early", 12_000)
    checks(nest, shelf["Blue"])

    assert nest.plays() == "Green"
    assert nest.playback()["changed_at_ms"] == began + 12_500
    corrected = next(e for e in nest.events() if e["type"] == "song_length_corrected")
    assert corrected["duration_ms"] == pytest.approx(12_000, abs=600)
    assert corrected["playback"]["duration_ms"] == corrected["duration_ms"]


def test_a_song_that_has_not_come_there_yet_ends_on_time(nest, bob, shelf, played):  # T1
    played("Blue", "Green")
    began = nest.now_ms
    nest.passes(5)

    checks(nest, shelf["Blue"])
    true_ms = nest.playback()["duration_ms"]
    nest.passes(8)

    assert nest.plays() == "Green"
    assert nest.playback()["changed_at_ms"] == began + true_ms


def test_the_next_queueing_and_all_that_wait_have_the_true_length(
    nest, alice, bob, shelf, played
):  # Q10
    played("Green", "Blue")

    checks(nest, shelf["Blue"])
    true_ms = nest.row("Blue")["duration_ms"]
    nest.passes(60 + true_ms / 1000 + 1)
    with nest.now():
        again = queue.add(alice.act, [shelf["Blue"].uri])

    assert true_ms == Track.objects.get(title="Blue").duration_ms < 13_000
    assert again["rejected"][0]["error"] == "played_recently"
    assert nest.plays() is None


def test_a_scan_that_finds_the_true_length_corrects_what_plays_and_waits(
    nest, alice, bob, shelf, played
):  # U-7.2 P1
    played("Green", "Blue", "Red")

    with nest.now():
        call_command("scan_library")

    true_ms = Track.objects.get(title="Blue").duration_ms
    assert nest.row("Blue")["duration_ms"] == true_ms < 13_000
    assert nest.row("Red")["tag"] == 60 + true_ms / 1000  # Airtime goes by it too.
    nest.passes(60 + true_ms / 1000 + 1)
    assert nest.plays() == "Red"


def test_its_person_is_charged_for_the_sound_there_was(nest, alice, bob, shelf, played):  # Q7
    played("Blue", "Green", "Red")
    charged_at_first = nest.row("Green")["tag"]

    checks(nest, shelf["Blue"])

    true_ms = nest.playback()["duration_ms"]
    assert charged_at_first == 60
    assert nest.row("Green")["tag"] == true_ms / 1000
    assert nest.row("Red")["tag"] == true_ms / 1000 + 60


def test_what_was_heard_of_it_goes_into_history(nest, bob, shelf, played):
    played("Blue", "Green")
    nest.passes(20)

    checks(nest, shelf["Blue"])
    history.record(nest.nest_id)

    play = Play.objects.get(title="Blue")
    assert play.outcome == "played"
    assert play.heard_ms == play.duration_ms < 13_000


def test_every_page_is_told_of_the_length(nest, alice, bob, carol, shelf, played):  # R8
    carol.listens()
    played("Green", "Red")
    played("Blue", by=bob)
    seen = nest.somebody.sees()
    mirror = Mirror.of({"snapshot": seen, "rev": seen["rev"], "you": {"id": ""}})

    checks(nest, shelf["Blue"])
    nest.passes(61)
    checks(nest, shelf["Blue"])

    for event in nest.events(since=mirror.rev):
        mirror.apply(event)
    assert comparable(mirror.state) == comparable(nest.somebody.sees())


def test_while_paused_it_stays_and_ends_when_it_goes_on(nest, alice, bob, shelf, played):  # P3
    played("Blue", "Green")
    nest.passes(20)
    alice.does("pause")

    checks(nest, shelf["Blue"])
    paused = nest.playback()
    alice.does("play")
    nest.ticks()

    assert (paused["play_state"], paused["position_ms"]) == ("paused", paused["duration_ms"])
    assert nest.plays() == "Green"


def test_a_freeze_of_an_empty_nest_outlives_the_correction(nest, bob, shelf, played):  # N18
    played("Blue", "Green")
    bob.leaves()
    nest.passes(60)

    checks(nest, shelf["Blue"])
    bob.listens()

    assert nest.playback()["is_playing"]


def test_one_listener_cannot_end_a_song_for_others_by_lying(nest, bob, carol, played, shelf):
    carol.listens()
    [green] = played("Green")
    nest.passes(10)
    hears(carol)

    for _ in range(8):
        reports(bob, green, "ended_early", 10_000)
        reports(bob, green, "undecodable", 10_000)
        checks(nest, shelf["Green"])
        nest.passes(5)
        hears(carol)

    assert nest.plays() == "Green"
    assert nest.playback()["duration_ms"] == Track.objects.get(title="Green").duration_ms == 60_000


def test_a_whole_recording_is_what_it_is_and_its_length_is_left_alone(nest, bob, shelf, played):
    [green] = played("Green")

    reports(bob, green, "unreachable")
    checks(nest, shelf["Green"])

    assert nest.plays() == "Green"
    assert "song_length_corrected" not in kinds(nest)


# Gone


def test_a_file_that_is_gone_fails_at_once_and_the_next_song_starts(
    nest, alice, bob, root, shelf, played
):  # T6
    [green, _] = played("Green", "Red")
    nest.passes(5)
    (root / "Green.flac").unlink()

    reports(bob, green, "unreachable", 5_000)

    failed = next(event for event in nest.events() if event["type"] == "song_failed")
    assert (failed["song_id"], failed["reason"]) == (green, "Its recording is gone.")
    assert nest.plays() == "Red"
    assert nest.row_of_what_plays()["tag"] == 0


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_the_bytes_of_a_song_that_waits_finds_out_for_all(
    nest, bob, root, shelf, played
):  # T6
    from player.media.views import bytes_of

    played("Green", "Red")
    (root / "Red.flac").unlink()

    with pytest.raises(Refusal) as refused, nest.now():
        bytes_of(shelf["Red"].pk)

    assert refused.value.code == "track_not_found"
    assert nest.order() == []
    assert not Track.objects.get(title="Red").available


def test_what_comes_back_is_found_by_the_next_scan(nest, bob, root, shelf, played):  # U-7.1
    [green] = played("Green")
    kept = (root / "Green.flac").read_bytes()
    (root / "Green.flac").unlink()
    reports(bob, green, "unreachable")

    (root / "Green.flac").write_bytes(kept)
    scan_library(root)

    assert Track.objects.get(title="Green").available
    assert Track.objects.get(title="Green").pk == shelf["Green"].pk


def test_a_disk_that_is_not_mounted_empties_no_queue(nest, bob, root, shelf, played):  # U-7.4
    [green, _] = played("Green", "Red")
    django_settings.MUSIC_ROOT = root.parent / "mount"
    django_settings.MUSIC_ROOT.mkdir()

    reports(bob, green, "unreachable")
    checks(nest, shelf["Green"])

    assert nest.plays() == "Green"
    assert nest.order() == ["Red"]
    assert Track.objects.filter(available=True).count() == 3


# Undecodable


def test_what_holds_no_sound_fails_once_somebody_complains(nest, bob, carol, root, played, shelf):
    carol.listens()
    [green] = played("Green")
    (root / "Green.flac").write_bytes((root / "Green.flac").read_bytes()[:4_300])

    reports(bob, green, "undecodable")
    checks(nest, shelf["Green"])

    failed = next(event for event in nest.events() if event["type"] == "song_failed")
    assert failed["reason"] == "Its recording holds almost no sound."
    with nest.now():
        again = queue.add(bob.act, [shelf["Green"].uri])
    assert again["rejected"][0]["error"] == "track_unplayable"


def test_what_the_only_listener_cannot_decode_fails_at_once(nest, alice, bob, played, shelf):  # T6
    [green, _] = played("Green", "Red")

    reports(bob, green, "undecodable")

    assert nest.plays() == "Red"
    assert "song_failed" in kinds(nest)


def test_what_every_listener_cannot_decode_fails_with_the_last_of_them(
    nest, bob, carol, played, shelf
):  # T6
    carol.listens()
    [green, _] = played("Green", "Red")

    reports(bob, green, "undecodable")
    one_says_so = nest.plays()
    reports(carol, green, "undecodable")

    assert one_says_so == "Green"
    assert nest.plays() == "Red"


def test_who_only_looks_on_is_waited_for_and_then_not_asked(nest, bob, carol, played, shelf):  # T6
    carol.listens()
    [green, _] = played("Green", "Red")
    reports(bob, green, "undecodable")

    nest.passes(24)
    reports(bob, green, "undecodable")
    waited = nest.plays()
    nest.passes(1)
    reports(bob, green, "undecodable")

    assert waited == "Green"
    assert nest.plays() == "Red"


def test_a_device_that_plays_the_song_keeps_it_for_all(nest, bob, carol, played, shelf):  # T6
    carol.listens()
    [green, _] = played("Green", "Red")
    nest.passes(3)

    for _ in range(8):
        hears(carol)
        reports(bob, green, "undecodable")
        nest.passes(5)

    assert nest.plays() == "Green"


def test_who_played_its_first_half_and_cannot_go_on_is_believed_after_a_while(
    nest, bob, played, shelf
):  # T6
    [green, _] = played("Green", "Red")
    nest.passes(3)
    hears(bob)

    nest.passes(20)
    reports(bob, green, "undecodable")
    at_first = nest.plays()
    nest.passes(5)
    reports(bob, green, "undecodable")

    assert at_first == "Green"
    assert nest.plays() == "Red"


def test_keeping_time_in_the_song_before_says_nothing_of_this_one(
    nest, bob, carol, played, shelf
):  # T6
    carol.listens()
    [_, red] = played("Green", "Red")
    nest.passes(59)
    hears(carol)
    nest.passes(2)

    reports(bob, red, "undecodable")
    reports(carol, red, "undecodable")

    assert nest.plays() is None


def test_what_seems_whole_here_ends_where_all_devices_say(nest, alice, bob, root, played):
    flac(root / "violet.flac", 60, title="Violet")
    scan_library(root)
    violet = Track.objects.get(title="Violet")
    with nest.now():
        [song] = queue.add(alice.act, [violet.uri])["added"]
    nest.passes(20)

    checks(nest, violet)
    before = nest.plays()
    reports(bob, song, "ended_early", 20_000)

    assert before == "Violet"
    assert nest.plays() is None
    assert Track.objects.get(title="Violet").duration_ms == 60_000


def test_a_report_of_a_song_that_is_over_changes_nothing(nest, bob, played, shelf):
    [green, _] = played("Green", "Red")
    nest.passes(61)
    before = nest.events()

    reports(bob, green, "undecodable")

    assert nest.events() == before


def test_who_has_not_joined_may_not_say_so(nest, alice, played, shelf):
    [green] = played("Green")

    with pytest.raises(Refusal) as refused:
        reports(nest.person("Charlie"), green, "undecodable")

    assert refused.value.code == "not_a_member"
    assert nest.plays() == "Green"
