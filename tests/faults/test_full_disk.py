"""No room is left: for what the house says, and for what it keeps."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.conftest import RESUMES_WITHIN_MS, opened
from tests.support.whole_house import House

ROOM = 64 * 1024 * 1024
FULL = Path("/dev/full")  # Whoever writes here is told that no space is left.
FULL_MS = 4_000


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of our own."""
    path = tmp_path_factory.mktemp("room")
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "andre", str(path)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("A small disk cannot be mounted here; that takes root's rights.")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.fixture(scope="module")
def house(room: Path, records: Path) -> Iterator[House]:
    with opened(room / "house", records, log=FULL) as made:
        yield made


def test_nobody_can_write_down_what_happens(house, evening):  # F1
    with evening() as crowd:
        assert house.process.poll() is None
        house.dies("ticks")  # There are words to say, and nowhere to put them.
        crowd.talks(2)


def test_the_disk_under_the_data_is_full_for_a_while(house, evening, room):  # F1
    with evening(late_ms=FULL_MS + RESUMES_WITHIN_MS) as crowd:
        ballast = room / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        crowd.talks(2)
        ballast.unlink()
        crowd.talks(3)
        crowd.is_silent()

        assert "unavailable" in {
            entry.answer["error"] for entry in crowd.entries if entry.fate == "refused"
        }
