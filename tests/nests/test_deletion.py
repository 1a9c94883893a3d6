"""Deletion leaves nothing, whoever writes meanwhile, and what was left behind is found."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from redis import Redis

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import EVERY_NEST_KEY, GLOBAL, NestKeys, every_key_of, nest_of
from andre.core.redis import redis
from nests.lifecycle import deletion, key_cleanup
from nests.membership import members
from nests.models import NestTombstone
from nests.registry import naming, settings, store
from player.playback import playback
from player.queue import queue, reactions, votes
from tests.nests.support import ALICE, BOB, build, settings_of_the_house
from tests.support.logs import logged
from tests.support.nest import track

pytestmark = pytest.mark.django_db
LATER_MS = 6 * 60_000


def keys_left(nest):
    return list(redis().scan_iter(match=every_key_of(nest.nest_id)))


def later(ms=LATER_MS):
    return clock.freeze(clock.now_ms() + ms)


def hammering(nest, number, ended):
    """Somebody who does everything that writes, until told to stop; how often it was done."""
    act = CommandContext(nest.nest_id, Actor(f"fan{number}@example.com", f"Fan {number}"))
    done = 0
    while not ended.is_set():
        song = track(f"{number} {done}")
        for write in (
            lambda: members.enter(act, "tab"),
            lambda song=song: queue.add_tracks(act, [song]),
            lambda: votes.cast(act, 1, 1),
            lambda: playback.control(act, "toggle"),
            lambda: playback.skip(act),
            lambda: playback.previous(act),
            lambda: playback.set_options(act, None, "all"),
            lambda: playback.set_volume(act, 40),
            lambda song_id=done: reactions.toggle_jam(act, song_id),
            lambda song_id=done: reactions.add_comment(act, song_id, "still here"),
            lambda: reactions.blow_airhorn(act, "goose"),
            lambda: queue.undo(act, queue.clear(act).get("undo_token", "")),
            lambda: members.admit(act),
            lambda: members.keep_alive(nest.nest_id, act.user),
            lambda: members.refresh(nest.nest_id, [(act.user, "tab")]),
            lambda: members.publish_presence(nest.nest_id),
            lambda: store.touch(nest.nest_id),
            lambda: members.leave(act, "tab"),
            lambda: playback.tick(nest.nest_id),
        ):
            try:
                write()
                done += 1
            except Refusal:
                continue
    connection.close()
    return done


@pytest.mark.django_db(transaction=True)
def test_nobody_who_keeps_writing_brings_a_key_back():  # N9 N10
    for round_number in range(5):
        nest = build("Friday Vibes", seed=round_number)
        ended = threading.Event()
        with ThreadPoolExecutor(4) as pool:
            writers = [pool.submit(hammering, nest, number, ended) for number in range(4)]
            ended.wait(0.2)

            deletion.delete(store.get_nest(nest.nest_id), "over")

            ended.wait(0.1)
            ended.set()
            written = sum(writer.result() for writer in writers)

        assert written > 10
        assert keys_left(nest) == []
        assert store.find_nest(nest.code) is None
        redis().zrem(GLOBAL.deadlines, nest.nest_id)  # Global, and repaired by the tick.


@pytest.mark.django_db(transaction=True)
def test_who_arrives_between_the_count_and_the_deletion_keeps_the_nest():  # N16
    kept = gone = 0
    for number in range(30):
        nest = build("Friday Vibes", seed=100 + number)
        moment = clock.now_ms() + LATER_MS
        start = threading.Barrier(2)

        def arrive(nest=nest, moment=moment, start=start):
            start.wait()
            with clock.freeze(moment):
                try:
                    members.enter(CommandContext(nest.nest_id, Actor(BOB, "Bob")), "tab")
                except NoSuchNest:
                    return False
            return True

        with ThreadPoolExecutor(1) as pool:
            arrival = pool.submit(arrive)
            start.wait()
            with clock.freeze(moment):
                deletion.clean_up()
            arrived = arrival.result()

        found = store.find_nest(nest.code)
        assert (found is not None) == arrived
        assert bool(keys_left(nest)) == arrived
        kept, gone = kept + arrived, gone + (not arrived)
        if found:
            deletion.delete(found, "the test is over")

    assert kept + gone == 30


def test_many_idle_nests_cost_one_pass(monkeypatch):  # N19
    with settings_of_the_house(monkeypatch, NEST_MAX_ACTIVE="0"):
        for number in range(150):
            build(f"Nest {number}", seed=number)
    passes = []
    scan = Redis.scan_iter
    monkeypatch.setattr(
        Redis, "scan_iter", lambda self, **how: passes.append(how) or scan(self, **how)
    )

    with later():
        assert deletion.clean_up() == 150

    assert len(passes) == 1
    assert list(scan(redis(), match=EVERY_NEST_KEY)) == []


def test_a_deletion_that_was_never_finished_is_finished():  # N10
    nest = build("Friday Vibes")
    deletion.begin_delete(nest, only_if_idle=False)
    redis().delete(NestKeys(nest.nest_id).deleting)  # 30 s later, as Redis sees it.

    with later():
        deletion.clean_up()

    assert store.find_nest("friday-vibes") is None
    assert keys_left(nest) == []
    assert NestTombstone.objects.get().code == nest.code


def test_keys_that_no_registry_knows_are_found():  # N10
    nest = build("Friday Vibes")
    members.enter(CommandContext(nest.nest_id, Actor(BOB)), "tab")
    redis().hdel(GLOBAL.registry, nest.nest_id)

    deletion.clean_up()

    assert keys_left(nest) == []


def test_looking_for_orphans_is_not_done_every_minute():  # N19
    deletion.clean_up()

    assert not key_cleanup.is_repair_due()
    assert 0 < redis().ttl(GLOBAL.repair_done) <= key_cleanup.REPAIR_SECONDS


def test_a_nest_that_is_just_being_built_is_left_alone(monkeypatch):  # N2 N10
    monkeypatch.setattr(store, "open_nest", lambda *_: None)
    nest = build("Friday Vibes")

    deletion.clean_up()

    assert store.find_nest("friday-vibes") == nest


def test_the_main_nest_survives_every_repair():  # N9
    store.ensure_main()
    redis().delete(NestKeys("main").nest_state)

    with later():
        deletion.clean_up()

    assert store.find_nest("main") is not None
    members.enter(CommandContext("main", Actor(BOB, "Bob")), "tab")


def test_ended_nests_leave_the_count(monkeypatch):  # N2 N3
    for number in range(20):
        nest = build(seed=number)

    deletion.delete(store.get_nest(nest.nest_id), "over")

    assert build(seed=99).code


def test_a_vanity_code_goes_with_its_nest():  # N9
    from dataclasses import replace

    nest = build("Friday Vibes")
    redis().set(GLOBAL.vanity("friday"), nest.nest_id)
    naming.rewrite(nest.nest_id, lambda found: replace(found, vanity_code="Friday"))
    assert store.get_nest("FRIDAY").nest_id == nest.nest_id  # N6

    deletion.delete(store.get_nest(nest.nest_id), "over")

    assert redis().exists(GLOBAL.vanity("friday")) == 0


def test_the_slug_of_another_nest_is_not_taken_along():  # N9
    first = build("Friday Vibes")
    settings.change(CommandContext(first.nest_id, Actor(ALICE)), {"name": "Monday Blues"})
    second = build("Friday Vibes", seed=2)

    deletion.delete(store.get_nest(first.nest_id), "over")

    assert store.get_nest("friday-vibes").nest_id == second.nest_id


@pytest.mark.parametrize(
    ("key", "nest"),
    [
        ("NEST:X7K2P|MISC|life", "X7K2P"),
        ("NEST:{X7K2P}|QUEUE|1", "X7K2P"),
        ("NEST:main|CHAT", "main"),
        ("NESTS|registry", None),
        ("MISC|life", None),
    ],
)
def test_a_key_says_whose_it_is(key, nest):
    assert nest_of(key) == nest


def test_a_nest_that_cannot_be_looked_at_keeps_no_other_from_its_end():  # N19
    broken, idle = build("Broken", seed=1), build("Idle", seed=2)
    redis().set(NestKeys(broken.nest_id).listeners, "no set")

    with logged() as log, later():
        deletion.clean_up()

    assert store.find_nest(idle.code) is None
    assert [line["nest"] for line in log.of("nest_not_looked_at")] == [broken.nest_id]


def test_a_nest_whose_end_fails_keeps_no_other_from_its_own():  # N10 N19
    broken, idle = build("Broken", seed=1), build("Idle", seed=2)
    redis().set(NestKeys(broken.nest_id).pending_plays, "no plays")

    with logged() as log, later():
        ended = deletion.clean_up()

    assert ended == 1
    assert store.find_nest(idle.code) is None
    assert [line["nest"] for line in log.of("nest_not_ended")] == [broken.nest_id]
