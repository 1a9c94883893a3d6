"""The move of an old installation's keys to the Main Nest."""

import base64
import json
import pickle
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from resource import RUSAGE_SELF, getrusage

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from andre.core import clock
from andre.core.keys import GLOBAL, SPOTIFY_RATE_LIMITED, NestKeys, legacy_key_mapping
from andre.core.redis import clone_client, redis
from bender.filling import fallback_tracks, filler
from bender.state import frozen_context, nest_state
from nests.legacy import migration
from nests.lifecycle import key_cleanup
from nests.management.commands.migrate_legacy_keys import migrate
from nests.registry import store
from player.playback import playback
from tests.bender.support import stock
from tests.support.nest import NestStory, main_nest

pytestmark = pytest.mark.django_db
MAIN = NestKeys("main")
ALICE, BOB = "alice@example.com", "bob@example.com"


def old_song(number, title, **more):
    """A song as it was kept before there were nests: seconds, no provider in its address."""
    redis().hset(
        f"QUEUE|{number}",
        mapping={
            "id": number,
            "src": "spotify",
            "trackid": f"spotify:track:{title}",
            "title": title,
            "artist": "The Band",
            "duration": "180",
            "img": "",
            "user": ALICE,
            "vote": "0",
        }
        | more,
    )


@pytest.fixture
def old_house():
    """Every family and every type, as a running old installation has them."""
    client = redis()
    old_song(41, "Playing")
    old_song(42, "Next", user=BOB)
    old_song(43, "Later")
    old_song(44, "Filling", auto="True", user="the@echonest.com")
    client.zadd("MISC|priority-queue", {"42": 1, "43": 2, "44": 9, "45": 3})  # 45 is a ghost.
    client.set("MISC|now-playing", "41")
    client.set("MISC|now-playing-done", "1", ex=100)
    client.set("MISC|playlist-plays", "45")
    client.set("MISC|volume", "70")
    client.rpush("MISC|backup-queue", "a", "b")
    client.hset("MISC|backup-queue-data", "a", "{}")
    client.sadd("QUEUE|VOTE|43", BOB, "carol@example.com")
    client.zadd("QUEUEJAM|42", {ALICE: 1_400_000_000})
    client.zadd("COMMENTS|42", {f"{BOB}||what a || tune": 1_400_000_000})
    client.set("FILTER|spotify:track:x", "1", ex=500)
    client.hset("BENDER|seed-info", "title", "Piano Man")
    client.rpush("BENDER|cache:genre", "one", "two")
    client.hset("FILL-INFO|x", "title", "Cached")
    client.expire("FILL-INFO|x", 900)
    client.rpush("AIRHORNS", "old")
    client.sadd("FREEHORN_alice@example.com", "41")
    client.set(SPOTIFY_RATE_LIMITED, "1", ex=60)
    client.set("CACHE:1:other", "mine")


@pytest.fixture
def old_bender(old_house):
    """What its Bender had in hand, in the forms in which it wrote it."""
    client = redis()
    client.set("MISC|bender_streak_start", moment(minutes_ago=30))
    client.setex("MISC|current-done", 90, moment(minutes_ago=-1))
    client.set("MISC|last-played", json.dumps({"title": "Earlier"}))
    client.set("MISC|last-queued", "spotify:track:Later")
    client.set("MISC|last-bender-track", "spotify:track:Filling")
    client.hset("BENDER|throwback-users", "spotify:track:t", ALICE)
    client.rpush("BENDER|cache:throwback", "spotify:track:t")
    client.hset("BENDER|seed-info", mapping={"seed_uri": "spotify:track:Later", "genres": "[]"})
    fields = {"trackid": "spotify:track:p", "user": ALICE, "strategy": "throwback"}
    client.hset("BENDER|next-preview", mapping=fields)
    client.hset("MISC|guest-login-expire", ALICE, moment(minutes_ago=0))


