"""A nest with a DJ, as its listeners see it through their sockets."""

import json
from contextlib import ExitStack

import pytest

from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.lifecycle import grace
from nests.registry import records
from tests.support.server import wait_for

AWAY_SECONDS = 0.3
CONTROLS = [{"type": "play"}, {"type": "pause"}, {"type": "seek", "position_ms": 50_000}]


@pytest.fixture(autouse=True)
def soon_away(settle):
    """A DJ is away after a moment; how long the nest waits is said where it is to end."""
    settle(AWAY_AFTER_SECONDS=str(AWAY_SECONDS))


def builds(alice, bob, tracks, **set_to):
    code = alice.asks("POST", "/api/nests", control_mode="dj", **set_to).json()["code"]
    for person in (alice, bob):
        person.joins(code)
    return code


def begins(page, tracks):
    page.does("add_songs", uris=tracks)
    page.hears("song_started")


def state_of(code):
    nest = records.read_nest(code)
    return nest and nest.state


def test_what_others_ask_of_the_playback_is_ignored(alice, bob, tracks):  # S-6.1 R5
    code = builds(alice, bob, tracks)
    with alice.opens(code) as hers, bob.opens(code) as his:
        begins(hers, tracks)
        song = his.hears("song_started")
        his.hears("songs_added")
        hers.hears_nothing(0.3)
        his.hears_nothing(0.1)

        for command in (*CONTROLS, {"type": "skip"}):
            his.sends(json.dumps(command))
        said_nothing = his.hears_nothing(0.3) and hers.hears_nothing(0.1)
        refused = his.does("pause")
        over_http = bob.asks("POST", f"/api/nests/{code}/playback/pause")
        playback = bob.asks("GET", f"/api/nests/{code}/playback").json()

    assert said_nothing
    assert (refused["type"], refused["error"]) == ("refused", "dj_only")
    assert (over_http.status_code, over_http.json()["error"]) == (403, "dj_only")
    assert playback["version"] == song["playback"]["version"]


def test_what_the_dj_does_everyone_hears(alice, bob, tracks):  # S-6.2 S-6.4
    code = builds(alice, bob, tracks)
    with alice.opens(code) as hers, bob.opens(code) as his:
        begins(hers, tracks)
        hers.does("pause")
        hers.does("play", position_ms=50_000)

        told = [page.hears("playback_state", position_ms=50_000) for page in (hers, his)]
        kinds = {frame["type"] for page in (hers, his) for frame in page.heard}

    assert all(each["version"] >= 1 and each["is_playing"] for each in told)
    assert not kinds & {"played", "paused", "play", "pause", "seek"}


def test_sockets_that_are_open_follow_who_controls(alice, bob, tracks):  # S-6.10
    code = alice.builds()["code"]
    with alice.opens(code) as hers, bob.opens(code) as his:
        begins(hers, tracks)
        before = his.does("pause")["type"]
        hers.does("change_nest_settings", control_mode="dj")
        under_alice = his.does("play")
        hers.does("name_dj", person=bob.id)
        own = his.does("play")["type"]
        hers_then = hers.does("pause")

    assert (before, own) == ("done", "done")
    assert (under_alice["error"], hers_then["error"]) == ("dj_only", "dj_only")


def test_the_dj_goes_and_comes_back(alice, bob, tracks):  # S-2.1 S-2.3 S-2.8
    code = builds(alice, bob, tracks)
    with bob.opens(code) as his:
        with alice.opens(code) as hers:
            begins(hers, tracks)
        away = his.hears("dj_away")
        frozen = his.hears("playback_state")
        wait_for(lambda: state_of(code) == "GRACE")
        with alice.opens(code):
            his.hears("dj_back")
            back = his.hears("playback_state")
            wait_for(lambda: state_of(code) == "LIVE")
            stayed = his.close_code
            mirror = his.catches_up(back["rev"])

    assert away["grace_seconds"] == 600
    assert (frozen["is_playing"], back["is_playing"]) == (False, True)
    assert back["position_ms"] == frozen["position_ms"]
    assert back["version"] == frozen["version"] + 1
    assert stayed is None
    assert mirror.state["dj_away_until_ms"] is None


def test_a_second_tab_of_the_dj_keeps_the_nest_going(alice, bob, tracks):  # S-2.2
    code = builds(alice, bob, tracks)
    with bob.opens(code) as his, alice.opens(code) as hers:
        begins(hers, tracks)
        with alice.opens(code):
            pass
        his.hears_nothing(AWAY_SECONDS * 2)

    assert "dj_away" not in [frame["type"] for frame in his.heard]


def over(code):
    """Grace is over, as Redis sees it: its key has run out, and nobody has swept."""
    wait_for(lambda: redis().delete(NestKeys(code).dj_grace))
    wait_for(lambda: state_of(code) == "GRACE")


def test_who_comes_in_vain_finds_the_nest_everybodys(alice, bob, charlie, tracks):  # S-2.4
    code = builds(alice, bob, tracks)
    with bob.opens(code) as his:
        with alice.opens(code) as hers:
            begins(hers, tracks)
        his.hears("dj_away")
        over(code)

        with charlie.opens(code) as page:
            seen = page.welcome["snapshot"]
            told = his.hears("nest_settings_changed")
            plays = page.does("play")

    assert (seen["nest"]["control_mode"], told["control_mode"]) == ("open", "open")
    assert seen["playback"]["play_state"] == "paused"
    assert plays["type"] == "done"


def test_a_nest_that_ends_without_its_dj_closes_every_door(alice, bob, tracks):  # S-2.4
    code = builds(alice, bob, tracks, close_when_dj_leaves=True)
    with bob.opens(code) as his:
        with alice.opens(code) as hers:
            begins(hers, tracks)
        his.hears("dj_away")
        over(code)

        came = alice.opens(code).is_closed_with()

        his.hears("nest_expired")
        assert (came, his.is_closed_with()) == (4004, 4004)


def test_two_sweeps_at_once_tell_it_once(alice, bob, tracks):  # S-1.11 S-2.5
    code = builds(alice, bob, tracks, close_when_dj_leaves=True)
    with ExitStack() as pages:
        his = pages.enter_context(bob.opens(code))
        with alice.opens(code) as hers:
            begins(hers, tracks)
        his.hears("dj_away")
        over(code)

        expired = grace.expire_nests() + grace.expire_nests()
        code_of_close = his.is_closed_with()

    assert (expired, code_of_close) == (1, 4004)
    assert [frame["type"] for frame in his.heard].count("nest_expired") == 1


def test_who_deletes_a_nest_ends_it_for_everybody(alice, bob, tracks):  # S-15.1
    code = alice.builds()["code"]
    with alice.opens(code) as hers, bob.opens(code) as his:
        forbidden = bob.asks("DELETE", f"/api/nests/{code}").status_code
        done = alice.asks("DELETE", f"/api/nests/{code}").status_code
        again = alice.asks("DELETE", f"/api/nests/{code}").status_code
        for page in (hers, his):
            page.hears("nest_deleted")
            assert page.is_closed_with() == 4005

    assert (forbidden, done, again) == (403, 200, 404)
    assert redis().keys(f"NEST:{code}|*") == []
