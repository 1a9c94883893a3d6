"""A page as a player of music from elsewhere: a video in its frame, an account's own device."""

import pytest
from playwright.sync_api import expect

from player.library.scan import scan_library
from tests.browser.looking import axed, photographed
from tests.browser.test_preferences import PASTE
from tests.player.external_providers.people import Listener, den, until, worker
from tests.player.library_shelf import flac, red
from tests.support.browser import LAPTOP, PHONE, ROOT
from tests.support.canned import canned
from tests.support.spotify_stub import catalogue, running

ONE, SONG = next(iter(catalogue.TRACKS.items()))
ICON = ROOT / "static/img/icon.svg"
VIDEO = "dQw4w9WgXcQ"

# A stand-in for the video's page: it speaks the same messages and its time really passes.
PLAYER = """<!doctype html><script>
  let playing = false, at = 0, since = 0;
  const now = () => at + (playing ? (performance.now() - since) / 1000 : 0);
  const tell = () => parent.postMessage(JSON.stringify({ event: "infoDelivery", info: {
    currentTime: now(), duration: 213, playerState: playing ? 1 : 2 } }), "*");
  addEventListener("message", ({ data }) => {
    const { func, args } = JSON.parse(data);
    if (func === "playVideo") { at = now(); since = performance.now(); playing = true; }
    if (func === "pauseVideo") { at = now(); playing = false; }
    if (func === "seekTo") { at = args[0]; since = performance.now(); }
    tell();
  });
  setInterval(tell, 100);
</script>"""
REFUSING = """<!doctype html><script>
  addEventListener("message", () => parent.postMessage(
    JSON.stringify({ event: "onError", info: 150 }), "*"));
</script>"""


@pytest.fixture
def tube(settle, alice):
    """A stand-in for YouTube, which knows one video and lets pages play it."""
    with canned() as tube:
        tube.answers("/oembed", {"title": "Never Gonna", "author_name": "Rick"})
        tube.page(f"/embed/{VIDEO}", PLAYER)
        settle(YOUTUBE_OEMBED_URL=f"{tube.url}/oembed", YOUTUBE_EMBED_URL=f"{tube.url}/embed")
        alice.page.route("https://i.ytimg.com/**", lambda picture: picture.fulfill(path=ICON))
        yield tube


def pastes_the_video(alice):
    alice.searches(f"https://youtu.be/{VIDEO}")
    expect(alice.result("Never Gonna")).to_contain_text("YouTube")
    alice.page.keyboard.press("Enter")
    alice.sees_playing("Never Gonna", within_ms=10_000)
    expect(alice.page.get_by_role("combobox")).to_have_value("")


def test_a_pasted_video_is_measured_and_played_where_the_cover_is(tube, alice):  # V2 I3
    alice.opens()
    pastes_the_video(alice)
    assert alice.state("nest.song.duration_ms") == 213_000
    alice.listens_here()

    frame = alice.page.locator("#video iframe")
    expect(frame).to_be_visible()
    until(lambda: alice.page.evaluate("window.andre.player.position()") is not None)
    shown, cover = (
        frame.bounding_box(),
        alice.page.locator("#now-playing .now-playing-cover").bounding_box(),
    )
    assert shown == cover
    assert min(shown["width"], shown["height"]) >= 200
    until(lambda: alice.page.evaluate("Math.abs(window.andre.player.errorMs() ?? NaN) < 1000"))

    alice.pauses()
    until(lambda: alice.page.evaluate("window.andre.player.position()") is None)
    alice.seeks(60)
    alice.plays()
    until(lambda: (alice.page.evaluate("window.andre.player.position()") or 0) > 59_000)
    alice.measures(PHONE)
    alice.page.mouse.wheel(0, 2_000)
    alice.shows_no_sideways_scroll()
    assert min(frame.bounding_box()["width"], frame.bounding_box()["height"]) >= 200

    alice.measures(LAPTOP)
    alice.skips()
    expect(frame).to_have_count(0)


