"""One house for all faults of a file, a crowd for each, and the ledger behind every one of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.player.library_shelf import flac
from tests.support import crowd as crowds
from tests.support.crowd import Crowd
from tests.support.ledger import verify
from tests.support.whole_house import House, signal

SONG_SECONDS = (5.1, 5.4, 5.7, 6)
SONGS = 24
BESIDE_OTHERS = 3  # The promise is for a machine that does nothing else; here the suite is running.
RESUMES_WITHIN_MS = 5_000 * BESIDE_OTHERS
OF_TESTS = {
    "ANDRE_LIMITS_ENABLED": "false",
    "ANDRE_LOG_LEVEL": "WARNING",
    "NO_REPEAT_MINUTES": "0",
    "USE_BENDER": "false",
}

Evening = Callable[..., AbstractContextManager[Crowd]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    for number in range(SONGS):
        seconds = SONG_SECONDS[number % len(SONG_SECONDS)]
        flac(folder / f"{number}.flac", seconds, title=f"Song {number}", artist="The Band")
    return folder


@contextmanager
def opened(
    data_dir: Path, records: Path, log: Path | None = None, **named: object
) -> Iterator[House]:
    """A house of our own, with short songs, in which nobody is told to slow down."""
    made = House(data_dir, log=log, **OF_TESTS | {"ANDRE_MUSIC_ROOT": records} | named)
    try:
        made.comes_up(120)
        yield made
    finally:
        if made.log.is_file():
            print(made.log.read_text()[-20_000:])
        made.ends(signal.SIGTERM)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, records: Path) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("faults") / "house", records) as made:
        yield made


@pytest.fixture
def evening(house: House) -> Evening:
    """People who listen and talk, and whose evening adds up in the end, whatever happened."""

    @contextmanager
    def begun(*urls: str, late_ms: int = RESUMES_WITHIN_MS, **more: int) -> Iterator[Crowd]:
        with crowds.crowd(*(urls or [house.url]), **more) as people:
            people.talks(2)
            yield people
            people.hears_new_songs()
            verify(people)
            assert people.late_ms <= late_ms

    return begun