def moment(minutes_ago):
    """As the old server wrote one: a pickled datetime in base64."""
    at = datetime.fromtimestamp(clock.now_ms() / 1000, UTC) - timedelta(minutes=minutes_ago)
    return base64.b64encode(pickle.dumps(at.replace(tzinfo=None))).decode()


def everything():
    """Every key with its bytes, whatever its type."""
    plain = clone_client(redis(), decode_responses=False)
    return {key: plain.dump(key) for key in plain.scan_iter()}


def test_every_family_moves_with_its_type_and_its_time_to_live(old_house):  # N22 N23
    summary = migrate(redis())

    left = {key for key in redis().scan_iter() if not key.startswith(("NEST:", "NESTS|"))}
    assert left == {SPOTIFY_RATE_LIMITED, "CACHE:1:other"}
    assert summary["moved"] == 20
    assert (summary["conflicts"], summary["failed"]) == (0, 0)
    new = "NEST:main|"
    assert redis().get(f"{new}MISC|volume") == "70"
    assert redis().lrange(f"{new}MISC|backup-queue", 0, -1) == ["a", "b"]
    assert redis().hgetall(f"{new}BENDER|seed-info") == {"title": "Piano Man"}
    assert redis().lrange(f"{new}BENDER|cache:genre", 0, -1) == ["one", "two"]
    assert redis().llen(f"{new}AIRHORNS") == 1
    assert redis().smembers(f"{new}FREEHORN_alice@example.com") == {"41"}
    assert 490 < redis().ttl(f"{new}FILTER|spotify:track:x") <= 500
    assert 890 < redis().ttl(f"{new}FILL-INFO|x") <= 900
    assert redis().ttl(f"{new}MISC|volume") == -1


def test_an_old_vote_set_becomes_a_vote_hash(old_house):  # N25
    migrate(redis())

    assert redis().hgetall(f"{MAIN.votes_prefix}43") == {BOB: "1", "carol@example.com": "1"}


def test_afterwards_the_application_plays_on(old_house):  # N25
    migrate(redis())
    story = NestStory("main", now_ms=clock.now_ms())
    story.person("Bob").listens()

    seen = story.somebody.sees()
    assert story.plays() == "Playing"
    assert seen["playback"]["position_ms"] < 2_000
    assert seen["playback"]["duration_ms"] == 180_000
    assert story.order() == ["Next", "Later", "Filling"]
    assert [row["vote"] for row in seen["queue"]] == [0, 2, 0]
    assert seen["queue"][0]["jams"][0]["at_ms"] == 1_400_000_000_000
    assert seen["queue"][0]["comments"][0]["text"] == "what a || tune"
    assert redis().zscore(GLOBAL.deadlines, "main") is not None

    story.person("Bob").votes("Next", -1)
    story.person("Alice").adds("New")
    story.person("Carol").removes("Later", may_remove_all=True)
    story.passes(200)

    assert story.plays() in {"Next", "New"}
    assert story.id_of("Filling") == 44
    assert int(redis().get(MAIN.song_count)) == 46


def test_an_old_song_in_an_empty_nest_waits_at_its_beginning(old_house):  # N25 N18
    migrate(redis())
    story = NestStory("main", now_ms=clock.now_ms() + 60_000)
    story.ticks()
    frozen = story.playback()

    story.person("Bob").listens()
    story.ticks()

    assert (frozen["play_state"], frozen["position_ms"] < 11_000) == ("paused", True)
    assert story.playback()["is_playing"]


def test_what_was_paused_stays_paused(old_house):  # N25 N18
    redis().set("MISC|paused", "1")

    migrate(redis())

    assert redis().hget(MAIN.playback, "play_state") == "paused"


def test_a_destination_that_exists_is_not_touched(old_house):  # N23
    redis().set(MAIN.volume, "33")

    summary = migrate(redis())

    assert summary["conflicts"] == 1
    assert redis().get(MAIN.volume) == "33"
    assert redis().get("MISC|volume") == "70"


def test_running_twice_changes_nothing(old_house):  # N23
    redis().set(MAIN.last_queued, "mine")
    redis().set("MISC|last-queued", "theirs")
    migrate(redis())
    before = everything()

    again = migrate(redis())

    assert everything() == before
    assert (again["moved"], again["conflicts"]) == (0, 1)


