"""A nest that is being deleted takes no write: every script looks, none by luck."""

import pytest

from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest
from andre.core.redis import redis
from tests.nests.support import build
from tests.test_architecture import SCRIPTS

pytestmark = pytest.mark.django_db

MAIN_ONLY = "adopt_legacy"  # Reads old keys beside the Main Nest's, which is never deleted.
GUARDED = [
    script
    for script in SCRIPTS
    if "guard" in {part.name for part in script.parts} and script.name != MAIN_ONLY
]
# Nests come and go by these, and legacy keys move before their nest lives. They look by themselves.
UNGUARDED = {
    *("begin_delete", "create_nest", "open_nest", "rewrite_registered", "unregister"),
    *("reserve_vanity", "free_vanity", "transfer_vanity"),
    *("move_legacy", "limit_provider", "note_time", "give_ids", "read_keys", MAIN_ONLY),
}


def test_every_script_but_those_of_the_registry_needs_a_living_nest():  # N10
    assert {script.name for script in SCRIPTS} - {script.name for script in GUARDED} == UNGUARDED


@pytest.mark.parametrize("script", GUARDED, ids=lambda script: script.name)
def test_a_script_leaves_a_nest_alone_that_is_being_deleted(script):  # N10
    nest = build("Friday Vibes")
    act = CommandContext(nest.nest_id, Actor("bob@example.com", "Bob"))
    redis().set(act.keys.deleting, "1")
    before = kept_of(act)

    with pytest.raises(NoSuchNest):
        script(act, **dict.fromkeys(script.own_args, "1"))

    assert kept_of(act) == before


@pytest.mark.parametrize("script", GUARDED, ids=lambda script: script.name)
def test_a_script_leaves_a_nest_alone_that_has_gone(script):  # N10
    nest = build("Friday Vibes")
    act = CommandContext(nest.nest_id, Actor("bob@example.com", "Bob"))
    redis().delete(act.keys.nest_state)
    before = kept_of(act)

    with pytest.raises(NoSuchNest):
        script(act, **dict.fromkeys(script.own_args, "1"))

    assert kept_of(act) == before


def kept_of(act: CommandContext) -> dict[str, bytes]:
    return {key: redis().type(key) for key in redis().scan_iter(match=f"{act.keys.prefix}*")}
