"""Songs that are not what they say, a whole folder of them (issue: a fresh machine, section 2)."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.core.management import call_command

from player.library.decoding import count_ms
from player.library.measurements import measure_missing
from player.library.scan import scan_library
from player.library.search import search
from player.models import ScannedFile, Track
from tests.player.library_shelf import flac
from tests.support import strange_files
from tests.support.strange_files import HANGUL, LENGTHS_MS, REPORT

pytestmark = pytest.mark.django_db


@pytest.fixture
def strange(root: Path) -> Path:
    strange_files.fill(root)
    return root


@pytest.fixture
def report(strange: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What `scan_library` prints."""
    call_command("scan_library")
    return capfd.readouterr().out.splitlines()


def test_a_scan_reports_every_file_that_is_not_what_it_says(report):
    measured = f"{Track.objects.exclude(loudness=None).count()} measured for loudness"

    assert report == [*REPORT, measured]


def test_every_length_is_the_decoded_one(report):
    found = dict(Track.objects.filter(available=True).values_list("path", "duration_ms"))

    assert {path: found[path] for path in LENGTHS_MS} == LENGTHS_MS
    assert not Track.objects.filter(available=True, length_checked=False).exists()


def test_a_second_scan_says_the_same_of_what_it_skips_and_opens_nothing_else(report, capfd):
    call_command("scan_library")

    again = capfd.readouterr().out.splitlines()
    skipped = {line for line in report if line.startswith("  skipped")}
    assert {line for line in again if line.startswith("  skipped")} == skipped
    assert again[0].startswith(f"0 added, 0 updated, {strange_files.ADDED} unchanged, 0 gone")


def test_all_artists_and_genres_of_a_song_are_shown_and_found(report):
    mp3, flac, m4a = (Track.objects.get(path=f"several.{kind}") for kind in ("mp3", "flac", "m4a"))

    assert (mp3.artist, mp3.album_artist, mp3.genre) == ("Ann, Ben", "Cy, Di", "Funk, Soul")
    assert (flac.artist, flac.genre) == ("Eve, Fay", "Jazz, Dub")
    assert m4a.artist == "Gus, Hal"
    for name, track in (("ben", mp3), ("fay", flac), ("hal", m4a)):
        assert [found.pk for found in search(name)] == [track.pk]


def test_a_very_long_korean_title_is_no_reason_to_stop(report):
    track = Track.objects.get(path="hangul.flac")

    assert track.title == HANGUL
    assert track.pk in [found.pk for found in search(HANGUL[:4])]


def test_pictures_that_are_not_for_opening_keep_no_song_out(report, settings):
    covers = dict(Track.objects.values_list("path", "cover"))

    assert covers["plain.flac"]
    assert covers["eps.flac"] == covers["59 megapixels.flac"] == ""
    assert covers["odd cover/song.flac"]


def test_names_that_a_terminal_cannot_write_do_not_end_the_command(root):
    song = flac(root / "東京.flac", seconds=12)
    os.rename(flac(root / "x.flac"), os.fsencode(root) + b"/\xff.flac")
    (root / "Ünï.mp3").touch()

    for encoding in ("utf-8", "ascii"):
        written = io.BytesIO()
        with io.TextIOWrapper(written, encoding=encoding, errors="strict") as terminal:
            call_command("scan_library", stdout=terminal)
            terminal.flush()
            said = written.getvalue().decode(encoding)
        assert r"\xff.flac: its name is not valid text" in said

    assert r"\xdcn\xef.mp3: empty" in said
    assert Track.objects.get(path=song.name).loudness is not None