def test_stopping_half_way_and_running_again_completes(old_house, monkeypatch):  # N23
    migrated_alone = undisturbed(old_house)
    restore(migrated_alone["before"])
    monkeypatch.setattr(migration, "KEYS_AT_ONCE", 3)
    told = 0

    def stop_at_the_tenth(*_):
        nonlocal told
        told += 1
        if told == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migration.migrate(redis(), stop_at_the_tenth)
    migrate(redis())

    assert set(everything()) == migrated_alone["after"]


def undisturbed(_):
    before = everything()
    migrate(redis())
    return {"before": before, "after": set(everything())}


def restore(before):
    plain = clone_client(redis(), decode_responses=False)
    plain.flushdb()
    for key, dump in before.items():
        plain.restore(key, 0, dump)


def test_a_dry_run_changes_nothing_and_lists_what_it_would_do(old_house):  # N24
    redis().set(MAIN.volume, "33")
    before, out = everything(), StringIO()

    call_command("migrate_legacy_keys", "--dry-run", stdout=out)

    assert everything() == before
    assert "would move MISC|now-playing to NEST:main|MISC|now-playing" in out.getvalue()
    assert "kept: there already is NEST:main|MISC|volume" in out.getvalue()
    assert "19 moved" in out.getvalue()


def test_a_key_that_cannot_be_moved_is_counted_and_the_status_is_1(old_house, monkeypatch):  # N24
    broken = b"\x80not-text"
    plain = clone_client(redis(), decode_responses=False)
    plain.set(b"FILTER|" + broken, broken)
    monkeypatch.setattr(migration, "move_keys", lambda _, moves: ["failed" for _ in moves])

    with pytest.raises(CommandError) as failed:
        call_command("migrate_legacy_keys", stdout=StringIO())

    assert failed.value.returncode == 1
    assert plain.get(b"FILTER|" + broken) == broken


def test_names_and_values_that_are_no_text_survive():  # N23
    plain = clone_client(redis(), decode_responses=False)
    plain.set(b"FILL-INFO|\xff\x00\x80", b"\x00\xfe\xff")

    migrate(redis())

    assert plain.get(b"NEST:main|FILL-INFO|\xff\x00\x80") == b"\x00\xfe\xff"
    assert plain.exists(b"FILL-INFO|\xff\x00\x80") == 0


def test_a_hundred_thousand_keys_move_in_one_run():  # N24
    pipe = redis().pipeline(transaction=False)
    for number in range(100_000):
        pipe.set(f"FILTER|spotify:track:{number}", "1")
        if number % 5_000 == 4_999:
            pipe.execute()

    kilobytes = getrusage(RUSAGE_SELF).ru_maxrss

    summary = migrate(redis())

    assert summary["moved"] == 100_000
    assert getrusage(RUSAGE_SELF).ru_maxrss - kilobytes < 20_000
    assert not list(redis().scan_iter(match="FILTER|*", count=10_000))


def test_music_goes_on_while_the_keys_move(old_house):  # N25
    story = main_nest()
    bob = story.person("Bob")
    story.now_ms = clock.now_ms()
    bob.listens()
    bob.adds("Live", "Then")
    ended = threading.Event()

    def look():
        while not ended.is_set():
            bob.sees()
            playback.tick("main")

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        summary = migrate(redis())
        ended.set()
        looking.result()

    assert story.plays() == "Live"
    assert story.order() == ["Then"]
    assert (
        summary["conflicts"] == 4
    )  # What plays until when, what waits, how far songs are counted.
    assert bob.adds("Another")["added"][0] > 45


def test_the_mapping_names_each_fixed_key():  # N26
    assert legacy_key_mapping["MISC|now-playing"] == "NEST:main|MISC|now-playing"
    assert legacy_key_mapping["AIRHORNS"] == "NEST:main|AIRHORNS"
    assert SPOTIFY_RATE_LIMITED not in legacy_key_mapping
    assert json.dumps(dict(legacy_key_mapping))
    assert all(new == f"NEST:main|{old}" for old, new in legacy_key_mapping.items())


