"""Recordings that are not what they say, as a page meets them."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from player.library.scan import scan_library
from player.models import Track
from tests.player.external_providers.people import worker
from tests.player.library_shelf import cut_at, flac
from tests.support.server import wait_for

SOUND_SECONDS = 7
NOT_FOUND = "404"

# Wherever the loudspeaker is, every 20 ms, with the song it plays.
SAMPLE = """() => {
  const samples = [];
  setInterval(() => {
    const at = window.andre.player.position();
    if (at !== null) samples.push([window.andre.player.songId(), at]);
  }, 20);
  return samples;
}"""


@pytest.fixture
def library(settings, tmp_path, transactional_db):
    folder = settings.MUSIC_ROOT = (tmp_path / "music").resolve()
    blue = flac(folder / "blue.flac", 60, title="Blue Lantern", artist="The Band")
    flac(folder / "green.flac", 50, title="Green Harbour", artist="The Band")
    flac(folder / "red.flac", 50, title="Red Kite", artist="The Band")
    scan_library(folder)
    cut_at(SOUND_SECONDS, blue)  # Only now: a scan would have found it out.
    with worker("upkeep"):
        yield folder


def test_a_recording_that_is_cut_off_is_heard_once_and_the_next_song_comes(alice, bob, puts):  # T6
    puts("Alice", "Blue Lantern", "Green Harbour")
    for tab in (alice, bob):
        tab.opens().listens_here()
    wait_for(lambda: alice.position_ms() is not None)
    blue = alice.state("nest.song.song_id")
    heard = alice.page.evaluate_handle(SAMPLE)

    for tab in (alice, bob):
        tab.sees_playing("Green Harbour", within_ms=15_000)

    positions = [at for song, at in heard.json_value() if song == blue]
    back = [one for one, other in pairwise(positions) if other < one - 100]
    assert back == []  # It never began again.
    assert max(positions) > (SOUND_SECONDS - 1) * 1000
    wait_for(lambda: Track.objects.get(title="Blue Lantern").duration_ms < 8_000)
    wait_for(lambda: bob.position_ms() is not None)


def test_who_is_sent_beyond_the_end_of_a_cut_recording_is_brought_to_the_next_song(
    alice, puts
):  # T6
    puts("Alice", "Blue Lantern", "Green Harbour")
    alice.opens().listens_here()
    wait_for(lambda: alice.position_ms() is not None)
    blue = alice.state("nest.song.song_id")

    alice.seeks(30)
    wait_for(lambda: alice.state("nest.playback.position_ms") == 30_000)
    heard = alice.page.evaluate_handle(SAMPLE)

    alice.sees_playing("Green Harbour", within_ms=15_000)
    assert [at for song, at in heard.json_value() if song == blue and 500 < at < 6_000] == []


def test_a_recording_that_is_gone_is_said_to_everyone_and_the_next_song_comes(
    alice, bob, puts, library
):  # T6
    bob.opens()
    (library / "red.flac").unlink()
    puts("Alice", "Red Kite", "Green Harbour")
    alice.may_hear(NOT_FOUND)
    alice.opens().listens_here()

    for tab in (alice, bob):
        tab.sees_playing("Green Harbour", within_ms=15_000)
    bob.sees("Red Kite could not be played. Its recording is gone.")
    wait_for(lambda: alice.position_ms() is not None)


def test_what_no_device_here_can_decode_fails_and_the_page_says_that_it_is_the_device(
    alice, puts, library
):  # T6
    (library / "noise.m4a").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(4_000))
    Track.objects.filter(title="Red Kite").update(path="noise.m4a")
    puts("Alice", "Red Kite", "Green Harbour")
    puts("Bob", "Blue Lantern")
    alice.opens()
    bob_looks_on = alice.another_tab()
    bob_looks_on.opens()

    alice.listens_here()

    alice.sees("Red Kite could not be played. No device here can play its recording.")
    alice.sees_playing(re.compile("Blue Lantern|Green Harbour"))


def test_where_others_hear_it_the_page_says_that_this_device_cannot_play_it(alice, bob, puts):  # T6
    bob.opens()  # Only looks on, so that the nest waits for what he may have to say.
    # The recording is whole; what reaches Alice's browser is nothing that it can decode.
    alice.page.route("**/media/tracks/**", lambda route: route.fulfill(body=bytes(4_000)))
    puts("Alice", "Red Kite", "Green Harbour")

    alice.opens().listens_here()

    expect(alice.part("now-playing", "status")).to_have_text(
        "This device cannot play this recording."
    )
    alice.sees_playing("Red Kite")