@pytest.mark.timeout(120)
def test_a_video_on_the_stage_fits_every_screen_and_suits_everybody(tube, alice):  # I14 I15
    alice.opens()
    pastes_the_video(alice)
    alice.listens_here()
    expect(alice.page.locator("#video iframe")).to_be_visible()

    photographed(alice, "video")
    axed(alice, "video")


def test_a_video_that_may_not_be_played_here_says_so(tube, alice):  # I3
    alice.opens()
    pastes_the_video(alice)
    tube.page(f"/embed/{VIDEO}", REFUSING)

    alice.listens_here()

    expect(alice.part("now-playing", "status")).to_have_text("This video cannot be played here.")


def test_this_page_becomes_a_device_of_its_listeners_account(settle, alice):  # SP5
    with running() as stub, worker():
        settle(**stub.settings, MAIN_NEST_CATALOGUE="spotify")
        listener = Listener(stub, "Alice", "main").connects()
        alice.opens()

        alice.page.evaluate("window.andre.account.follow()")
        listener.adds(f"spotify:track:{ONE}")
        until(lambda: listener.plays(f"spotify:track:{ONE}"))

        device = listener.account.devices[listener.account.player.device]
        assert device.name == "This page"
        expect(alice.part("now-playing", "status")).not_to_contain_text("Connect")


@pytest.fixture
def same_record(settings, tmp_path, transactional_db):
    """The library has one of the songs that are at Spotify, too."""
    settings.MUSIC_ROOT = tmp_path.resolve()
    details = {"title": SONG["name"], "artist": SONG["artists"][0]["name"], "album": "Ours"}
    flac(tmp_path / "same.flac", SONG["duration_ms"] / 1000, red(colour="#2f5fb0"), **details)
    scan_library(settings.MUSIC_ROOT)


def test_where_catalogues_mix_the_library_stands_in_and_says_so(  # V3 V4 SP6
    stub, settle, same_record, alice
):
    settle(ANDRE_MIX_CATALOGUES="true")
    alice.opens().searches(SONG["name"])
    results = alice.page.locator("#search .result")
    expect(results.filter(has_text="The library")).to_have_count(1)
    results.filter(has_text="Spotify").first.click()
    alice.sees_playing(SONG["name"])
    expect(alice.page.get_by_role("link", name=f"{SONG['name']} at Spotify")).to_have_attribute(
        "href", f"https://open.spotify.com/track/{ONE}"
    )

    alice.listens_here()

    until(lambda: alice.position_ms() is not None)
    expect(alice.part("now-playing", "status")).to_contain_text("In step from the library")


def test_a_catalogue_that_is_late_is_named(stub, settle, alice):  # V4 I6
    settle(ANDRE_MIX_CATALOGUES="true")
    stub.goes_wrong("/search", kind="hang", seconds=4)
    alice.opens().searches("Blue Lantern")

    alice.sees("Spotify did not answer in time.")

    expect(alice.result("Blue Lantern")).to_be_visible()


def test_a_pasted_album_is_shown_as_its_songs_and_added_whole(stub, alice):  # V2 I6
    album = next(iter(catalogue.ALBUMS.values()))
    alice.opens(f"/nest/{den()}")
    box = alice.page.get_by_role("combobox")
    lines = [f"https://open.spotify.com/album/{album['id']}?si=1", "that one from the party"]

    box.evaluate(PASTE, "\n".join(lines))

    rows = alice.page.locator("#search .result")
    expect(rows).to_have_count(len(catalogue.SONGS) + 1)
    expect(rows.last).to_contain_text("No song, album, artist or playlist of ours")
    alice.sees(f"{len(catalogue.SONGS)} songs. Enter adds them all. 1 line nobody can read.")
    expect(rows.locator(".explicit:visible")).to_have_count(1)
    box.press("Enter")
    expect(alice.page.locator("#queue .song")).to_have_count(len(catalogue.SONGS) - 1)
    expect(alice.page.locator("#queue .song .explicit:visible")).to_have_count(1)
