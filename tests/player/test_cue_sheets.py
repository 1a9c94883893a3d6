"""A CUE sheet beside one file gives its tracks (spec 07, section 6)."""

import io
import os
import shutil

import numpy as np
import pytest
import soundfile
from asgiref.sync import async_to_sync

from andre.core import transcoding
from andre.demo.library import flac_writer
from player.library.audio_features import measure_some
from player.library.measurements import measure_missing
from player.library.scan import scan_library
from player.media import encoder, encodings
from player.models import ScannedFile, Track
from tests.nests.support import asks, visitor
from tests.player.library_shelf import flac, red
from tests.player.test_library_scan import opened_files
from tests.support.strange_files import mp4

pytestmark = pytest.mark.django_db(transaction=True)

RATE = 44_100
SECONDS = 24
SHEET = """REM GENRE "Trip Hop"
REM DATE 1998
PERFORMER "The Band"
TITLE "Lanterns"
FILE "Lanterns.wav" WAVE
  TRACK 01 AUDIO
    TITLE "Blue"
    ISRC DE-A12-98-00001
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Red"
    PERFORMER "The Band feat. Bob"
    INDEX 00 00:07:60
    INDEX 01 00:08:15
  TRACK 03 AUDIO
    INDEX 01 00:16:37
"""
BEGINS_MS = [0, 8_200, 16_493]


@pytest.fixture
def album(root):
    """Noise, which is like itself at one position only; nobody has named what is in it."""
    return noise(root / "Us" / "Lanterns.flac", title="", artist="", album="")


def noise(path, subtype="PCM_16", **tags):
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.random.default_rng(7).standard_normal((RATE * SECONDS, 2)) * 0.2
    soundfile.write(path, sound, RATE, subtype=subtype)
    named = {name: text for name, text in tags.items() if text}
    flac_writer.write_metadata(path, named, red())
    return path


def write(album, text=SHEET, name=None, encoding="utf-8"):
    sheet = album.with_name(name or "Lanterns.cue")
    sheet.write_bytes(text.encode(encoding))
    return sheet


def tracks():
    return list(Track.objects.filter(available=True).order_by("path", "piece"))


def test_its_tracks_are_those_of_the_library_with_their_names_and_lengths(root, album):
    write(album)

    result = scan_library(root)

    rows = tracks()
    assert [row.title for row in rows] == ["Blue", "Red", "Track 03"]
    assert [row.artist for row in rows] == ["The Band", "The Band feat. Bob", "The Band"]
    assert {(row.album, row.album_artist, row.genre, row.year) for row in rows} == {
        ("Lanterns", "The Band", "Trip Hop", 1998)
    }
    assert [row.begins_ms for row in rows] == BEGINS_MS
    assert [row.duration_ms for row in rows] == [8_200, 8_293, SECONDS * 1000 - 16_493]
    assert ([row.track_number for row in rows], rows[0].isrc) == ([1, 2, 3], "DEA129800001")
    assert all(row.cover for row in rows)
    assert (len(result.added), result.skipped) == (3, [])


def test_what_stands_before_index_one_ends_the_track_before(root, album):
    write(album, SHEET.replace("INDEX 01 00:00:00", "INDEX 00 00:00:00\n    INDEX 01 00:02:00"))

    scan_library(root)

    assert [(row.begins_ms, row.begins_ms + row.duration_ms) for row in tracks()][:2] == [
        (2_000, 8_200),
        (8_200, 16_493),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_it_is_read_in_whatever_encoding_it_was_written(root, album, encoding):
    write(album, SHEET.replace("Blue", "Für Élise").replace("\n", "\r\n"), encoding=encoding)

    scan_library(root)

    assert tracks()[0].title == "Für Élise"


def test_names_without_quotes_and_small_letters_are_read_too(root, album):
    write(album, SHEET.replace('TITLE "Blue"', "title Blue Lantern").replace("TRACK 01", "track 1"))

    scan_library(root)

    assert tracks()[0].title == "Blue Lantern"


def test_a_second_scan_opens_nothing(root, album):
    write(album)
    scan_library(root)

    with opened_files(root) as opened:
        second = scan_library(root)

    assert (opened, second.unchanged, second.added, second.updated) == ([], 1, [], [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SHEET.replace("INDEX 01", "INDEX 02"), "does not say where each track begins"),
        (SHEET.replace("00:08:15", "00:08:75"), "does not say where each track begins"),
        (SHEET.replace("00:08:15", "00:17:00"), "has tracks out of order"),
        (SHEET.replace("00:16:37", "99:16:37"), "goes on behind the end of the file"),
        (SHEET.replace("Lanterns.wav", "../../etc/passwd"), "is about a file elsewhere"),
        (SHEET.replace("Lanterns.wav", "/etc/passwd"), "is about a file elsewhere"),
        (SHEET.replace("Lanterns.wav", "C:\\Windows\\x.wav"), "is about a file elsewhere"),
        (SHEET.replace("  TRACK 02", 'FILE "2.wav" WAVE\n  TRACK 02'), "is not about one file"),
        ("nothing of the kind", "is not about one file"),
        ('FILE "Lanterns.wav" WAVE', "names no tracks, or too many"),
        (SHEET.replace("AUDIO", "MODE1/2352"), "names no tracks, or too many"),
        (SHEET + " " * 300_000, "is too large to be one"),
    ],
)
def test_a_broken_one_is_reported_and_the_file_stays_one_track(root, text, why):
    album = noise(root / "Us" / "Lanterns.flac", title="All", artist="The Band", album="Lanterns")
    write(album, text)

    first = scan_library(root)
    with opened_files(root) as opened:
        second = scan_library(root)

    assert [row.title for row in tracks()] == ["All"]
    assert first.skipped == second.skipped == [("Us/Lanterns.cue", f"its CUE sheet {why}")]
    assert opened == []


