"""A device says that it has come to the end of the song: the next one starts, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.devices import speakers
from nests.models import Device
from tests.support.nest import main_nest

pytestmark = pytest.mark.django_db(transaction=True)
LENGTH_S = 180


@pytest.fixture
def evening():
    """Blue plays, Green and Red wait; Alice listens on her phone and has a laptop, too."""
    story = main_nest()
    alice = story.person("Alice")
    alice.listens()
    for name in ("phone", "laptop"):
        Device.objects.create(
            owner=alice.email, device_id=name, last_seen="2026-11-30T10:00:00+00:00"
        )
    alice.adds("Blue", "Green", "Red", seconds=LENGTH_S)
    sounds_on(story, "phone")
    return story


def sounds_on(story, device):
    with story.now():
        speakers.choose(story.person("Alice").act, device, "", if_free=False)


def says_ended(story, device="phone", *, song_id=None, name="Alice", **more):
    fields = {"song_id": song_id or story.row_of_what_plays()["song_id"], "device": device}
    command = COMMAND.validate_python({"type": "report_ended", **fields, **more})
    with clock.freeze(story.now_ms):
        return dispatch.dispatch_command(story.person(name).act, command)


def refusal_of(story, **more):
    with pytest.raises(Refusal) as refused:
        says_ended(story, **more)
    return refused.value.code


def test_the_device_that_sounds_ends_its_song_in_the_last_three_seconds(evening):  # U-5.4
    evening.passes(LENGTH_S - 3)

    answer = says_ended(evening)

    assert answer["changed"] is True
    assert (evening.plays(), evening.playback()["position_ms"]) == ("Green", 0)
    assert evening.playback()["is_playing"] is True


def test_sooner_it_is_left_alone(evening):  # U-5.4
    evening.passes(LENGTH_S - 3.001)

    assert says_ended(evening)["changed"] is False
    assert evening.plays() == "Blue"


def test_of_another_song_it_says_nothing(evening):  # U-5.4
    evening.passes(LENGTH_S - 1)

    assert says_ended(evening, song_id=evening.id_of("Green"))["changed"] is False
    assert evening.plays() == "Blue"


def test_while_paused_nothing_ends(evening):  # U-5.4
    evening.passes(LENGTH_S - 1)
    evening.person("Alice").does("pause")

    assert says_ended(evening)["changed"] is False
    assert evening.plays() == "Blue"


@pytest.mark.parametrize("device", ["laptop", "somebody-elses", None])
def test_only_the_device_that_sounds_is_heard(evening, device):  # U-5.4
    evening.passes(LENGTH_S - 1)

    assert refusal_of(evening, device=device) == "not_active_speaker"
    assert evening.plays() == "Blue"

    sounds_on(evening, "laptop")
    assert refusal_of(evening, device="phone") == "not_active_speaker"
    assert says_ended(evening, device="laptop")["changed"] is True


def test_of_two_tabs_only_the_one_that_sounds(evening):  # U-5.4
    with evening.now():
        speakers.choose(evening.person("Alice").act, "phone", "one", if_free=False)
    evening.passes(LENGTH_S - 1)

    assert refusal_of(evening, tab="two") == "not_active_speaker"
    assert says_ended(evening, tab="one")["changed"] is True


def test_who_has_chosen_no_device_names_none(evening):  # U-5.4
    evening.person("Bob").listens()
    evening.passes(LENGTH_S - 1)

    assert refusal_of(evening, name="Bob", device="phone") == "not_active_speaker"
    assert says_ended(evening, name="Bob", device=None)["changed"] is True


def test_forty_listeners_end_exactly_one_song(evening):  # U-5.4
    names = [f"Listener{number}" for number in range(40)]
    for name in names:
        evening.person(name).listens()
    evening.passes(LENGTH_S - 1)
    blue = evening.row_of_what_plays()["song_id"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda name: says_ended(evening, None, name=name, song_id=blue), names)
        )

    assert [each["changed"] for each in answers].count(True) == 1
    assert evening.plays() == "Green"
    assert [each["type"] for each in evening.events()].count("song_finished") == 1


def test_the_song_was_played_and_not_skipped(evening):  # U-5.4 U-5.2
    evening.passes(LENGTH_S - 1)

    says_ended(evening)

    (finished,) = [each for each in evening.events() if each["type"] == "song_finished"]
    assert (finished["outcome"], finished["user"]) == ("played", "")


def test_what_repeats_begins_anew(evening):  # U-5.4 U-5.6
    redis().hset(evening.person("Alice").act.keys.playback, "repeat_mode", "one")
    evening.passes(LENGTH_S - 1)

    says_ended(evening)

    assert (evening.plays(), evening.playback()["position_ms"]) == ("Blue", 0)
    assert evening.order() == ["Green", "Red"]
