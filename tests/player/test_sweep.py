"""What the sweep does for one nest does not depend on another."""

import pytest

from andre.keys import NestKeys
from andre.redis import redis
from player.models import Play
from player.services import history, sweep
from tests.nests.support import build
from tests.support.logs import logged
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken():
    return NestStory(build("Broken", seed=1).nest_id)


@pytest.fixture
def whole():
    return NestStory(build("Whole", seed=2).nest_id)


def played(story):
    """A song has been played here, and the task that would write it was lost."""
    alice = story.person("Alice")
    with story.now():
        alice.listens()
    alice.adds("Blue", seconds=60)
    story.passes(70)


@pytest.mark.parametrize("key", ["members", "unrecorded", "playback"])
def test_the_sweep_goes_on_past_a_nest_that_fails_and_says_so(broken, whole, key):  # T3 T4
    played(whole)
    redis().delete(getattr(NestKeys(broken.nest_id), key))
    redis().set(getattr(NestKeys(broken.nest_id), key), "of another kind")

    with logged() as log, whole.now():
        sweep.sweep()

    assert Play.objects.filter(nest_id=whole.nest_id).count() == 1
    failed = log.of("sweep_failed", "history_failed")
    assert {line["nest"] for line in failed} == {broken.nest_id}
    assert all("Traceback" in line["exception"] for line in failed)


def test_a_play_that_cannot_be_written_is_no_failure_of_the_sweep(broken, whole):  # T4
    played(whole)
    redis().hset(NestKeys(broken.nest_id).unrecorded, "1:1", "{}")

    with logged() as log, whole.now():
        sweep.sweep()
        sweep.sweep()

    assert Play.objects.filter(nest_id=whole.nest_id).count() == 1
    assert len(log.of("play_not_written")) == 1
    assert history.record(broken.nest_id) == 0
