"""H26: smaller encodings, made in the background, that sound where the recording does."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from asgiref.sync import async_to_sync
from django.test import Client

from andre.core import transcoding
from andre.core.redis import redis
from player.media import encoder, encodings
from player.media.encodings import Source
from player.models import Track
from tests.nests.support import asks, visitor
from tests.support.nest import track

pytestmark = pytest.mark.django_db(transaction=True)

RATE = 44_100
SECONDS = 12
MOST_OFF_MS = 1


@pytest.fixture(autouse=True)
def _ffmpeg():
    transcoding.find_ffmpeg.cache_clear()
    if transcoding.find_ffmpeg() is None:
        pytest.skip("ffmpeg is not installed (Debian: apt-get install ffmpeg)")
    yield
    transcoding.find_ffmpeg.cache_clear()


@pytest.fixture
def listener(nest, bob, root: Path) -> Client:
    """Bob, in whose nest the library's seventh track plays."""
    bob.adds("7")
    song(root / "seven.flac")
    Track.objects.create(pk=7, path="seven.flac", title="Seven", duration_ms=SECONDS * 1000)
    return visitor("Bob")


def song(path: Path, rate: int = RATE) -> Path:
    """Coloured noise, which is like itself at one position only."""
    noise = np.random.default_rng(7).standard_normal((rate * SECONDS, 2))
    soft = np.stack([np.convolve(each, np.ones(8) / 8, "same") for each in noise.T], 1)
    soundfile.write(path, soft * 0.3, rate)
    return path


def asked(client: Client, quality: str) -> dict:
    wish = {"track": track("7").uri, "quality": quality}
    return asks(client, "post", "/api/nests/main/media-token", **wish).json()


