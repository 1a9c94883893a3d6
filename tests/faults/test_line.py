"""The line to Valkey is slow, breaks in the middle of an answer, or goes nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from andre.launcher.valkey_server import running
from tests.faults.conftest import RESUMES_WITHIN_MS, opened
from tests.support.line import Line
from tests.support.whole_house import House

NOWHERE_SECONDS = 7  # Longer than anybody waits for an answer of the store.


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    store = tmp_path_factory.mktemp("store")
    with running(store):
        made = Line(store / "valkey.sock")
        yield made
        made.closes()


@pytest.fixture(scope="module")
def house(line: Line, tmp_path_factory, records: Path) -> Iterator[House]:
    """Its Valkey is somebody else's, at the far end of the line."""
    data_dir = tmp_path_factory.mktemp("faults") / "house"
    with opened(data_dir, records, REDIS_URL=line.url) as made:
        yield made


@pytest.fixture(autouse=True)
def mended(line: Line) -> Iterator[None]:
    yield
    line.mends()


def test_every_answer_takes_its_time(line, evening):  # F1
    with evening() as crowd:
        line.delay_s = 0.2
        crowd.talks(3)
        line.delay_s = 0.0
        crowd.talks(1)


@pytest.mark.parametrize("length", [1, 700])
def test_answers_end_in_the_middle(line, evening, length):  # F1 R3
    with evening() as crowd:
        line.cut_after = length
        line.drops_all()
        crowd.talks(2)
        line.mends()
        crowd.talks(3)


def test_nothing_arrives_for_a_while(line, evening):  # F1 R3 R18
    with evening(late_ms=1000 * NOWHERE_SECONDS + RESUMES_WITHIN_MS) as crowd:
        line.goes_nowhere = True
        crowd.talks(NOWHERE_SECONDS)
        line.mends()
        crowd.talks(3)
        assert len(crowd.epochs) == 1
