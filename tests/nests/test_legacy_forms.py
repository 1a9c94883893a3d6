"""What the old installation wrote, and which of it is taken: never by running a pickle."""

import base64
import json
import pickle
import random
from datetime import UTC, datetime

import pytest

from andre.core import clock
from andre.core.keys import legacy_family
from nests.legacy.value_forms import as_moment, as_number, as_volume

MOMENT = datetime(2025, 3, 4, 21, 6, 7, 890123, UTC).replace(tzinfo=None)
MOMENT_MS = "1741122367890"
LATER_MS = 1_800_000_000_000
OF_PYTHON_2 = (
    b"\x80\x02cdatetime\ndatetime\nq\x00U\n"
    b"\x07\xe9\x03\x04\x15\x06\x07\r\x95\x0bq\x01\x85q\x02Rq\x03."
)
RAN = []


@pytest.fixture(autouse=True)
def _later():
    with clock.freeze(LATER_MS):
        yield


def run():
    RAN.append("it ran")


class Evil:
    def __reduce__(self):
        return run, ()


def wrapped(pickled: bytes) -> bytes:
    return base64.b64encode(pickled)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_moment_is_read_out_of_every_form_python_gave_it(protocol):  # N25
    pickled = pickle.dumps(MOMENT, protocol)

    assert as_moment(wrapped(pickled)) == MOMENT_MS
    assert as_moment(pickled) == MOMENT_MS


def test_also_out_of_a_form_of_python_2():  # N25
    assert as_moment(OF_PYTHON_2) == as_moment(wrapped(OF_PYTHON_2)) == MOMENT_MS


def test_a_moment_that_is_none_or_lies_ahead_is_not_taken_as_it_is():  # N25
    ahead = wrapped(pickle.dumps(MOMENT.replace(year=2099)))
    no_such_month = pickle.dumps(MOMENT, 4).replace(b"\x03\x04\x15", b"\x0d\x04\x15")

    assert as_moment(ahead) == str(LATER_MS)
    assert as_moment(no_such_month) is None
    assert as_moment(b"1741122367890") == MOMENT_MS


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"yesterday",
        b"\x80\x04.",
        wrapped(pickle.dumps(Evil())),
        wrapped(pickle.dumps([MOMENT])),
        wrapped(pickle.dumps(MOMENT.date())),
        wrapped(pickle.dumps(MOMENT.replace(tzinfo=UTC))),
        wrapped(pickle.dumps("x" * 1_000)),
        pickle.dumps(MOMENT, 4).replace(b"datetime", b"mkdirmkd"),
    ],
)
def test_no_other_pickle_is_taken_and_none_is_run(value):  # N25
    assert as_moment(value) is None
    assert RAN == []


def test_whatever_the_bytes_are_reading_them_raises_nothing():  # N25
    rng = random.Random(7)
    for _ in range(5_000):
        value = bytearray(pickle.dumps(MOMENT, rng.randrange(6)))
        for _ in range(rng.randint(1, 4)):
            value[rng.randrange(len(value))] = rng.randrange(256)

        assert as_moment(bytes(value)) is None or as_moment(bytes(value)).isdecimal()


def test_numbers_are_numbers_and_a_volume_fits():  # N25
    assert [as_number(each) for each in (b"45", b"045", b"-1", b"x", b"")] == [
        "45",
        "45",
        None,
        None,
        None,
    ]
    volumes = [as_volume(each) for each in (b"70", b"70.4", b"950", b"nan", b"loud")]
    assert volumes == ["70", "70", "100", None, None]
    assert json.loads(volumes[0]) == 70


def test_a_report_names_many_keys_once():  # N24
    assert legacy_family("FILL-INFO|spotify:track:x") == "FILL-INFO|*"
    assert legacy_family("MISC|users|alice@example.com") == "MISC|users|*"
    assert legacy_family("BENDER|throwback-users") == "BENDER|throwback-users"