def test_a_length_that_only_decoding_tells_reaches_the_catalogue(root):
    song = flac(root / "One.flac", seconds=20)
    content = song.read_bytes()
    with song.open("ab") as file:
        file.write(bytes(300_000))  # Its last frame is out of sight.
    cut = content[: len(content) // 2] + bytes(300_000)
    (root / "Two.flac").write_bytes(cut)
    scan_library(root)
    promised = set(Track.objects.values_list("duration_ms", flat=True))

    found = measure_missing()

    assert promised == {20_000}
    two = Track.objects.get(path="Two.flac")
    assert 9_000 < two.duration_ms < 11_000
    assert found.lengths == {two.uri: two.duration_ms}
    assert found.false_lengths == [("Two.flac", 20_000, two.duration_ms)]
    assert Track.objects.get(path="One.flac").duration_ms == 20_000


def test_what_decodes_to_nothing_leaves_the_library_with_a_reason(root):
    song = flac(root / "One.flac", seconds=20)
    flac(root / "Two.flac")
    begin = song.read_bytes().index(b"\xff\xf8") + 16  # Behind the header of the first frame.
    song.write_bytes(song.read_bytes()[:begin] + bytes(300_000))
    scan_library(root)

    found = measure_missing()

    one = Track.objects.get(path="One.flac")
    assert found.skipped == [("One.flac", "no sound in it")]
    assert found.vanished == [one.uri]
    assert not one.available
    assert ("One.flac", "no sound in it") in scan_library(root).skipped


def test_a_hole_in_the_middle_does_not_shorten_a_song(root):
    song = flac(root / "One.flac", seconds=40)
    content = bytearray(song.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2_000] = bytes(2_000)
    song.write_bytes(content)

    # Browsers play on behind it.
    assert count_ms(song) == 40_000


def test_a_disk_that_ends_before_the_sound_does_is_not_believed(root, monkeypatch):
    song = flac(root / "One.flac", seconds=20)
    song.write_bytes(song.read_bytes()[:-8_000] + bytes(300_000))
    true = count_ms(song)

    def ailing(path: Path, *args: str, **more: int) -> io.BufferedReader:
        file = opened(path, *args, **more)
        return Ailing(file.detach()) if args == ("rb",) else file

    opened = Path.open
    monkeypatch.setattr(Path, "open", ailing)

    assert 15_000 < true < 20_000
    assert count_ms(song) is None


class Ailing(io.BufferedReader):
    """Gives small pieces, and fails where somebody wants to see the end."""

    def read(self, size: int | None = -1) -> bytes:
        if size == 1 << 20:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_one_row_that_the_database_refuses_does_not_stop_the_others(root):
    for name in ("One", "Two", "Three"):
        flac(root / f"{name}.flac", title=name)
    refuse = """
        CREATE TRIGGER refuse_two BEFORE INSERT ON player_track WHEN new.title = 'Two'
        BEGIN SELECT RAISE(ABORT, 'no'); END
    """
    execute(refuse)

    result = scan_library(root)

    assert sorted(result.added) == ["One.flac", "Three.flac"]
    assert result.skipped == [("Two.flac", "the database does not take it")]
    assert not ScannedFile.objects.filter(path="Two.flac").exists()


def execute(statement: str) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("a trigger of SQLite")
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_path_that_no_index_can_hold_is_one_skipped_line(root):
    folder = root.joinpath(*[HANGUL[:80]] * 11)
    strange_files.flac(folder / "One.flac")
    flac(root / "Two.flac")

    result = scan_library(root)

    assert result.added == ["Two.flac"]
    assert [reason for _, reason in result.skipped] == ["its path is too long"]


def test_loudness_is_measured_of_all_that_is_there(root):
    """A file under a path that libsndfile itself would not open."""
    deep = root.joinpath(*["d" * 100] * 9) / "One.flac"
    deep.parent.mkdir(parents=True)
    tone = 0.1 * np.sin(np.arange(44_100 * 5) * 0.05)
    plain = io.BytesIO()
    soundfile.write(plain, tone, 44_100, format="FLAC")
    deep.write_bytes(plain.getvalue())
    Track.objects.create(path=str(deep.relative_to(root)), title="One", duration_ms=1)

    assert measure_missing().measured == 1