def test_a_link_is_not_followed(root, tmp_path):
    album = noise(root / "Us" / "Lanterns.flac", title="All", artist="The Band", album="Lanterns")
    elsewhere = tmp_path / "elsewhere.cue"
    elsewhere.write_text(SHEET)
    album.with_suffix(".cue").symlink_to(elsewhere)

    scan_library(root)

    assert [row.title for row in tracks()] == ["All"]


def test_what_cannot_be_cut_here_stays_one_track(root):
    song = root / "Lanterns.m4a"
    song.write_bytes(mp4(b"mp4a", 431, title="All"))
    write(song)

    result = scan_library(root)

    why = "its CUE sheet is not used: no pieces are cut of m4a"
    assert [row.title for row in tracks()] == ["All"]
    assert result.skipped == [("Lanterns.cue", why)]


def test_it_is_of_the_file_of_its_name_or_of_the_only_one(root, album):
    write(album, name="CDImage.cue")
    scan_library(root)
    alone = len(tracks())

    flac(album.with_name("Bonus.flac"))
    scan_library(root)
    with_another = [row.piece for row in tracks()]

    album.with_name("CDImage.cue").rename(album.with_name("Lanterns.flac.cue"))
    scan_library(root)

    assert alone == 3
    assert with_another == [0]  # The other file; nobody has named this one.
    assert [row.piece for row in tracks()] == [0, 1, 2, 3]


def test_where_it_comes_later_or_goes_the_library_follows(root):
    album = noise(root / "Us" / "Lanterns.flac", title="All", artist="The Band", album="Lanterns")
    scan_library(root)
    (whole,) = tracks()

    sheet = write(album)
    with_it = scan_library(root)
    pieces = tracks()
    sheet.unlink()
    without = scan_library(root)

    assert with_it.vanished == [whole.uri]
    assert [row.title for row in pieces] == ["Blue", "Red", "Track 03"]
    assert sorted(without.vanished) == sorted(row.uri for row in pieces)
    assert tracks() == [whole]


def test_a_track_that_the_sheet_names_no_more_stays_away(root, album):
    write(album)
    scan_library(root)
    third = tracks()[2]
    write(album, SHEET[: SHEET.index("  TRACK 03")])
    result = scan_library(root)

    kept = [row.pk for row in tracks()]
    hidden = album.rename(root.parent / "away.flac")
    flac(album.with_name("Other.flac"))
    scan_library(root, forget_missing=True)
    shutil.move(hidden, album)
    album.with_name("Other.flac").unlink()
    scan_library(root)

    assert result.vanished == [third.uri]
    assert [row.pk for row in tracks()] == kept


def test_a_title_that_is_changed_keeps_its_number_and_what_was_measured(root, album):
    write(album)
    scan_library(root)
    measure_missing()
    before = tracks()[0]

    write(album, SHEET.replace("Blue", "Blue Lantern"))
    os.utime(album.with_suffix(".cue"), ns=(1, 1))
    scan_library(root)

    after = tracks()[0]
    assert (after.pk, after.title, after.loudness) == (before.pk, "Blue Lantern", before.loudness)


