"""The music folder becomes a catalogue (spec 07, sections 6 and 7)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from andre.core.errors import Refusal
from player.library import covers
from player.library.scan import scan_library
from player.models import ScannedFile, Track
from player.providers import lookup
from tests.player.library_shelf import flac, mp3, ogg, red
from tests.support.strange_files import mp4

pytestmark = pytest.mark.django_db

_opened: list[str] = []


def note_opened(event: str, args: tuple) -> None:
    if event == "open" and isinstance(args[0], (str, os.PathLike)):
        _opened.append(os.fspath(args[0]))


sys.addaudithook(note_opened)  # Cannot be taken off again; it costs next to nothing.


@contextmanager
def opened_files(root: Path) -> Iterator[list[str]]:
    _opened.clear()
    found: list[str] = []
    yield found
    found += [path for path in _opened if path.startswith(str(root))]


def test_a_first_scan_adds_and_a_second_opens_nothing(root):
    for name in ("One", "Two", "Three"):
        flac(root / "Us" / f"{name}.flac")
    (root / "Us" / "notes.mp3").write_text("not music")
    first = scan_library(root)

    with opened_files(root) as opened:
        second = scan_library(root)

    # U-7.1, L1
    assert (len(first.added), first.unchanged, len(first.skipped)) == (3, 0, 1)
    assert (second.added, second.unchanged, len(second.skipped)) == ([], 3, 1)
    assert opened == []


def test_a_touched_file_is_read_again_and_no_other(root):
    one, two = flac(root / "One.flac"), flac(root / "Two.flac")
    scan_library(root)
    os.utime(one, ns=(1, 1))

    with opened_files(root) as opened:
        result = scan_library(root)

    # U-7.2
    assert result.updated == ["One.flac"]
    assert set(opened) == {str(one)}
    assert str(two) not in opened


def test_a_deleted_file_is_told_and_comes_back_under_its_number(root):
    one = flac(root / "One.flac")
    flac(root / "Two.flac")
    scan_library(root)
    track = Track.objects.get(title="One")
    content = one.read_bytes()

    one.unlink()
    gone = scan_library(root)
    one.write_bytes(content)
    back = scan_library(root)

    # U-7.2
    assert gone.vanished == [track.uri]
    assert back.updated == ["One.flac"]
    assert Track.objects.get(title="One").available
    assert Track.objects.get(title="One").pk == track.pk


def test_scanning_one_folder_forgets_nothing_in_another(root):
    flac(root / "abc" / "One.flac")
    flac(root / "ABC" / "Two.flac")
    scan_library(root)
    (root / "ABC" / "Two.flac").unlink()

    result = scan_library(root / "abc", forget_missing=True)

    # U-7.2
    assert result.vanished == []
    assert Track.objects.filter(available=True).count() == 2


def test_overwrite_reads_everything_again(root):
    flac(root / "One.flac")
    scan_library(root)

    assert scan_library(root, overwrite=True).updated == ["One.flac"]  # L1


def test_every_kind_of_file_is_read(root):
    flac(root / "a.flac", title="A", artist="Us", album="Sky", genre="funk", date="1999")
    mp3(root / "b.mp3", title="B", artist="Us", album="Sky")
    ogg(root / "c.ogg", title="C", artist="Us", album="Sky")

    scan_library(root)

    a, b, c = Track.objects.order_by("title")
    assert (a.genre, a.year, a.quality) == ("funk", 1999, "16-bit / 8kHz")
    assert a.duration_ms == 1000
    assert b.quality.endswith(" kbps")
    assert abs(c.duration_ms - 1000) < 50


def test_what_is_no_song_is_skipped_with_a_reason(root):
    flac(root / "nameless.flac", title="", artist="")
    (root / "empty.flac").touch()
    (root / "liar.flac").write_bytes(b"RIFF" + bytes(2000))
    (root / "broken.flac").write_bytes(b"fLaC\x04\xff\xff\xff" + b"\xff" * 2000)
    (root / "noise.mp3").write_bytes(b"\xff\xfb" + os.urandom(3000))
    (root / "atoms.m4a").write_bytes(b"\0\0\0\x14ftypM4A " + b"\xff" * 3000)
    fine = flac(root / "fine.flac")

    result = scan_library(root)

    # U-7.1, X5
    reasons = dict(result.skipped)
    assert result.added == [fine.name]
    assert reasons["nameless.flac"] == "no title and no artist"
    assert reasons["empty.flac"] == "empty"
    assert reasons["liar.flac"] == "not a flac file inside"
    assert set(reasons) > {"broken.flac", "noise.mp3", "atoms.m4a"}


def test_links_and_devices_are_not_followed(root):
    flac(root.parent / "secret.flac")
    (root / "link.flac").symlink_to(root.parent / "secret.flac")
    (root / "circle").symlink_to(root)
    os.mkfifo(root / "pipe.mp3")

    result = scan_library(root)

    # X5
    assert Track.objects.count() == 0
    assert dict(result.skipped) == {
        "link.flac": "a link, which is not followed",
        "circle": "a link, which is not followed",
        "pipe.mp3": "not a regular file",
    }


def test_names_from_other_worlds_do_no_harm(root):
    flac(root / "Ünï ☃ 東京.flac", title="x" * 5000, artist="A\0\u202eB\nC", album="ok")
    flac(root / "fine.flac")
    os.rename(root / "fine.flac", os.fsencode(root) + b"/\xff.flac")

    result = scan_library(root)

    # X4, X5
    track = Track.objects.get()
    assert len(track.title) == 300
    assert track.artist == "A, B C"
    assert [reason for _, reason in result.skipped] == ["its name is not valid text"]


def test_a_folder_that_takes_too_long_is_left_for_next_time(root):
    for name in ("One", "Two", "Three"):
        flac(root / "slow" / f"{name}.flac")
    flac(root / "swift" / "Four.flac")
    ticks = iter(range(0, 10_000, 40))

    first = scan_library(root, clock=lambda: float(next(ticks)))
    second = scan_library(root)

    # 60 s for each folder
    assert "swift/Four.flac" in first.added
    assert len(first.skipped) == 2
    assert len(second.added) == 2


def test_a_missing_root_and_a_foreign_folder_are_refused(root, tmp_path):
    with pytest.raises(Refusal) as foreign:
        scan_library(tmp_path)
    root.rmdir()
    with pytest.raises(Refusal) as missing:
        scan_library(root)

    # U-7.4
    assert (foreign.value.code, foreign.value.status) == ("path_outside_library", 400)
    assert (missing.value.code, missing.value.status) == ("library_root_missing", 409)
    with pytest.raises(CommandError):
        call_command("scan_library")


def test_a_cover_inside_the_file_becomes_thumbnails(root, settings):
    flac(root / "One.flac", cover=red(200, "#c02020"))

    scan_library(root)

    # L1
    track = Track.objects.get()
    for size in covers.SIZES:
        assert covers.cover_path(settings.DATA_DIR / "covers", track.cover, size).is_file()


def test_a_cover_in_the_folder_serves_where_the_file_has_none(root):
    mp3(root / "One.mp3", title="One", artist="Us", album="Sky")
    (root / "cover.jpg").write_bytes(red().data)
    (root / "bare").mkdir()
    mp3(root / "bare" / "Two.mp3", title="Two", artist="Us", album="Sky")

    scan_library(root)

    # L1
    one, two = Track.objects.order_by("title")
    assert one.cover
    assert two.cover == ""


def test_a_broken_or_enormous_picture_costs_only_the_picture(root):
    broken = red()
    flac(root / "One.flac", cover=type(broken)(broken.data[:90], broken.mime, 64, 64))

    result = scan_library(root)

    # X5
    assert result.added == ["One.flac"]
    assert Track.objects.get().cover == ""


def test_loudness_comes_from_tags_where_they_tell_it(root):
    flac(root / "One.flac", replaygain_track_gain="-6.50 dB", replaygain_track_peak="0.9")
    flac(root / "Two.flac", r128_track_gain="512")
    flac(root / "Three.flac", replaygain_track_gain="nan dB")

    scan_library(root)

    # L4
    told = dict(Track.objects.values_list("title", "loudness"))
    assert told == {"One": -11.5, "Two": -25.0, "Three": None}
    assert Track.objects.get(title="One").peak == 0.9


def test_the_command_tells_what_it_did(root, capsys):
    flac(root / "One.flac")
    (root / "bad.mp3").touch()

    call_command("scan_library")

    # L1
    out = capsys.readouterr().out
    assert "1 added" in out
    assert "  skipped: bad.mp3: empty\n" in out
    assert Track.objects.get().loudness is not None
    assert ScannedFile.objects.count() == 2


def test_what_the_tags_call_explicit_is(root):  # S-16.1
    for name, advisory in (("said", "1"), ("clean", "2"), ("nothing", "")):
        flac(root / f"{name}.flac", ITUNESADVISORY=advisory)
    (root / "rated.m4a").write_bytes(mp4(b"mp4a", 431, title="explicit"))
    (root / "unrated.m4a").write_bytes(mp4(b"mp4a", 431, title="plain"))

    scan_library(root)

    explicit = Track.objects.filter(explicit=True).order_by("path")
    assert [track.path for track in explicit] == ["rated.m4a", "said.flac"]
    assert lookup(explicit[0].uri).explicit is True
    assert Track.objects.count() == 5
