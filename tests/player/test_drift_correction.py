"""A client without the page's clock asks whether it is still where everybody else is."""

import pytest

from andre.protocol.commands import COMMAND
from andre.web import dispatch
from tests.nests.test_isolation import contents

pytestmark = pytest.mark.django_db


@pytest.fixture
def playing(nest, alice):
    """A song of three minutes, at 100 s; Bob listens."""
    alice.adds("Blue")
    alice.does("seek", 100_000)
    return nest


def checks(nest, position_ms, name="Bob"):
    command = COMMAND.validate_python({"type": "sync_check", "client_position_ms": position_ms})
    with nest.now():
        return dispatch.dispatch_command(nest.person(name).act, command)


def test_who_is_more_than_two_seconds_off_hears_where_the_song_is(playing):  # S-7.1
    for wrong in (90_000, 110_000, 97_999.9, 102_000.1):
        assert checks(playing, wrong) == {
            "position_ms": 100_000,
            "version": playing.playback()["version"],
            "server_ms": playing.now_ms,
        }


@pytest.mark.parametrize("position_ms", [98_000, 98_000.0, 99_999.5, 100_000, 102_000])
def test_two_seconds_are_near_enough(playing, position_ms):  # S-7.2
    assert checks(playing, position_ms) == {}


def test_the_time_that_has_passed_counts(playing):  # S-7.3
    playing.passes(3)

    assert checks(playing, 103_000) == {}
    assert checks(playing, 100_999)["position_ms"] == 103_000


@pytest.mark.parametrize("field", [{}, *({"client_position_ms": bad} for bad in (None, "9", -1))])
def test_a_position_that_is_none_is_not_understood(field):  # S-7.4
    with pytest.raises(ValueError, match="client_position_ms"):
        COMMAND.validate_python({"type": "sync_check", **field})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_not_understood(text):  # S-7.4
    with pytest.raises(ValueError, match=r"client_position_ms|JSON"):
        COMMAND.validate_json(f'{{"type":"sync_check","client_position_ms":{text}}}')


def test_a_check_changes_nothing(playing):  # S-7.5
    before = (contents(playing.nest_id), playing.playback()["version"])

    checks(playing, 10_000)
    checks(playing, 100_000)

    assert (contents(playing.nest_id), playing.playback()["version"]) == before


def test_where_nothing_plays_there_is_nothing_to_correct(nest, bob):
    assert checks(nest, 90_000) == {}
