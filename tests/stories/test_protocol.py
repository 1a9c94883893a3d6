"""Events, revisions, answers: the same on every page, whatever happens in between."""

import uuid

import pytest

from player.models import Track as LibraryTrack
from tests.support.reducer import comparable


def agree(page, rev):
    """The page's own state equals a fresh snapshot."""
    mirror = page.catches_up(rev)
    fresh = page.visitor.asks("GET", "/api/nests/main/snapshot").json()
    assert comparable(mirror.state) == comparable(fresh)


def test_an_old_snapshot_and_events_are_the_new_snapshot(alice, bob, tracks):  # R1 R2 R8
    with alice.opens() as hers, bob.opens() as his:
        hers.hears("listeners_changed", count=2)
        ids = hers.does("add_songs", uris=tracks)["added"]
        steps = [
            (his, "cast_vote", {"song_id": ids[3], "direction": 1}),
            (hers, "remove_song", {"song_id": ids[2]}),
            (his, "pause", {}),
            (his, "seek", {"position_ms": 170_000}),
            (hers, "play", {}),
            (his, "skip", {}),
            (his, "set_volume", {"volume": 40}),
            (his, "toggle_jam", {"song_id": ids[3]}),
            (hers, "add_comment", {"song_id": ids[3], "text": "this one"}),
            (his, "blow_airhorn", {"name": "goose"}),
            (hers, "send_chat_message", {"text": "hello", "song_id": ids[3]}),
            (hers, "set_options", {"repeat_mode": "all"}),
            (hers, "previous", {}),
            (his, "clear_queue", {}),
            (his, "skip", {}),
        ]
        for page, verb, fields in steps:
            answer = page.does(verb, **fields)

            assert answer["type"] == "done", answer
            agree(hers, answer["rev"])
            agree(his, answer["rev"])


def test_undo_brings_everything_back_as_it_was(alice, bob, tracks):  # Q9 R8
    with alice.opens() as hers, bob.opens() as his:
        hers.hears("listeners_changed", count=2)
        ids = hers.does("add_songs", uris=tracks)["added"]
        his.does("cast_vote", song_id=ids[3], direction=1)
        before = alice.asks("GET", "/api/nests/main/snapshot").json()["queue"]

        cleared = hers.does("clear_queue")
        not_his = his.does("undo", undo_token=cleared["undo_token"])
        restored = hers.does("undo", undo_token=cleared["undo_token"])
        agree(his, restored["rev"])

        assert not_his["error"] == "not_found"
        assert alice.asks("GET", "/api/nests/main/snapshot").json()["queue"] == before


def test_the_same_id_is_one_act_and_one_answer(alice, bob, tracks):  # R3 U-2.7
    same = str(uuid.uuid4())
    with alice.opens() as hers, bob.opens() as his:
        first = hers.does("add_songs", uris=tracks[:1], id=same)
        again = hers.does("add_songs", uris=tracks[:1], id=same)
        his_own = his.does("add_songs", uris=tracks[:1], id=same)

    assert again == first
    assert his_own["rejected"][0]["error"] == "already_queued"


def test_who_comes_back_hears_exactly_what_was_missed(alice, bob, tracks):  # R7
    with alice.opens() as hers:
        with bob.opens() as his:
            since, epoch = his.catches_up(his.welcome["rev"]).rev, his.welcome["epoch"]
        hers.hears("listeners_changed")
        answer = hers.does("add_songs", uris=tracks)

        query = f"?since={since}&epoch={epoch}"
        with bob.opens(query=query, mirror=his.mirror) as back:
            revs = [event["rev"] for event in back.welcome["events"]]

        assert back.welcome["snapshot"] is None
        assert revs == list(range(since + 1, back.welcome["rev"] + 1))
        assert back.welcome["rev"] >= answer["rev"]


@pytest.mark.parametrize("query", ["?since=5&epoch=other", "?since=999999&epoch={epoch}"])
def test_another_epoch_or_a_revision_from_the_future_gets_a_snapshot(alice, query):  # R7
    with alice.opens() as page:
        epoch = page.welcome["epoch"]

    with alice.opens(query=query.format(epoch=epoch)) as back:
        assert back.welcome["events"] is None
        assert back.welcome["snapshot"]["rev"] == back.welcome["rev"]


def test_http_takes_the_same_commands_and_gives_the_same_refusals(alice, bob, tracks):  # R3
    def by_http(visitor, **command):
        return visitor.asks("POST", "/api/nests/main/commands", **command)

    with bob.opens() as his:
        added = by_http(alice, type="add_songs", uris=tracks)
        heard = his.hears("songs_added")
        own = by_http(alice, type="cast_vote", song_id=added.json()["added"][1], direction=1)
        missing = by_http(bob, type="remove_song", song_id=999)
        malformed = by_http(bob, type="seek", position_ms="later")

    assert added.status_code == 200
    assert [row["song_id"] for row in heard["songs"]] == added.json()["added"]
    assert (own.status_code, own.json()["error"]) == (403, "own_vote")
    assert (missing.status_code, missing.json()["error"]) == (404, "song_not_queued")
    assert (malformed.status_code, malformed.json()["error"]) == (400, "malformed")


def test_a_probe_is_answered_with_the_time_of_the_nest(alice):  # C1
    from andre.core.clock import now_ms

    with alice.opens() as page:
        before = now_ms()
        answer = page.does("probe_clock", t0=12.5)
        after = now_ms()

    assert answer["t0"] == 12.5
    # A second's tenth on either side: the machine may be busy, a wrong clock is further off.
    assert before - 100 <= answer["server_ms"] <= after + 100


def test_only_who_asks_and_is_off_is_corrected(alice, bob, tracks):  # S-7.1 S-7.2 S-7.4
    with alice.opens() as hers, bob.opens() as his:
        hers.does("add_songs", uris=tracks[:1])
        hers.does("pause", position_ms=100_000)
        his.hears("playback_state")
        for nonsense in ("{}", '{"client_position_ms": NaN}', '{"client_position_ms": -1}'):
            his.sends(nonsense.replace("{", '{"type": "sync_check", ', 1).replace(", }", "}"))
        his.sends('{"type": "sync_check", "client_position_ms": 98000}')
        his.sends('{"type": "sync_check", "client_position_ms": 90000}')

        told = his.hears("sync_correction")
        his.does("beat", rev=0)
        hers.does("beat", rev=0)

    assert (told["position_ms"], told["version"]) == (
        100_000,
        his.mirror.state["playback"]["version"],
    )
    assert [each["type"] for each in hers.heard].count("sync_correction") == 0
    assert [each["type"] for each in his.heard].count("sync_correction") == 1


def test_songs_change_by_themselves_while_two_listen(alice, bob, server, tracks):  # T1
    LibraryTrack.objects.update(duration_ms=5_000)
    with alice.opens() as hers, bob.opens() as his:
        hers.does("add_songs", uris=tracks[:2])
        first = his.hears("song_started")
        his.does("seek", position_ms=4_500)
        ends_at = his.hears("playback_state")["ends_at_ms"]
        second = his.hears("song_started")

    assert first["song"]["title"] == "Blue"
    assert second["song"]["title"] == "Green"
    assert second["playback"]["changed_at_ms"] == ends_at
    assert second["ts"] - ends_at < 500
