"""Two nests share nothing, and nothing that people type reaches another family of keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys, address, every_key_of
from andre.core.redis import redis
from nests.lifecycle import deletion
from nests.membership import members
from nests.registry import settings as nest_settings
from nests.registry import store
from player.playback import playback
from player.queue import queue, votes
from tests.nests.support import build, settings_of_the_house
from tests.support.nest import track

pytestmark = pytest.mark.django_db
BEGIN_MS = 1_700_000_000_000
PEOPLE = ("alice", "bob", "carol")
TITLES = ("Blue", "Green", "Red", "Grey")

person, title = st.sampled_from(PEOPLE), st.sampled_from(TITLES)
song_id = st.integers(1, 6)
COMMANDS = st.one_of(
    st.tuples(st.just("enter"), person),
    st.tuples(st.just("leave"), person),
    st.tuples(st.just("admit"), person),
    st.tuples(st.just("dismiss"), person),
    st.tuples(st.just("add"), person, title),
    st.tuples(st.just("vote"), person, song_id, st.sampled_from([-1, 0, 1])),
    st.tuples(st.just("remove"), person, song_id),
    st.tuples(st.just("control"), person, st.sampled_from(["play", "pause", "toggle"])),
    st.tuples(st.just("skip"), person),
    st.tuples(st.just("tick")),
    st.tuples(st.just("prune")),
    st.tuples(st.just("presence")),
    st.tuples(st.just("touch")),
)
STORIES = st.lists(st.tuples(st.sampled_from([0, 1]), COMMANDS), min_size=1, max_size=25)


def perform(nest, moment, command):
    verb, *rest = command
    who = rest[0] if rest else ""
    act = CommandContext(nest, Actor(f"{who}@example.com", who.title()))
    with clock.freeze(moment):
        try:
            carry_out(nest, act, verb, rest[1:])
        except Refusal:
            return


def carry_out(nest, act, verb, details):
    match verb:
        case "enter":
            members.enter(act, "tab")
        case "leave":
            members.leave(act, "tab")
        case "admit":
            members.admit(act)
        case "dismiss":
            members.disconnect_everywhere(act)
        case "add":
            queue.add_tracks(act, [track(*details)])
        case "vote":
            votes.cast(act, *details)
        case "remove":
            queue.remove(act, *details, may_remove_all=False)
        case "control":
            playback.control(act, *details)
        case "skip":
            playback.skip(act)
        case "tick":
            playback.tick(nest)
        case "prune":
            members.prune(nest)
        case "presence":
            members.publish_presence(nest)
        case "touch":
            store.touch(nest)


def two_nests():
    """Empty and alike, whatever was before."""
    redis().flushdb()
    with clock.freeze(BEGIN_MS):
        found = [build("One", seed=1).nest_id, build("Two", seed=2).nest_id]
    for nest in found:
        redis().hset(NestKeys(nest).nest_state, "generation", "same")
        redis().set(NestKeys(nest).epoch, "same")
    return found


def contents(nest):
    """Every key of a nest without its prefix, with what it holds."""
    keys = NestKeys(nest)
    found = {
        key.removeprefix(keys.prefix): held(key)
        for key in redis().scan_iter(match=every_key_of(nest))
        # Tokens are chance; the lease is by the server's own clock, an errand of the tick.
        if not key.startswith(keys.undo_prefix) and key != keys.tick_lease
    }
    undone = [held(key) for key in redis().scan_iter(match=f"{keys.undo_prefix}*")]
    return found | {"undo": sorted(undone)}


def held(key):
    match redis().type(key):
        case "string":
            return redis().get(key)
        case "hash":
            return redis().hgetall(key)
        case "set":
            return redis().smembers(key)
        case "zset":
            return redis().zrange(key, 0, -1, withscores=True)
        case "list":
            return redis().lrange(key, 0, -1)
        case "stream":
            return redis().xrange(key)


@settings(max_examples=40, deadline=None)
@given(STORIES)
def test_two_nests_side_by_side_are_as_each_alone(story):  # N20
    nests = two_nests()
    for step, (which, command) in enumerate(story):
        perform(nests[which], BEGIN_MS + step * 1_000, command)
    together = [contents(nest) for nest in nests]

    alone = []
    for which in (0, 1):
        nest = two_nests()[which]
        for step, (other, command) in enumerate(story):
            if other == which:
                perform(nest, BEGIN_MS + step * 1_000, command)
        alone.append(contents(nest))

    assert together == alone


def test_every_key_of_a_nest_begins_with_it():  # N20
    nest = build("Friday Vibes").nest_id
    before = set(redis().scan_iter())
    act = CommandContext(nest, Actor("bob@example.com", "Bob"), command_id="1")
    members.enter(act, "tab")
    queue.add_tracks(
        CommandContext(nest, Actor("bob@example.com")), [track("Blue"), track("Green")]
    )
    votes.cast(CommandContext(nest, Actor("carol@example.com")), 2, 1)
    nest_settings.change(CommandContext(nest, Actor("alice@example.com")), {"name": "Monday Blues"})

    fresh = set(redis().scan_iter()) - before

    house = ("NESTS|", "CACHE:")
    assert {key for key in fresh if not key.startswith((f"NEST:{nest}|", *house))} == set()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" Alice@Example.COM ", "alice@example.com"), ("a+b@x.org", "a+b@x.org")],
)
def test_an_address_is_trimmed_and_lower_case(typed, kept):  # N21
    assert address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alice",
        "a|b@example.com",
        "a@b|MISC",
        "a@{main}",
        "a b@example.com",
        "a@x\x00y",
        "@",
        "a@",
    ],
)
def test_what_is_no_address_enters_no_key(typed):  # N21
    with pytest.raises(Refusal):
        address(typed)
    with pytest.raises(Refusal):
        NestKeys("main").member(typed)


@pytest.mark.parametrize(
    "nest", ["", "x7k2p", "X7K2P|MISC", "MAIN", "{main}", "X7K", "X7K2O", "main\n", "*", "X7K2P "]
)
def test_what_is_no_nest_id_enters_no_key(nest):  # N21
    with pytest.raises(NoSuchNest):
        NestKeys(nest)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_for_is_a_nest_or_nothing(name):  # N6 N21
    store.ensure_main()
    before = set(redis().scan_iter())

    found = store.find_nest(name)

    assert found is None or found.is_main
    assert set(redis().scan_iter()) == before


def test_with_hash_tags_a_nest_is_one_slot(monkeypatch):  # N2
    with settings_of_the_house(monkeypatch, NEST_KEY_HASH_TAG="true"):
        nest = build("Friday Vibes")
        act = CommandContext(nest.nest_id, Actor("alice@example.com", "Alice"))
        members.enter(act, "tab")
        queue.add_tracks(act, [track("Blue")])
        found = store.get_nest("friday-vibes")
        keys = set(redis().scan_iter())
        deletion.delete(store.get_nest(act.nest), "over")
        left = set(redis().scan_iter(match="NEST*"))

    prefixes = (f"NEST:{{{nest.nest_id}}}|", "{NESTS}|", "CACHE:")
    assert found.nest_id == nest.nest_id
    assert {key for key in keys if not key.startswith(prefixes)} == set()
    assert left == set()