def test_bender_goes_on_from_where_he_began_to_play_alone(old_bender):  # N25 B7
    migrate(redis())

    ago_ms = clock.now_ms() - nest_state.read_nest_state(store.get_nest("main")).streak_ms
    assert 29 * 60_000 < ago_ms < 31 * 60_000


def test_no_feed_raises_after_the_move(old_bender):  # N25
    stock()
    migrate(redis())
    story = NestStory("main", now_ms=clock.now_ms())
    filler.fill_queue("main", random.Random(7))  # Nobody listens: he has no say.
    story.person("Bob").listens()

    for title in ("Next", "Later", "Filling"):
        story.person("Alice").removes(title, may_remove_all=True)
    filler.fill_queue("main", random.Random(7))

    assert len(story.order()) == 3
    assert story.somebody.sees()["preview"] is not None
    assert list(fallback_tracks.list_fallback("main")) == []


def test_a_house_that_moved_before_moments_were_read_is_fed_too(nest, shelf_of_songs):  # N25
    redis().set(MAIN.autoplay_started_at, moment(minutes_ago=30))
    redis().rpush(MAIN.cache("genre"), "spotify:track:old")

    filler.fill_queue("main", random.Random(7))

    assert len(nest.order()) == 3
    assert redis().get(MAIN.autoplay_started_at).isdecimal()


@pytest.fixture
def shelf_of_songs():
    return stock()


@pytest.mark.parametrize("value", [base64.b64encode(pickle.dumps(print)).decode(), "yesterday", ""])
def test_a_moment_nobody_can_read_stays_behind_with_a_line(old_house, value):  # N24 N25
    redis().set("MISC|bender_streak_start", value)
    out = StringIO()

    call_command("migrate_legacy_keys", stdout=out)

    assert redis().get("MISC|bender_streak_start") == value
    assert not redis().exists(MAIN.autoplay_started_at)
    assert "left behind" in line_about("MISC|bender_streak_start", out)


def line_about(what, out):
    return next(line for line in out.getvalue().splitlines() if what in line)


@pytest.mark.parametrize(
    ("value", "why"), [("1", "queued"), ("rejected", "rejected"), ("", "queued")]
)
def test_bender_leaves_alone_what_he_left_alone_before(old_house, value, why):  # N25 B5
    redis().set("FILTER|spotify:track:y", value, px=90_000)
    redis().set("FILTER|spotify:track:z", value)

    migrate(redis())

    room = nest_state.read_nest_state(store.get_nest("main"))
    assert dict(frozen_context.filters_in_force(room)) == {
        "spotify:track:x": "queued",
        "spotify:track:y": why,
        "spotify:track:z": why,
    }
    ends_ms = float(room.filters["spotify:track:y"].rpartition(":")[2])
    assert 80_000 < ends_ms - clock.now_ms() <= 90_000
    assert 80_000 < redis().pttl(f"{MAIN.filter_prefix}spotify:track:y") <= 90_000


def test_what_nothing_reads_any_more_is_named_once(old_bender):  # N24
    redis().hset("FILL-INFO|y", "title", "Cached, too")
    out = StringIO()

    call_command("migrate_legacy_keys", stdout=out)

    assert "left behind: nothing here reads FILL-INFO|*, 2 of them" in out.getvalue()
    assert "left behind: nothing here reads BENDER|throwback-users, 1 of" in out.getvalue()
    assert "reads MISC|volume" not in out.getvalue()


def test_the_dry_run_and_the_real_one_tell_the_same(old_bender):  # N24
    redis().set("NEST:AB2CD|MISC|volume", "3")
    redis().set(MAIN.now_playing, "7")
    redis().hset(f"{MAIN.song_prefix}43", "title", "Another 43")
    redis().set("AIRHORNS", "not a list")
    redis().set("MISC|volume", "loud")

    foreseen, done = migrate(redis(), dry_run=True), migrate(redis())

    assert foreseen == done
    assert done["skipped"] == 7  # Five that are no old keys, two that cannot be read.
    assert done["conflicts"] == 4  # What plays and until when, song 43, the votes for it.


