"""What a page fetches to sound: little on a line that is dear or slow, and nothing twice."""

import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from andre.core.transcoding import find_ffmpeg
from andre.demo.library import flac_writer
from player.library.scan import scan_library
from player.media import encoder, encodings
from player.media.encodings import Source
from player.models import Track
from tests.player.library_shelf import red, write_id3
from tests.support.browser import PHONE
from tests.support.server import wait_for
from tests.support.slow_line import SlowLine, slow_line

IN_STEP = re.compile(r"^In step, \d+ ms$")
RATE = 44_100
NEEDS_FFMPEG = pytest.mark.skipif(find_ffmpeg() is None, reason="ffmpeg is not installed")
IS_HEARD = "() => window.andre.player.position() > 0"

# How many samples of 44.1 kHz later the one sounds than the other, as this browser decodes them.
LAG = """async (files) => {
  const context = new OfflineAudioContext(1, 44100, 44100);
  const [one, other] = await Promise.all(files.map(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return (await context.decodeAudioData(bytes.buffer)).getChannelData(0);
  }));
  const [from, to] = [200000, 206000];
  let best = { sum: 0, lag: null };
  for (let lag = -3000; lag <= 3000; lag += 1) {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += one[at] * other[at + lag];
    if (sum > best.sum) best = { sum, lag };
  }
  return best.lag;
}"""


def noise(seconds: float) -> np.ndarray:
    made = np.random.default_rng(5).standard_normal(int(RATE * seconds))
    return np.convolve(made, np.ones(8) / 8, "same") * 0.3


@contextmanager
def encoding_worker() -> Iterator[None]:
    """What the upkeep process does with what pages ask for."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            encoder.encode_wanted()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.fixture
def line(server) -> Iterator[SlowLine]:
    """The way to the server, as wide as can be until a story makes it narrow."""
    with slow_line(server.port) as made:
        yield made


@pytest.fixture
def folder(settings, server, tmp_path: Path) -> Path:
    """An empty library."""
    settings.MUSIC_ROOT = (tmp_path / "music").resolve()
    settings.MUSIC_ROOT.mkdir()
    return settings.MUSIC_ROOT


@pytest.fixture
def recorded(folder: Path, puts) -> Callable[[str, float], int]:
    """A minute or so of noise, which no encoding makes small, plays; how many bytes it has."""

    def record(name: str, seconds: float) -> int:
        path = folder / name
        soundfile.write(path, noise(seconds), RATE)
        tags = {"title": "Noise", "artist": "The Band", "album": "Loud"}
        if path.suffix == ".mp3":
            write_id3(path, **tags)
        else:
            flac_writer.write_metadata(path, tags, red())
        scan_library(folder)
        puts("Bob", "Noise")
        return path.stat().st_size

    return record


@NEEDS_FFMPEG
def test_a_browser_hears_the_smaller_encoding_where_it_hears_the_recording(browser, folder):  # H26
    soundfile.write(folder / "noise.flac", np.stack([noise(12)] * 2, 1), RATE)
    track = Track.objects.create(path="noise.flac", title="Noise", duration_ms=12_000)
    encoder.encode(track.pk, "saver")
    smaller = encodings.find_encoding(track.pk, Source(folder / "noise.flac"), "saver")

    page = browser.new_page()
    files = [b64encode(path.read_bytes()).decode() for path in (folder / "noise.flac", smaller)]

    assert abs(page.evaluate(LAG, files)) <= RATE // 1_000  # A millisecond.
    page.close()


@NEEDS_FFMPEG
def test_half_a_minute_on_a_phone_that_saves_data(line, person, recorded):  # H26
    size = recorded("noise.flac", 45)
    with encoding_worker():
        bob = person("Bob", size=PHONE, url=line.url).opens()
        bob.page.get_by_role("button", name="Adjust this device").click()
        sheet = bob.dialog("Appearance and sound")
        sheet.get_by_label("Sound on this device").select_option("Saves data, 96 kbit/s")
        sheet.get_by_role("button", name="Close").click()
        before = line.brought
        bob.listens_here()
        bob.page.wait_for_function(IS_HEARD)
        expect(bob.part("now-playing", "status")).to_have_text(IN_STEP)

        began = bob.position_ms()
        wait_for(lambda: (bob.position_ms() or 0) > began + 30_000, 45)
        took = line.brought - before

    print(f"30 s on saver took {took / 1e3:.0f} kB; the recording has {size / 1e3:.0f} kB")
    assert took < 700_000  # All of the song, which is 540 kB of it, and what the nest had to say.
    assert size > 2_500_000
    assert abs(bob.page.evaluate("() => window.andre.player.errorMs()") or 0) < 100


@NEEDS_FFMPEG
def test_on_a_line_too_slow_for_the_recording_it_goes_over_by_itself(line, person, recorded):
    recorded("noise.flac", 120)
    with encoding_worker():
        bob = person("Bob", url=line.url).opens()
        line.round_trip_ms, line.kbits = 100, 400
        asked = []
        bob.page.on("request", lambda request: asked.append(request.url))

        bob.listens_here()
        bob.page.wait_for_function(IS_HEARD, timeout=120_000)

    # H26
    assert any("/saver?token=" in url for url in asked)


def test_a_song_that_is_decoded_as_a_whole_is_fetched_once(line, person, recorded):  # H25
    size = recorded("noise.mp3", 60)
    bob = person("Bob", url=line.url).opens()
    bob.page.wait_for_load_state("networkidle")
    before = line.brought
    bob.listens_here()
    bob.page.wait_for_function(IS_HEARD)
    expect(bob.part("now-playing", "status")).to_have_text(IN_STEP)
    bob.page.wait_for_load_state("networkidle")
    took = line.brought - before

    print(f"{took} bytes for {size}")
    # The page's own requests, its socket, and what it fetches at the first press are in it.
    assert size < took < 1.1 * size + 100_000


def test_a_track_of_a_cue_sheet_is_heard_in_step_from_its_beginning_and_from_its_middle(
    folder, puts, person
):
    soundfile.write(folder / "evening.flac", noise(90), RATE)
    flac_writer.write_metadata(folder / "evening.flac", {}, red())
    places = "".join(f"TRACK {n} AUDIO\nINDEX 01 00:{20 * n}:00\n" for n in (1, 2))
    head = 'PERFORMER "The Band"\nTITLE "Evening"\nFILE "evening.wav" WAVE\n'
    (folder / "evening.cue").write_text(head + places)
    scan_library(folder)
    puts("Bob", "Track 02")

    bob = person("Bob").opens()
    bob.listens_here()
    bob.page.wait_for_function(IS_HEARD)
    expect(bob.part("now-playing", "status")).to_have_text(IN_STEP)
    assert Track.objects.get(title="Track 02").duration_ms == 50_000
    with bob.page.expect_response(re.compile("/media/tracks/")) as fetched:
        bob.page.reload()  # It goes on by itself, in the middle.
    bob.page.wait_for_function(IS_HEARD)

    expect(bob.part("now-playing", "status")).to_have_text(IN_STEP)
    assert fetched.value.headers["content-type"] == "audio/wav"