def test_each_is_measured_by_its_own_sound(root, album):
    sound, rate = soundfile.read(album)
    sound[: BEGINS_MS[1] * rate // 1000] *= 0.1  # The first is softer by 20 dB.
    soundfile.write(album, sound, rate)
    write(album)
    scan_library(root)

    measure_missing()
    measure_some(10)

    soft, loud, _ = tracks()
    assert loud.loudness - soft.loudness == pytest.approx(20, abs=0.5)
    assert [row.duration_ms for row in tracks()] == [8_200, 8_293, SECONDS * 1000 - 16_493]
    assert all(row.length_checked and row.timbre for row in tracks())
    assert ScannedFile.objects.get().problem == ""


# Its bytes


@pytest.fixture
def listener(nest, bob, root, album):
    """Bob, in whose nest the second track of the sheet plays."""
    write(album)
    scan_library(root)
    bob.adds(str(tracks()[1].pk))
    return visitor("Bob")


def token(listener, quality="original"):
    wish = {"track": tracks()[1].uri, "quality": quality}
    return asks(listener, "post", "/api/nests/main/media-token", **wish).json()


@async_to_sync
async def body_of(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


def source(album):
    return soundfile.read(album, dtype="int16")[0]


def test_a_piece_plays_from_its_place_to_its_end_on_the_sample(listener, album):  # U-4.1
    response = listener.get(token(listener)["url"])

    body = body_of(response)
    heard, rate = soundfile.read(io.BytesIO(body), dtype="int16")
    begin, end = (ms * RATE // 1000 for ms in BEGINS_MS[1:])
    assert (response["Content-Type"], rate) == ("audio/wav", RATE)
    assert int(response["Content-Length"]) == len(body)
    assert np.array_equal(heard, source(album)[begin:end])


@pytest.mark.parametrize(
    "asked", ["bytes=0-43", "bytes=30-50", "bytes=101-100103", "bytes=700001-", "bytes=-9"]
)
def test_a_range_of_it_is_what_stands_there(listener, asked):  # U-4.2
    url = token(listener)["url"]
    whole = body_of(listener.get(url))

    part = listener.get(url, headers={"Range": asked})

    first, last = asked.removeprefix("bytes=").split("-")
    wanted = whole[int(first) : int(last) + 1 if last else None] if first else whole[-int(last) :]
    assert part.status_code == 206
    assert body_of(part) == wanted
    assert part["Content-Range"].endswith(f"/{len(whole)}")


def test_beyond_its_end_there_is_nothing(listener):  # U-4.3 U-4.5
    url = token(listener)["url"]
    size = int(listener.head(url)["Content-Length"])

    assert listener.get(url, headers={"Range": f"bytes={size}-"}).status_code == 416


def test_another_place_is_another_state_of_it(root, listener, album):
    url = token(listener)["url"]
    before = listener.head(url)["ETag"]
    write(album, SHEET.replace("00:08:15", "00:08:16"))
    scan_library(root)

    assert listener.head(token(listener)["url"])["ETag"] != before


def test_the_edge_is_never_handed_the_whole_file(listener, settle):  # U-4.13
    settle(ANDRE_SENDFILE="nginx")

    response = listener.get(token(listener)["url"])

    assert not response.has_header("X-Accel-Redirect")
    assert len(body_of(response)) == int(response["Content-Length"])


def test_fine_sound_stays_fine(root, nest, bob):
    album = noise(root / "Us" / "Lanterns.flac", "PCM_24")
    write(album)
    scan_library(root)
    bob.adds(str(tracks()[1].pk))
    listener = visitor("Bob")

    body = body_of(listener.get(token(listener)["url"]))

    heard = soundfile.read(io.BytesIO(body), dtype="int32")[0]
    begin, end = (ms * RATE // 1000 for ms in BEGINS_MS[1:])
    assert soundfile.info(io.BytesIO(body)).subtype == "PCM_24"
    assert np.array_equal(heard, soundfile.read(album, dtype="int32")[0][begin:end])


def test_a_smaller_one_is_made_of_the_piece(listener, album, tmp_path):  # H26
    if transcoding.find_ffmpeg() is None:
        pytest.skip("ffmpeg is not installed (Debian: apt-get install ffmpeg)")
    token(listener, "saver")
    encoder.encode_wanted()

    assert token(listener, "saver")["quality"] == "saver"
    made = next(encodings.folder().iterdir())
    told = encoder.run_ffmpeg(
        ["ffmpeg", "-v", "error", "-i", str(made), "-ac", "2", str(tmp_path / "back.wav")]
    )
    heard, rate = soundfile.read(tmp_path / "back.wav")
    begin = BEGINS_MS[1] * RATE // 1000
    wanted = source(album)[begin : begin + len(heard)] / 32768
    assert told is None
    assert len(heard) / rate == pytest.approx(8.293, abs=0.03)
    likeness = np.correlate(heard[rate - 500 : 2 * rate + 500, 0], wanted[rate : 2 * rate, 0])
    assert abs(int(likeness.argmax()) - 500) <= 44  # At most a millisecond off.
