"""Control from several devices at once: nothing is lost, doubled, or half written."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.rate_limits import LIMITS
from andre.core.redis import redis
from andre.protocol.commands import CastVote
from andre.web import dispatch

pytestmark = pytest.mark.django_db
STATE = (
    *("song_id", "position_ms", "play_state", "changed_at_ms", "version"),
    *("shuffle", "repeat_mode", "changed_by"),
)


def test_a_toggle_pauses_the_next_plays_and_each_is_one_revision(nest, alice):  # U-2.5
    alice.adds("Blue")
    before = alice.sees()["rev"]

    states = [(alice.does("toggle")["rev"], nest.playback()["play_state"]) for _ in range(2)]

    assert states == [(before + 1, "paused"), (before + 2, "playing")]


def test_two_toggles_at_once_end_where_they_began(nest, alice):  # U-2.5
    alice.adds("Blue")
    before = alice.sees()["rev"]

    with ThreadPoolExecutor(2) as pool:
        revs = list(pool.map(lambda _: alice.does("toggle")["rev"], range(2)))

    assert sorted(revs) == [before + 1, before + 2]
    assert nest.playback()["play_state"] == "playing"


def test_twenty_seeks_in_a_second_rise_and_the_last_one_counts(nest, alice):  # U-2.10
    alice.adds("Blue", seconds=300)

    revs = []
    for number in range(1, 21):
        nest.now_ms += 50
        revs.append(alice.does("seek", number * 10_000)["rev"])

    assert revs == sorted(set(revs))
    assert nest.playback()["position_ms"] == 200_000


def test_the_sixty_first_change_of_a_queue_in_a_minute_is_refused(nest, alice, bob):  # U-5.9
    alice.adds("Blue", "Green")
    vote = CastVote(song_id=nest.id_of("Green"), direction=1)

    for _ in range(LIMITS["queue_changes"].amount):
        dispatch.dispatch_command(bob.act, vote)
    with pytest.raises(Refusal) as refused:
        dispatch.dispatch_command(bob.act, vote)

    assert LIMITS["queue_changes"].amount == 60
    assert (refused.value.code, refused.value.status) == ("rate_limited", 429)


@pytest.mark.parametrize("change", ["pause", "seek", "toggle"])
def test_every_change_leaves_all_of_the_state_and_no_expiry(nest, alice, change):  # U-6.1
    alice.adds("Blue", seconds=300)

    alice.does(change, 5_000 if change == "seek" else None)

    keys = NestKeys(nest.nest_id)
    kept = redis().hgetall(keys.playback)
    assert set(STATE) <= set(kept)
    assert redis().ttl(keys.playback) == -1


def test_a_process_that_begins_anew_reads_the_same(nest, alice):  # U-6.1
    alice.adds("Blue", "Green", seconds=300)
    alice.does("seek", 70_000)
    alice.does("pause")
    seen = alice.sees()

    redis().script_flush()  # Nothing but what is kept is left of the process before.
    redis().connection_pool.disconnect()

    assert alice.sees() == seen


def test_where_nothing_plays_who_comes_back_finds_the_song_and_position(nest, alice):  # U-6.2
    alice.adds("Blue", seconds=300)
    nest.passes(42)
    alice.does("pause")
    nest.person("Bob").leaves()
    alice.leaves()
    nest.passes(3_600)

    alice.listens()

    found = nest.playback()
    assert nest.plays() == "Blue"
    assert (found["play_state"], found["position_ms"]) == ("paused", 42_000)
