"""What the sweep does for one nest does not depend on another."""

import pytest

from andre.core.keys import NestKeys
from andre.core.redis import redis
from player.history import history
from player.models import Play
from player.playback import maintenance
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


@pytest.mark.parametrize("key", ["listeners", "pending_plays", "playback"])
def test_the_sweep_goes_on_past_a_nest_that_fails_and_says_so(broken, whole, key):  # T3 T4
    played(whole)
    redis().delete(getattr(NestKeys(broken.nest_id), key))
    redis().set(getattr(NestKeys(broken.nest_id), key), "of another kind")

    with logged() as log, whole.now():
        maintenance.repair_nests()

    assert Play.objects.filter(nest_id=whole.nest_id).count() == 1
    failed = log.of("sweep_failed", "history_failed")
    assert {line["nest"] for line in failed} == {broken.nest_id}
    assert all("Traceback" in line["exception"] for line in failed)


def test_a_play_that_cannot_be_written_is_no_failure_of_the_sweep(broken, whole):  # T4
    played(whole)
    redis().hset(NestKeys(broken.nest_id).pending_plays, "1:1", "{}")

    with logged() as log, whole.now():
        maintenance.repair_nests()
        maintenance.repair_nests()

    assert Play.objects.filter(nest_id=whole.nest_id).count() == 1
    assert len(log.of("play_not_written")) == 1
    assert history.record(broken.nest_id) == 0
