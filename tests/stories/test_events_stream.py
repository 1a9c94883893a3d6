"""A nest as server-sent events: the same events, for programs that only listen."""

import time

import pytest

from tests.support.reducer import Mirror, comparable
from tests.support.server import serving, wait_for
from tests.support.streams import Listener


def listeners_of(nest: str = "main") -> set[str]:
    from andre.core.keys import NestKeys
    from andre.core.redis import redis

    return redis().smembers(NestKeys(nest).listeners)


def does(visitor, verb, nest="main", **fields):
    answer = visitor.asks("POST", f"/api/nests/{nest}/commands", type=verb, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_stream_begins_with_a_snapshot_and_has_the_headers_of_one(alice):  # R15
    with Listener(alice, "/api/events") as stream:
        first = stream.hears()
        headers = stream.response.headers
        fresh = alice.asks("GET", "/api/nests/main/snapshot").json()

    assert first["event"] == "snapshot"
    assert first["id"] == f"{first['data']['epoch']}-{first['data']['rev']}"
    assert comparable(first["data"]) | {"rev": 0} == comparable(fresh) | {"rev": 0}
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"


def test_a_snapshot_and_the_events_of_a_stream_are_the_new_snapshot(alice, bob, tracks):  # R8 R16
    with Listener(bob, "/api/nests/main/events") as stream:
        snapshot = stream.hears("snapshot")["data"]
        mirror = Mirror(snapshot, bob.id, snapshot["rev"])
        mirror.apply(stream.hears("listeners_changed")["data"])
        added = does(alice, "add_songs", uris=tracks)["added"]
        does(bob, "cast_vote", song_id=added[2], direction=1)
        does(alice, "skip")
        rev = does(alice, "set_volume", volume=30)["rev"]

        while mirror.rev < rev:
            said = stream.hears()
            if said["id"] is not None:
                mirror.apply(said["data"])
                assert said["id"] == f"{snapshot['epoch']}-{said['data']['rev']}"
                assert said["event"] == said["data"]["type"]
        fresh = bob.asks("GET", "/api/nests/main/snapshot").json()

    assert comparable(mirror.state) == comparable(fresh)


def test_a_stream_is_a_listener_until_it_leaves(alice, bob):  # R15a R17
    with alice.opens() as hers:
        hers.hears("listeners_changed", count=1)
        stream = Listener(bob, "/api/events")
        arrival = hers.hears("listeners_changed", count=2)
        stream.leaves()
        departure = hers.hears("listeners_changed", count=1)

    assert [person["id"] for person in arrival["joined"]] == [bob.id]
    assert departure["left"] == [bob.id]


def test_an_observer_hears_everything_and_counts_for_nothing(alice, bob, tracks):  # R15a
    with Listener(bob, "/api/events?observe=1") as stream:
        snapshot = stream.hears("snapshot")
        does(alice, "add_songs", uris=tracks[:1])
        stream.hears("songs_added")

        assert listeners_of() == set()
    assert snapshot["data"]["count"] == 0


def test_who_comes_back_hears_what_was_missed_and_no_snapshot(alice, bob, tracks):  # R15 R7
    with Listener(bob, "/api/events?observe=1") as stream:
        last = stream.hears("snapshot")["id"]
    added = does(alice, "add_songs", uris=tracks)

    with Listener(bob, "/api/events?observe=1", last_event_id=last) as back:
        first = back.hears("songs_added", "snapshot")

    assert first["event"] == "songs_added"
    assert [row["song_id"] for row in first["data"]["songs"]] == added["added"]
    assert int(first["id"].rpartition("-")[2]) == int(last.rpartition("-")[2]) + 1


@pytest.mark.parametrize("last", ["other-3", "nonsense", "-", "{epoch}-999999", "{epoch}-x"])
def test_a_last_event_that_is_not_of_here_begins_anew(alice, last):  # R15 R7
    with Listener(alice, "/api/events?observe=1") as stream:
        epoch = stream.hears("snapshot")["data"]["epoch"]

    with Listener(alice, "/api/events?observe=1", last_event_id=last.format(epoch=epoch)) as back:
        assert back.hears()["event"] == "snapshot"


def test_a_change_through_one_server_is_heard_at_another_within_a_second(alice, tracks):  # R16
    with serving() as other, Listener(other.visitor("Bob"), "/api/events") as stream:
        stream.hears("snapshot")
        begun = time.monotonic()
        does(alice, "add_songs", uris=tracks[:1])
        heard = stream.hears("songs_added")

    assert heard["at"] - begun < 1


def test_a_playing_song_is_told_every_few_seconds_by_its_position(alice, bob, tracks):  # R15
    with Listener(bob, "/api/events") as stream:
        stream.hears("snapshot")
        does(alice, "add_songs", uris=tracks[:1])
        began = stream.hears("song_started")

        first, second = stream.hears("timeline_beacon"), stream.hears("timeline_beacon")
        rev = bob.asks("GET", "/api/nests/main/snapshot").json()["rev"]

    passed = second["data"]["server_ms"] - began["data"]["playback"]["changed_at_ms"]
    assert second["data"]["position_ms"] == pytest.approx(passed, abs=50)
    assert 3 <= second["at"] - first["at"] <= 5
    assert second["id"] is None
    assert rev == second["data"]["rev"] == first["data"]["rev"]


def test_nobody_signed_out_gets_a_stream_and_no_nest_is_made_up(alice):  # R15
    there_is_none = Listener(alice, "/api/nests/ZZZZZ/events")
    alice.session_key = "nobody"
    signed_out = Listener(alice, "/api/events")

    assert (there_is_none.status, signed_out.status) == (404, 401)
    assert signed_out.response.headers["Content-Type"] == "application/json"


def test_signing_out_ends_the_stream(alice):  # R10
    with Listener(alice, "/api/events") as stream:
        stream.hears("snapshot")
        alice.asks("POST", "/sign-out/")

        assert stream.has_ended()
    wait_for(lambda: listeners_of() == set())


def test_a_deleted_nest_says_goodbye_and_ends(alice, bob):  # R19
    nest = alice.builds("Short Lived")
    with Listener(bob, f"/api/nests/{nest['code']}/events") as stream:
        stream.hears("snapshot")
        alice.asks("DELETE", f"/api/nests/{nest['code']}")

        assert stream.has_ended()
    assert "nest_deleted" in stream.names()


def test_whoever_goes_away_leaves_nothing_behind(alice, bob):  # R17
    from nests.realtime.hub import _hubs

    streams = [Listener(who, "/api/events") for who in (alice, bob) for _ in range(5)]
    for stream in streams:
        stream.hears("snapshot")
    hubs = [each for each in _hubs.values() if each._ears]

    for stream in streams:
        stream.leaves()

    wait_for(lambda: listeners_of() == set())
    wait_for(lambda: not any(each._ears for each in hubs))


def test_after_redis_was_away_every_stream_gets_a_fresh_snapshot(alice, bob, tracks):  # R18
    from andre.core.redis import redis

    with Listener(alice, "/api/events") as hers, Listener(bob, "/api/events?observe=1") as his:
        hers.hears("snapshot"), his.hears("snapshot")

        for kind in ("pubsub", "normal"):
            redis().client_kill_filter(_type=kind, skipme=True)

        again = hers.hears("snapshot"), his.hears("snapshot")
        does(alice, "add_songs", uris=tracks[:1])
        added = hers.hears("songs_added"), his.hears("songs_added")

    assert again[0]["data"]["rev"] == again[1]["data"]["rev"]
    assert added[0]["id"] == added[1]["id"]
