"""The registry: codes, names, slugs, and nests that end."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL, every_key_of
from andre.core.redis import redis
from andre.protocol.commands import ChangeNestSettings
from andre.web import dispatch
from nests.lifecycle import deletion
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import settings, store
from nests.registry.codes import ALPHABET
from nests.registry.themes import THEMED_NAMES
from player.queue import queue
from tests.support.nest import NestStory, track

ALICE = "alice@example.com"
pytestmark = pytest.mark.django_db


def build(name=None, by=ALICE, seed=1):
    return store.create_nest(by, "Alice", name, random.Random(seed))


def test_a_nest_has_a_code_that_nobody_confuses():  # N2
    nest = build()

    assert len(nest.code) == 5
    assert set(nest.code) <= set(ALPHABET)
    assert nest.nest_id == nest.code
    assert not set("0O1IL") & set(ALPHABET)


def test_the_main_nest_is_made_once_on_first_use():  # N1
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.get_nest("main"), range(16)))

    assert {nest.created_at for nest in found} == {found[0].created_at}
    assert redis().hlen(GLOBAL.registry) == 1
    assert (found[0].name, found[0].creator, found[0].ttl_minutes) == ("Main Nest", "system", 0)


def test_a_code_that_is_taken_is_rolled_again():  # N2 S-3.2
    first = build(seed=7)
    second = build(seed=7)

    assert first.code != second.code


def test_the_code_of_an_ended_nest_is_never_given_out_again():  # N2
    code = build(seed=7).code
    deletion.delete(store.get_nest(code), "over")

    assert build(seed=7).code != code
    assert NestTombstone.objects.get().code == code


@pytest.mark.django_db(transaction=True)
def test_fifty_built_at_once_are_fifty_nests(monkeypatch):  # N2
    from andre.core.conf import conf

    def build_one(number):
        try:
            return store.create_nest(ALICE, "Alice", "Friday Vibes")
        finally:
            close_old_connections()

    monkeypatch.setenv("NEST_MAX_ACTIVE", "0")
    conf.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        nests = list(pool.map(build_one, range(50)))
    conf.cache_clear()

    assert len({nest.code for nest in nests}) == 50
    assert len({nest.slug for nest in nests}) == 50


def test_beyond_the_limit_no_nest_is_built():  # N3
    for number in range(20):
        build(seed=number)

    with pytest.raises(Refusal) as refused:
        build(seed=100)

    assert refused.value.code == "nest_limit_reached"
    assert "upgrade_url" not in refused.value.body()


def test_a_nest_without_a_name_gets_one_of_the_fifty_that_is_free():  # N4
    names = {build(seed=number).name for number in range(15)}

    assert len(names) == 15
    assert names <= {themed.name for themed in THEMED_NAMES}
    assert len(THEMED_NAMES) == 50


@pytest.mark.parametrize(
    ("typed", "name", "slug"),
    [
        ("  Friday \t Vibes ", "Friday Vibes", "friday-vibes"),
        ("Café\x00 Zürich!", "Café Zürich!", "cafe-zurich"),
        ("深夜", "深夜", None),
        ("--- 80s -- Night ---", "--- 80s -- Night ---", "80s-night"),
    ],
)
def test_a_name_is_cleaned_and_gives_a_slug(typed, name, slug):  # N4 N5
    nest = build(typed)

    assert (nest.name, nest.slug) == (name, slug)


def test_a_name_that_is_too_long_is_refused():  # N4
    with pytest.raises(Refusal) as refused:
        build("x" * 41)

    assert refused.value.code == "validation_error"


def test_a_second_nest_of_the_same_name_has_a_numbered_slug():  # N5
    assert [build("Friday Vibes", seed=n).slug for n in (1, 2)] == [
        "friday-vibes",
        "friday-vibes-2",
    ]


@pytest.mark.parametrize("word", ["Admin", "API", "public", "sign in"])
def test_a_slug_is_never_a_word_of_our_own(word):  # N5
    assert build(word).slug.endswith("-2")


def test_renaming_moves_the_slug_and_the_old_one_stops_resolving():  # N5
    nest = build("Friday Vibes")

    settings.change(CommandContext(nest.nest_id, Actor(ALICE)), {"name": "Monday Blues"})

    assert store.get_nest("monday-blues").nest_id == nest.nest_id
    assert store.find_nest("friday-vibes") is None


def test_only_the_creator_renames():  # S-10.4
    nest = build("Friday Vibes")

    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(
            NestStory(nest.nest_id).person("Bob").act, ChangeNestSettings(name="Bob's")
        )

    assert refused.value.code == "forbidden"


def test_a_nest_is_found_by_code_in_any_case_and_by_slug():  # N6
    nest = build("Friday Vibes")

    for name in (nest.code, nest.code.lower(), "friday-vibes", "Friday-Vibes"):
        assert store.get_nest(name).nest_id == nest.nest_id
    assert store.find_nest("nowhere") is None


def test_deleting_leaves_no_key_and_no_address():  # N9
    nest = build("Friday Vibes")
    act = CommandContext(nest.nest_id, Actor(ALICE, "Alice"))
    members.enter(act, "tab")
    queue.add_tracks(act, [track("Blue"), track("Green")])

    deletion.delete(store.get_nest(act.nest), "over")

    assert list(redis().scan_iter(match=every_key_of(nest.nest_id))) == []
    assert store.find_nest("friday-vibes") is None
    assert store.find_nest(nest.code) is None


def test_nothing_can_write_to_a_nest_that_is_being_deleted():  # N10
    nest = build()
    act = CommandContext(nest.nest_id, Actor(ALICE, "Alice"))
    members.enter(act, "tab")

    deletion.begin_delete(nest, only_if_idle=False)

    with pytest.raises(NoSuchNest):
        queue.add_tracks(act, [track("Blue")])
    with pytest.raises(NoSuchNest):
        members.enter(act, "another")


def test_the_main_nest_stays():  # N9
    store.ensure_main()

    with pytest.raises(Refusal) as refused:
        deletion.delete(store.get_nest("main"), "over")

    assert refused.value.code == "forbidden"


def later(minutes):
    return clock.freeze(clock.now_ms() + minutes * 60_000)


def test_an_idle_nest_goes_and_a_busy_one_stays():  # N15
    idle, listened = build(seed=1), build(seed=2)
    members.enter(CommandContext(listened.nest_id, Actor(ALICE)), "tab")

    with later(4):
        assert deletion.clean_up() == 0
    with later(6):
        assert deletion.clean_up() == 1

    assert store.find_nest(idle.code) is None
    assert store.find_nest(listened.code) is not None


def test_songs_of_people_protect_an_empty_nest_for_a_day():  # N15 N17
    nest = build()
    queue.add_tracks(CommandContext(nest.nest_id, Actor(ALICE, "Alice")), [track("Blue")])

    with later(23 * 60):
        assert deletion.clean_up() == 0
    with later(25 * 60):
        assert deletion.clean_up() == 1


def test_the_main_nest_is_never_cleaned_up():  # N15
    store.ensure_main()

    with later(10_000):
        assert deletion.clean_up() == 0
