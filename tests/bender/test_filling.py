"""Bender keeps the music going: when he feeds a nest, when he does not, and what that does."""

import json
import random
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from bender.filling import fallback_tracks, filler, preview
from bender.filling.pick_cache import PickCache
from bender.models import BenderRun
from bender.scripts import lua
from bender.selection.strategies import strategies
from nests.registry import settings, store
from player.models import Track
from player.playback import autoplay_requests, maintenance, playback
from player.queue import queue
from tests.bender.support import evening, feed, hungry_at, shown, stock
from tests.nests.support import settings_of_the_house
from tests.support.figures import counted
from tests.support.nest import NestStory
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db
HOUR = 3_600


def started(nest):
    return [event["song"] for event in nest.events() if event["type"] == "song_started"]


def test_who_comes_into_a_quiet_nest_is_heard_and_fed(nest, bob, shelf):  # B1
    was_hungry = hungry_at(nest)

    feed(nest)

    assert was_hungry == nest.now_ms
    assert nest.plays() is not None
    assert len(nest.order()) == 3
    assert all(row["auto"] and row["reason"] for row in bob.sees()["queue"])
    assert shown(nest)["reason"]
    assert hungry_at(nest) is None


def test_what_he_picks_and_that_he_finds_nothing_is_counted(client, nest, bob, shelf):  # K-6.4
    with counted(client) as grown:
        feed(nest)
    picked = [value for name, value in grown.items() if "andre_bender_picks_total" in name]

    assert sum(picked) == len(nest.order()) + 2  # What waits, what plays and what is shown.

    Track.objects.all().delete()
    empty = NestStory(store.create_nest("alice@example.com", "Alice", "One").nest_id)
    empty.person("Bob").listens()
    with counted(client) as grown:
        feed(empty)

    assert grown["andre_bender_failures_total"] == 1


def test_a_temporary_nest_is_kept_one_song_deep(bob, shelf):  # B1 B7
    with clock.freeze(1_700_000_000_000):
        story = NestStory(store.create_nest("alice@example.com", "Alice", "One").nest_id)
    story.person("Bob").listens()

    feed(story)

    assert len(story.order()) == 1


def test_songs_of_people_come_first_and_benders_give_way(nest, alice, shelf):  # B1 Q3
    feed(nest)

    alice.adds("Blue")

    assert nest.order()[0] == "Blue"


def test_adding_tells_bender_once_and_his_idea_follows_the_new_seed(nest, alice, shelf):  # B2 B7
    feed(nest)
    alice.adds("Blue")
    first_told = hungry_at(nest)
    redis().zrem(GLOBAL.autoplay_due, nest.nest_id)
    alice.adds("Green")

    assert first_told == nest.now_ms
    assert hungry_at(nest) is None  # He knows, and has not come yet.


def test_what_is_shown_is_what_gets_queued(nest, bob, shelf):  # B10
    feed(nest)
    promised = shown(nest)["track"]["uri"]

    bob.skips()
    feed(nest)

    assert bob.sees()["queue"][-1]["trackid"] == promised


def test_a_nest_is_read_once_however_many_songs_are_queued(redis_alone, nest, bob, shelf):  # B1
    lua.read_bender_state.load()
    redis_alone.config_set("slowlog-max-len", 10_000)
    redis_alone.config_set("slowlog-log-slower-than", 0)  # Everything is slow, and so in the log.
    redis_alone.slowlog_reset()

    feed(nest)
    commands = [entry["command"].decode().split() for entry in redis_alone.slowlog_get(10_000)]

    scripts = [words[1] for words in commands if words[0] == "EVALSHA"]
    assert scripts.count(lua.read_bender_state.sha) == 1
    assert len(nest.order()) == 3


def test_feeding_twice_is_feeding_once(nest, bob, shelf):  # B1
    feed(nest)
    before = bob.sees()

    feed(nest, seed=8)

    assert bob.sees() == before