@async_to_sync
async def body_of(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


def test_a_phone_gets_the_recording_until_the_smaller_one_is_made_in_the_background(listener):
    first = asked(listener, "saver")
    nothing = encodings.folder().exists()

    encoder.encode_wanted()  # As the task in a worker does.
    then = asked(listener, "saver")

    # H26
    assert (first["quality"], first["preparing"], nothing) == ("original", True, False)
    assert first["url"].startswith("/media/tracks/7?token=")
    assert (then["quality"], then["preparing"]) == ("saver", False)
    assert then["url"].startswith("/media/tracks/7/saver?token=")


def test_its_bytes_come_as_those_of_the_recording_do(listener, root):
    asked(listener, "saver")
    encoder.encode_wanted()
    url = asked(listener, "saver")["url"]
    made = next(encodings.folder().iterdir()).read_bytes()

    whole = listener.get(url)
    part = listener.get(url, headers={"Range": "bytes=100-199", "If-Range": whole["ETag"]})
    stranger = Client().get(url)
    forged = listener.get("/media/tracks/7/saver?token=guess")
    unknown = listener.get(url.replace("/saver", "/tiny"))

    # H26 H25
    assert body_of(whole) == made
    assert (whole["Content-Type"], whole["Cache-Control"]) == ("audio/mp4", "no-store")
    assert (part.status_code, body_of(part)) == (206, made[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(made)}"
    assert (stranger.status_code, forged.status_code, unknown.status_code) == (401, 403, 404)
    assert len(made) < (root / "seven.flac").stat().st_size / 5


def test_the_edge_hands_over_the_recording_and_leaves_the_smaller_one_to_us(listener, settle):
    asked(listener, "saver")
    encoder.encode_wanted()
    settle(ANDRE_SENDFILE="nginx")

    original = listener.get(asked(listener, "original")["url"])
    smaller = listener.get(asked(listener, "saver")["url"])

    # H26 H15
    assert original["X-Accel-Redirect"] == "/protected-media/seven.flac"
    assert "X-Accel-Redirect" not in smaller
    assert smaller.streaming


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_both_encodings_sound_at_the_same_position(root, rate):
    source = song(root / "song.flac", rate)
    found = Track.objects.create(path="song.flac", title="Song", duration_ms=SECONDS * 1000)

    encoder.encode(found.pk, "saver")

    # H26
    (made,) = encodings.folder().iterdir()
    assert abs(offset_ms(decoded(source), decoded(made))) < MOST_OFF_MS
    assert kind_of(made) == ("aac", "LC", "48000" if rate > 44_100 else "44100", "2")
    head = made.read_bytes()
    assert 0 < head.index(b"moov") < head.index(b"mdat")  # The index in front.


def decoded(file: Path) -> np.ndarray:
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-ac", "1", "-ar", "48000"]
    run = subprocess.run([*command, "-f", "f32le", "-"], capture_output=True, check=True)
    return np.frombuffer(run.stdout, np.float32)


def offset_ms(one: np.ndarray, other: np.ndarray) -> float:
    """How much later the other one sounds, by correlation."""
    size = min(len(one), len(other))
    spectrum = np.fft.rfft(other[:size], 2 * size) * np.conj(np.fft.rfft(one[:size], 2 * size))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    return (lag if lag < size else lag - 2 * size) / 48


def kind_of(file: Path) -> tuple[str, ...]:
    command = ["ffprobe", "-v", "error", "-of", "default=nk=1:nw=1"]
    entries = "stream=codec_name,profile,sample_rate,channels"
    run = subprocess.run(
        [*command, "-show_entries", entries, str(file)], capture_output=True, text=True, check=True
    )
    return tuple(run.stdout.split())


def test_what_was_not_fetched_for_the_longest_time_goes_when_the_folder_is_full(root, settle):
    tracks = []
    for name in ("one", "two", "three"):
        song(root / f"{name}.flac")
        tracks.append(Track.objects.create(path=f"{name}.flac", title=name, duration_ms=12_000))
    one, two, three = tracks
    for each in (one, two):
        encoder.encode(each.pk, "saver")
    size = encodings.find_encoding(two.pk, Source(root / "two.flac"), "saver").stat().st_size
    for path in encodings.folder().iterdir():
        os.utime(path, ns=(1, path.stat().st_mtime_ns))
    settle(ANDRE_TRANSCODE_CACHE_GB=str(2.5 * size / 1e9))
    assert encodings.find_encoding(
        one.pk, Source(root / "one.flac"), "saver"
    )  # Somebody hears it again.

    encoder.encode(three.pk, "saver")

    # H26
    there = [
        bool(encodings.find_encoding(each.pk, Source(root / each.path), "saver"))
        for each in (one, two, three)
    ]
    assert there == [True, False, True]


def test_a_recording_that_has_changed_is_encoded_anew(listener, root):
    asked(listener, "saver")
    encoder.encode_wanted()
    os.utime(root / "seven.flac", ns=(1, 1))

    answer = asked(listener, "saver")

    # H26
    assert (answer["quality"], answer["preparing"]) == ("original", True)


def test_what_cannot_be_encoded_is_not_tried_again_and_again(listener, root):
    (root / "seven.flac").write_bytes(b"no music at all")
    first = asked(listener, "saver")
    encoder.encode_wanted()

    then = asked(listener, "saver")

    # H26
    assert first["preparing"] is True
    assert (then["quality"], then["preparing"]) == ("original", False)
    assert list(encodings.folder().iterdir()) == []
    assert redis().exists("NESTS|encodings_wanted") == 0


@pytest.mark.parametrize("missing", ["program", "room"])
def test_where_none_can_be_made_none_is_offered(listener, settle, monkeypatch, missing):
    if missing == "program":
        monkeypatch.setenv("PATH", "/nowhere")
        transcoding.find_ffmpeg.cache_clear()
    else:
        settle(ANDRE_TRANSCODE_CACHE_GB="0")

    answer = asked(listener, "saver")
    page = listener.get("/").content.decode()

    # H26
    assert (answer["quality"], answer["preparing"]) == ("original", False)
    assert 'data-encodings="false"' in page
    assert "Saves data" not in page


def test_where_they_can_be_made_the_page_offers_them(listener):
    page = listener.get("/").content.decode()

    # H26
    assert 'data-encodings="true"' in page
    assert "Saves data, 96 kbit/s" in page


def test_an_unknown_quality_is_refused(listener):
    wish = {"track": track("7").uri, "quality": "tiny"}
    answer = asks(listener, "post", "/api/nests/main/media-token", **wish)

    # H26
    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
