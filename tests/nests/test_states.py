"""The states of a nest's life: which follows which, and what an end leaves."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connection

from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from nests.lifecycle import deletion, grace
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import records, states, store
from nests.registry.states import CREATED, DELETED, EXPIRED, GRACE, LIVE
from tests.nests.support import BOB, build
from tests.support.nest import main_nest

pytestmark = pytest.mark.django_db

PATHS = {
    CREATED: (),
    LIVE: (LIVE,),
    GRACE: (LIVE, GRACE),
    EXPIRED: (LIVE, GRACE, EXPIRED),
    DELETED: (DELETED,),
}


def nest_in(state):
    nest = build()
    assert all(states.mark(nest.nest_id, step) for step in PATHS[state])
    return nest.nest_id


def state_of(nest_id):
    return records.read_nest(nest_id).state


@pytest.mark.parametrize("before", PATHS)
@pytest.mark.parametrize("wished", PATHS)
def test_a_state_follows_only_as_the_table_says(before, wished):  # S-1.2 S-1.3 S-1.6 S-1.7 S-1.8
    nest_id = nest_in(before)
    text = redis().hget(GLOBAL.registry, nest_id)
    follows = {
        CREATED: {LIVE, DELETED},
        LIVE: {GRACE, DELETED},
        GRACE: {LIVE, EXPIRED, DELETED},
    }

    is_done = states.mark(nest_id, wished)

    assert is_done == (wished in follows.get(before, set()))
    assert state_of(nest_id) == (wished if is_done else before)
    assert is_done or redis().hget(GLOBAL.registry, nest_id) == text


def test_a_new_nest_is_created_and_lives_with_its_first_listener():  # S-1.1 S-1.9
    nest_id = build().nest_id
    new = state_of(nest_id)

    members.enter(CommandContext(nest_id, Actor(BOB, "Bob")), "tab")

    assert (new, state_of(nest_id)) == (CREATED, LIVE)


@pytest.mark.parametrize(("wished", "before"), [(EXPIRED, GRACE), (DELETED, LIVE)])
def test_an_end_makes_a_nest_inactive(wished, before):  # S-1.4 S-1.5
    nest_id = nest_in(before)
    was_active = records.read_nest(nest_id).is_active

    states.mark(nest_id, wished)

    assert (was_active, records.read_nest(nest_id).is_active) == (True, False)


def test_a_nest_that_an_older_version_has_registered_lives():  # S-1.1
    nest = build()
    text = records.text_of(nest).replace(', "state": "CREATED"', "")
    redis().hset(GLOBAL.registry, nest.nest_id, text)

    assert '"state"' not in text
    assert state_of(nest.nest_id) == LIVE


def test_the_main_nest_is_live_whatever_is_wished():  # S-1.12
    main = main_nest().nest_id

    assert [states.mark(main, state) for state in PATHS] == [False] * 5
    assert state_of(main) == LIVE
    with pytest.raises(Refusal):
        deletion.delete(store.get_nest(main), "over")


def test_of_many_who_end_a_nest_at_once_one_is_told_that_it_was_them():  # S-1.11
    nest_id = nest_in(GRACE)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: states.mark(nest_id, EXPIRED), range(8)))

    assert done.count(True) == 1


def test_a_sweep_leaves_what_was_deleted_as_it_is():  # S-1.10
    nest = build("Friday Vibes")
    deletion.delete(nest, "its time had come")
    before = list(NestTombstone.objects.values())

    grace.expire_nests()
    deletion.clean_up()

    assert list(NestTombstone.objects.values()) == before
    assert (before[0]["state"], before[0]["reason"]) == ("DELETED", "its time had come")


def test_an_end_that_nobody_has_finished_is_finished_as_it_began():  # S-1.10 S-2.5
    nest_id = nest_in(EXPIRED)

    deletion.clean_up()

    stone = NestTombstone.objects.get()
    assert (stone.state, stone.reason) == ("EXPIRED", deletion.DJ_STAYED_AWAY)
    assert records.read_nest(nest_id) is None
    assert redis().keys(f"NEST:{nest_id}*") == []


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_finish_it_once():  # S-1.11
    nest_in(EXPIRED)

    def sweep(_):
        ended = deletion.clean_up()
        connection.close()
        return ended

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(sweep, range(4)))

    assert sum(ended) == 1
    assert NestTombstone.objects.count() == 1


OF_THE_PLAYBACK = re.compile(
    r"(is_)?playing|play_state|playback|paused|(current_|playback_)?(position|version)(_ms)?"
)


def test_no_table_holds_what_plays_in_a_nest_now():  # S-6.11
    """A place of somebody's own in a song is theirs, not the nest's."""
    held = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if OF_THE_PLAYBACK.fullmatch(field.name) and not hasattr(model, "user")
    ]

    assert held == []