def test_an_empty_library_is_no_hot_loop(nest, bob):  # B1
    waits = []
    for _ in range(8):
        feed(nest)
        waits.append((hungry_at(nest) - nest.now_ms) // 1000)
        nest.now_ms = hungry_at(nest)

    assert waits == [30, 60, 120, 240, 480, 600, 600, 600]
    assert nest.plays() is None
    assert not BenderRun.objects.exists()


def test_songs_that_arrive_end_the_waiting(nest, bob):  # B1
    feed(nest)
    stock()
    nest.now_ms = hungry_at(nest)
    feed(nest)

    assert nest.plays() is not None
    assert "failures" not in redis().hgetall(NestKeys(nest.nest_id).seed_info)


def test_he_stops_while_nobody_listens(nest, bob, shelf):  # B8 N18
    bob.leaves()

    feed(nest)

    assert nest.order() == []
    assert shown(nest) is None


def test_he_stops_while_songs_repeat_and_goes_on_afterwards(nest, bob, shelf):  # B8 P5
    feed(nest)
    with nest.now():
        playback.set_options(bob.act, None, "all")
    feed(nest)
    repeating = shown(nest)
    with nest.now():
        playback.set_options(bob.act, None, "off")
        bob.skips()
    feed(nest)

    assert repeating is None
    assert shown(nest) is not None


def test_he_is_off_where_the_house_or_the_nest_says_so(nest, bob, shelf, monkeypatch):  # B8
    with settings_of_the_house(monkeypatch, USE_BENDER="false"):
        feed(nest)
    by_house = nest.order()
    settings.change(CommandContext(nest.nest_id), {"bender": False})

    feed(nest)

    assert (by_house, nest.order()) == ([], [])


def test_alone_he_plays_for_two_hours_then_it_is_silent_until_somebody_queues(
    nest, alice, bob, shelf
):  # B8
    began = nest.now_ms
    evening(nest, 4 * HOUR)
    silent_at = next(e["ts"] for e in nest.events() if e["type"] == "nest_fell_silent")
    quiet = (nest.plays(), shown(nest))

    alice.adds("Blue")
    evening(nest, 600)

    assert 110 * 60_000 <= silent_at - began <= 120 * 60_000 + 180_000
    assert quiet == (None, None)
    assert nest.plays() is not None
    assert shown(nest) is not None


def test_a_pause_does_not_count_as_playing_alone(nest, bob, shelf):  # B8
    evening(nest, 600)
    bob.leaves()
    evening(nest, 12 * HOUR)
    bob.listens()

    evening(nest, HOUR)

    assert nest.plays() is not None


def test_hours_with_one_silent_listener(nest, bob, monkeypatch):  # B1 B5 B8
    big = stock(genres=("funk", "jazz", "metal", "ambient", "pop"), bands=6, songs=6)
    with settings_of_the_house(monkeypatch, MAX_BENDER_MINUTES="100000"):
        evening(nest, 5 * HOUR - 1)

    songs = started(nest)
    assert len(songs) == 100
    assert len({song["trackid"] for song in songs}) == 100
    assert {song["trackid"] for song in songs} <= {track.uri for track in big.tracks}
    assert all(song["auto"] and song["reason"].endswith(".") for song in songs)
    assert not [one for one, other in pairwise(songs) if one["artist"] == other["artist"]]
    for place, song in enumerate(songs):
        assert song["artist"] not in {each["artist"] for each in songs[max(0, place - 19) : place]}


def test_a_small_library_never_falls_silent(nest, bob, monkeypatch):  # B5
    stock(genres=("funk", "jazz"), bands=2, songs=2)
    with settings_of_the_house(monkeypatch, MAX_BENDER_MINUTES="100000"):
        evening(nest, 3 * HOUR - 1)

    songs = [song["trackid"] for song in started(nest)]
    assert "nest_fell_silent" not in {event["type"] for event in nest.events()}
    assert len(songs) == 60
    assert not [place for place, uri in enumerate(songs) if uri in songs[max(0, place - 3) : place]]


def test_even_one_song_comes_again(nest, bob):  # B5
    shelved(recording("Blue"))

    evening(nest, 1_000)

    assert len(started(nest)) >= 3


def test_a_rejected_song_never_returns(nest, bob, monkeypatch):  # B5 B12
    stock(genres=("funk",), bands=2, songs=4)
    feed(nest)
    rejected = shown(nest)["track"]["uri"]
    with nest.now():
        preview.reject_preview(bob.act, rejected)
    with settings_of_the_house(monkeypatch, MAX_BENDER_MINUTES="100000"):
        evening(nest, 2 * HOUR)

    assert rejected not in {song["trackid"] for song in started(nest)}


def test_who_queues_picks_or_rejects_filters_for_a_week(nest, alice, bob, shelf):  # B5
    alice.adds("Blue")
    feed(nest)
    turned_away = shown(nest)["track"]["uri"]
    with nest.now():
        preview.reject_preview(bob.act, turned_away)
    keys = NestKeys(nest.nest_id)
    picked = bob.sees()["queue"][-1]["trackid"]

    whys = {uri: redis().get(keys.filter_prefix + uri) for uri in ("library:track:Blue", picked)}

    assert whys == {"library:track:Blue": "queued", picked: "picked"}
    assert redis().get(keys.filter_prefix + turned_away) == "rejected"
    assert 604_700 < redis().ttl(keys.filter_prefix + turned_away) <= 604_800


def test_a_filter_that_others_have_set_counts(nest, bob):  # B5
    only, other = shelved(recording("Blue"), recording("Green", "Others"))
    redis().set(NestKeys(nest.nest_id).filter_prefix + only.uri, "rejected")

    feed(nest)

    assert nest.plays() == "Green"
    assert other.uri not in {row["trackid"] for row in bob.sees()["queue"]}


def test_the_nests_genre_rules_the_evening(bob, monkeypatch):  # B3
    from player.providers.library.genres import neighbours

    stock(genres=("funk", "disco", "soul", "metal", "ambient", "opera"), bands=8, songs=4)
    with clock.freeze(1_700_000_000_000):
        nest_id = store.create_nest(
            "alice@example.com", "Alice", "FunkNest", random.Random(1)
        ).nest_id
    text = redis().hget(GLOBAL.registry, nest_id)
    redis().hset(
        GLOBAL.registry, nest_id, text.replace('"genre_hint": null', '"genre_hint": "funk"')
    )
    story = NestStory(nest_id)
    story.person("Bob").listens()
    with settings_of_the_house(monkeypatch, MAX_BENDER_MINUTES="100000"):
        evening(story, 4 * HOUR - 1)

    genre_of = dict(Track.objects.values_list("title", "genre"))
    heard = [genre_of[song["title"]] for song in started(story)]
    fitting = [genre for genre in heard if genre in {"funk", *neighbours("funk")}]
    assert len(heard) == 80
    assert len(fitting) / len(heard) >= 0.6


def test_the_beat_sends_one_feed_for_each_hungry_nest(nest, bob):  # B1
    redis().delete("bender")

    with nest.now():
        autoplay_requests.send_due()
        autoplay_requests.send_due()
    at_once = redis().llen("bender")
    nest.now_ms += autoplay_requests.LEASE_MS
    with nest.now():
        autoplay_requests.send_due()

    assert (at_once, redis().llen("bender")) == (1, 2)


def test_the_sweep_finds_a_nest_whose_feed_was_lost(nest, bob, shelf):  # B1 T3
    redis().zrem(GLOBAL.autoplay_due, nest.nest_id)

    with nest.now():
        maintenance.repair_nests()

    assert hungry_at(nest) == nest.now_ms


def test_a_feed_for_a_nest_that_is_gone_writes_nothing(nest, bob, shelf):  # N10
    from nests.lifecycle import deletion

    with clock.freeze(1_700_000_000_000):
        ended = store.create_nest("alice@example.com", "Alice", "One")
    NestStory(ended.nest_id).person("Bob").listens()
    deletion.delete(ended, "test")

    filler.fill_queue(ended.nest_id)

    assert list(redis().scan_iter(match=f"NEST:{ended.nest_id}|*")) == []


def test_caches_are_kept_for_the_seed_and_dropped_with_it(nest, alice, shelf, monkeypatch):  # B7
    with nest.now():
        queue.add(alice.act, [shelf.named("funk 0-0").uri])
    feed(nest)
    cached = set(redis().scan_iter(match=f"{NestKeys(nest.nest_id).cache_prefix}*"))
    lifetimes = [redis().ttl(key) for key in cached]

    PickCache(nest.nest_id).keep_seed("library:track:other")

    assert cached
    assert all(0 < seconds <= 1_200 for seconds in lifetimes)
    assert not list(redis().scan_iter(match=f"{NestKeys(nest.nest_id).cache_prefix}*"))


def test_each_fill_is_a_row_that_says_why(nest, bob, shelf):  # B14 B15
    feed(nest)

    run = BenderRun.objects.get()
    pick = run.picks[0]
    assert (run.nest_id, run.profile, run.execution_mode) == ("main", "classic", "fill")
    assert len(run.picks) == 5  # One plays, three wait, one is shown.
    assert pick["provider"] == "classic"
    assert pick["confidence"] == 0.65
    assert pick["reason"]
    assert pick["version"]


def test_backups_play_when_nothing_else_is_there(nest, bob):  # B9
    from tests.support.nest import track

    spare = track("Spare")
    rows = json.dumps([[spare.uri, spare.model_dump_json()]])
    lua.set_fallback_songs(CommandContext(nest.nest_id), tracks=rows, replaces=False)

    feed(nest)

    assert nest.plays() == "Spare"
    assert nest.row_of_what_plays()["strategy"] == "backup"


def test_an_operator_chooses_the_fallback_songs(nest):  # B9
    one, other = (row.uri for row in stock(genres=("funk",), bands=1, songs=2).tracks)
    told = StringIO()

    call_command("set_fallback_songs", one, stdout=told)
    call_command("set_fallback_songs", other, one, stdout=told)
    both = [track.uri for track in fallback_tracks.list_fallback("main")]
    call_command("set_fallback_songs", "--replace", stdout=told)

    assert both == [other, one]
    assert list(fallback_tracks.list_fallback("main")) == []
    assert told.getvalue().splitlines()[1:] == [
        "Fallback songs in Main Nest: 2",
        "Fallback songs in Main Nest: 0",
    ]
    for wrong in (["radio:track:1"], [one, "--nest", "NOONE"], []):
        with pytest.raises(CommandError):
            call_command("set_fallback_songs", *wrong)


def test_ideas_that_another_version_kept_are_thought_of_anew(nest, alice, shelf):  # N25 B9
    alice.adds("Blue")
    feed(nest)
    keys = NestKeys(nest.nest_id)
    for name in strategies():
        redis().delete(keys.cache(name), keys.next_preview)
        redis().rpush(keys.cache(name), "spotify:track:old", "{}", "7")

    feed(nest)

    assert shown(nest)["reason"]
