"""Only pictures for a page are opened, and none that would fill the memory (X5)."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import EpsImagePlugin, Image

from player.library.covers import ThumbnailStore
from tests.support.strange_files import EPS, large_png


@pytest.fixture
def shelf(tmp_path: Path) -> ThumbnailStore:
    return ThumbnailStore(tmp_path / "covers")


def drawn(kind: str, side: int = 64, **more: bool) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#2f5fb0").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_four_kinds_are_opened(shelf, kind):
    assert shelf.keep(drawn(kind))


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "TGA"])
def test_others_are_not(shelf, kind):
    assert shelf.keep(drawn(kind)) == ""


def test_no_program_is_started_for_an_eps(shelf, monkeypatch):
    started = []
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", "gs")
    monkeypatch.setattr("subprocess.check_call", lambda *command, **_: started.append(command))

    assert shelf.keep(EPS) == ""
    assert started == []


def test_a_small_file_with_59_megapixels_is_left_alone(shelf):
    assert len(large_png(7_700)) < 10_000
    assert shelf.keep(large_png(7_700)) == ""


def test_a_large_jpeg_takes_little_memory(tmp_path):
    (tmp_path / "picture.jpg").write_bytes(drawn("JPEG", 6_000))

    grown = subprocess.check_output([sys.executable, "-c", KEEP, tmp_path], text=True)

    assert int(grown) < 60_000  # kilobytes; in its full size it takes 140,000


KEEP = """
import resource, sys
from pathlib import Path
from player.library.covers import ThumbnailStore

folder = Path(sys.argv[1])
picture = (folder / "picture.jpg").read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert ThumbnailStore(folder / "covers").keep(picture)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_progressive_jpeg_is_left_alone(shelf):
    assert shelf.keep(drawn("JPEG", 6_000, progressive=True)) == ""


def test_a_picture_that_the_disk_does_not_give_is_no_cover(shelf, tmp_path):
    album = tmp_path / "album"
    album.mkdir()
    (album / "cover.jpg").write_bytes(drawn("JPEG"))
    for folder in [album, *album.parents][:4]:
        folder.chmod(0o755)
    (album / "cover.jpg").chmod(0)
    person = os.geteuid()

    os.seteuid(65_534)
    try:
        found = shelf.keep_of_folder(album)
    finally:
        os.seteuid(person)

    assert found == ""


def test_thumbnails_that_cannot_be_written_are_no_cover(tmp_path):
    (tmp_path / "covers").write_text("a file where the folder should be")

    assert ThumbnailStore(tmp_path / "covers").keep(drawn("JPEG")) == ""
