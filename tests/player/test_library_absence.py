"""What could not be looked at is not gone, and what comes back is as it was (spec 07, 6)."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from player.library.files import Lister, look_below
from player.library.measurements import measure_missing
from player.library.scan import scan_library
from player.models import Track
from tests.player.library_shelf import flac

pytestmark = pytest.mark.django_db


def failing(code: int, *folders: Path) -> Lister:
    """Lists as the system does, but for these folders, which fail as a disk or a network does."""

    def list_folder(folder: Path) -> "os.ScandirIterator[str]":
        if folder in folders:
            raise OSError(code, os.strerror(code), str(folder))
        return os.scandir(folder)

    return list_folder


@pytest.fixture
def full(root: Path) -> Path:
    """Two folders with a song each, scanned and measured."""
    flac(root / "Abba" / "One.flac", seconds=12)
    flac(root / "Bach" / "Two.flac", seconds=12)
    scan_library(root)
    measure_missing()
    Track.objects.update(tempo=99.0, key="F#m", timbre=b"1234")
    return root


@pytest.fixture
def unmount(full: Path) -> Callable[[], Callable[[], None]]:
    """Leaves the root as an empty folder; returns how to mount it again."""

    def away() -> Callable[[], None]:
        elsewhere = full.with_name("elsewhere")
        full.rename(elsewhere)
        full.mkdir()

        def back() -> None:
            full.rmdir()
            elsewhere.rename(full)

        return back

    return away


def test_a_root_that_is_suddenly_empty_takes_nothing_away(full, unmount):
    unmount()

    result = scan_library(full)

    assert result.vanished == []
    assert result.spared == 2
    assert (".", "no music in it any more") in result.skipped
    assert Track.objects.filter(available=True).count() == 2


def test_a_root_with_other_things_than_music_counts_as_empty_too(full, unmount):
    unmount()
    (full / "README.txt").write_text("The disk is not mounted.")

    assert scan_library(full).vanished == []


def test_a_folder_that_is_suddenly_empty_takes_nothing_away(full):
    (full / "Bach" / "Two.flac").unlink()

    result = scan_library(full)

    assert result.vanished == []
    assert ("Bach", "no music in it any more") in result.skipped
    assert Track.objects.get(title="Two").available


def test_a_folder_that_is_gone_from_a_healthy_root_is_gone(full):
    (full / "Bach" / "Two.flac").unlink()
    (full / "Bach").rmdir()

    result = scan_library(full)

    assert result.vanished == [Track.objects.get(title="Two").uri]  # U-7.2


def test_the_operator_may_say_that_the_missing_are_gone(full, unmount, capsys):
    unmount()
    call_command("scan_library")
    said = capsys.readouterr().out

    call_command("scan_library", "--forget-missing")

    assert "2 not found, but kept" in said
    assert "--forget-missing" in said
    assert "2 gone" in capsys.readouterr().out
    assert not Track.objects.filter(available=True).exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EACCES, "this cannot be read: no permission"),
        (errno.ENOENT, "it moved away during the scan"),
        (errno.ESTALE, "the disk does not give it"),
        (errno.EIO, "the disk does not give it"),
    ],
)
def test_a_folder_that_cannot_be_read_is_one_line_and_keeps_its_songs(full, code, reason):
    flac(full / "Cage" / "Three.flac")

    result = scan_library(full, list_folder=failing(code, full / "Bach"))

    assert result.added == ["Cage/Three.flac"]
    assert result.skipped == [("Bach", reason)]
    assert result.vanished == []
    assert Track.objects.get(title="Two").available


def test_a_root_that_cannot_be_read_is_one_line_and_keeps_its_songs(full, capsys):
    result = scan_library(full, list_folder=failing(errno.EACCES, full))

    assert result.skipped == [("", "this cannot be read: no permission")]
    assert result.vanished == []
    assert result.spared == 2


def test_a_folder_without_permissions_is_noticed_by_a_person_who_lacks_them(tmp_path):
    closed = tmp_path / "closed"
    flac(closed / "One.flac")
    flac(tmp_path / "open" / "Two.flac")
    for folder in [tmp_path, *tmp_path.parents][:5]:
        folder.chmod(folder.stat().st_mode | 0o055)
    closed.chmod(0)
    person = os.geteuid()

    os.seteuid(65_534)
    try:
        look = look_below(tmp_path, tmp_path)
    finally:
        os.seteuid(person)
        closed.chmod(0o755)

    assert [file.path for file in look.files] == ["open/Two.flac"]
    assert look.skipped == [("closed", "this cannot be read: no permission")]
    assert look.unseen == {"closed"}


def test_what_was_measured_survives_an_absence(full, unmount, capsys):
    before = Track.objects.order_by("path").values("pk", "loudness", "peak", "cover", "timbre")
    known = list(before)
    back = unmount()
    scan_library(full, forget_missing=True)
    back()

    call_command("scan_library")

    out = capsys.readouterr().out
    assert "2 back" in out
    assert "measured" not in out
    assert list(before.filter(available=True)) == known
    assert known[0]["loudness"] is not None


def test_a_song_that_is_away_while_it_is_to_be_measured_has_not_failed(root):
    song = flac(root / "One.flac", seconds=12)
    scan_library(root)
    content = song.read_bytes()
    song.unlink()

    away = measure_missing()
    song.write_bytes(content)
    here = measure_missing()

    assert (away.measured, here.measured) == (0, 1)


def test_files_read_by_older_rules_are_read_once_more_and_keep_what_was_measured(full):
    from player.models import ScannedFile

    ScannedFile.objects.update(rules=0)
    Track.objects.update(artist="as it was read before", length_checked=False)
    one = Track.objects.get(title="One")
    Track.objects.filter(pk=one.pk).update(duration_ms=60_000)

    result = scan_library(full)
    again = measure_missing()

    assert len(result.updated) == 2
    assert result.lengths == {one.uri: 12_000}
    assert set(Track.objects.values_list("artist", "tempo")) == {("Somebody", 99.0)}
    assert again.measured == 0  # Loudness was known; only the length is counted.
    assert not Track.objects.filter(length_checked=False).exists()
    assert scan_library(full).unchanged == 2


def test_overwriting_forgets_what_is_gone_as_well(full):
    (full / "Bach" / "Two.flac").unlink()
    (full / "Bach").rmdir()

    result = scan_library(full, overwrite=True)

    assert result.vanished == [Track.objects.get(title="Two").uri]