def test_a_thousand_filters_are_not_skipped_as_soon_as_they_are_made():  # N24
    redis().mset({f"FILTER|spotify:track:{number}": "1" for number in range(2_611)})

    foreseen, done = migrate(redis(), dry_run=True), migrate(redis())

    assert foreseen == done
    assert (done["moved"], done["skipped"]) == (2_611, 0)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("MISC|playlist-plays", lambda name: redis().set(name, "many")),
        ("MISC|last-queued", lambda name: redis().rpush(name, "x")),
        ("MISC|priority-queue", lambda name: redis().rpush(name, "41")),
        ("QUEUE|42", lambda name: redis().set(name, "{}")),
        ("QUEUEJAM|42", lambda name: redis().sadd(name, ALICE)),
        ("COMMENTS|42", lambda name: redis().rpush(name, "x")),
        ("QUEUE|VOTE|43", lambda name: redis().set(name, "2")),
        ("BENDER|seed-info", lambda name: redis().set(name, "{}")),
        ("BENDER|next-preview", lambda name: redis().set(name, "{}")),
        ("BENDER|cache:genre", lambda name: redis().set(name, "[]")),
        ("MISC|backup-queue", lambda name: redis().set(name, "[]")),
        ("FILTER|spotify:track:x", lambda name: redis().sadd(name, "1")),
        ("FREEHORN_bob@example.com", lambda name: redis().set(name, "1")),
        ("AIRHORNS", lambda name: redis().sadd(name, "1")),
    ],
)
def test_what_is_of_another_kind_stays_behind_and_the_nest_lives(old_house, name, write):  # N25
    redis().delete(name)
    write(name)

    out = StringIO()

    call_command("migrate_legacy_keys", stdout=out)

    assert redis().exists(name)
    assert out.getvalue().count("left behind, because it cannot be read here") == 1
    assert f"(from {name})" in out.getvalue()
    lives_on()


def test_strange_songs_comments_and_horns_do_no_harm(old_house):  # N25
    old_song(42, "Next", duration="inf")
    old_song(43, "Later", duration="nan", vote="many", auto="None")
    old_song(46, "Cloud", src="soundcloud", trackid="424374522")
    redis().zadd("MISC|priority-queue", {"46": 4, "spotify:track:y": 5, "": 6, "9" * 12: 7})
    redis().zadd("COMMENTS|42", {"{bob}@example.com||hi": 1_400_000_000, "{": 1_400_000_001})
    redis().rpush("AIRHORNS", '{"user": 7}', '{"at_ms":', "[]", json.dumps({"user": BOB}))

    migrate(redis())

    assert redis().zrange(MAIN.queue, 0, -1) == [f"{each:010}" for each in (42, 43, 46, 44)]
    lives_on()


def lives_on():
    """Everything that reads a nest reads this one."""
    story = NestStory("main", now_ms=clock.now_ms() + 1_000)
    bob = story.person("Bob")
    bob.listens()
    assert bob.sees()["volume"] == 70
    story.person("Alice").adds("New")
    with story.now():
        filler.fill_queue("main", random.Random(7))
    bob.votes("New", 1)
    story.passes(400)
    assert bob.sees()["playback"]["version"] > 0


def test_a_name_that_is_no_text_does_not_end_the_sweep_of_all_keys():  # N25
    plain = clone_client(redis(), decode_responses=False)
    plain.set(b"FILL-INFO|\xff", b"x")
    redis().set("NEST:AB2CD|MISC|volume", "3")  # Nobody knows this nest any more.
    migrate(redis())

    key_cleanup.unlink_and_repair(set())

    assert not redis().exists("NEST:AB2CD|MISC|volume")
    assert plain.exists(b"NEST:main|FILL-INFO|\xff")
