"""What concerns one listener only: a stream of its own, to their connections, with its own rev."""

import json
from contextlib import ExitStack

import pytest

from andre.accounts.models import Preferences
from andre.core.keys import NestKeys
from andre.core.redis import redis
from tests.support.recordings import recording, shelved
from tests.support.reducer import comparable
from tests.support.server import wait_for
from tests.support.streams import Listener

KEYS = NestKeys("main")
DEVICES = 10
OLD_NEWS = "preferences_changed"
CHOSEN = {"accent": None, "mode": None, "faces": None, "speakers_together": None}
NOTHING = {"rev": 0, "preferences": None, "devices": None, "speaker": None}


def chooses(page, **preferences):
    answer = page.does("change_preferences", **preferences)
    assert answer["type"] == "done", answer
    return answer


def own_events(page):
    return [frame for frame in page.heard if frame.get("scope") == "listener"]


def test_all_my_connections_hear_of_it_and_nobody_elses(alice, bob):  # R20
    with alice.opens() as laptop, alice.opens() as phone, bob.opens() as his:
        his.hears("listeners_changed")
        rev = his.mirror.rev

        answer = chooses(laptop, accent="purple")
        heard = [page.hears("preferences_changed") for page in (laptop, phone)]
        his.does("set_volume", volume=33)
        his.hears("volume_changed")

    assert heard[0] == heard[1]
    assert (heard[0]["rev"], answer["own_rev"]) == (1, 1)
    assert heard[0]["preferences"] == CHOSEN | {"accent": "purple"}
    assert own_events(his) == []
    assert his.mirror.rev == rev + 1  # The nest's own revision knows nothing of it.


def test_an_old_snapshot_and_own_events_are_the_new_snapshot(alice):  # R8 R20
    with alice.opens() as laptop, alice.opens() as phone:
        phone.catches_up(1)  # Her own arrival is told a moment later.
        for wished in ({"accent": "gold"}, {"mode": "dark", "faces": "letters"}, {"accent": None}):
            chooses(laptop, **wished)
            phone.hears("preferences_changed")
            fresh = alice.asks("GET", "/api/nests/main/snapshot").json()

            assert phone.mirror.state["mine"] == fresh["mine"]
            assert comparable(phone.mirror.state) == comparable(fresh)

    assert fresh["mine"] == {
        "rev": 3,
        "preferences": CHOSEN | {"mode": "dark", "faces": "letters"},
        "devices": None,
        "speaker": None,
    }
    assert Preferences.objects.get(email=alice.email).chosen["faces"] == "letters"


def test_who_comes_back_hears_what_was_missed_in_both_scopes(alice, bob):  # R7 R20
    with alice.opens() as laptop:
        chooses(laptop, accent="gold")
        laptop.hears("preferences_changed")
    held = laptop.mirror
    with alice.opens() as phone, bob.opens() as his:
        chooses(phone, accent="pink")
        his.does("set_volume", volume=21)

    query = f"?since={held.rev}&own_since=1&epoch={laptop.welcome['epoch']}"
    with alice.opens(query=query, mirror=held) as back:
        missed = back.welcome["events"]

    assert back.welcome["snapshot"] is None
    assert [each["type"] for each in missed if each.get("scope") == "listener"] == [OLD_NEWS]
    assert "volume_changed" in {each["type"] for each in missed}
    assert back.mirror.state["mine"]["preferences"]["accent"] == "pink"


@pytest.mark.parametrize("own_since", ["7", "x"])
def test_who_holds_what_the_store_does_not_begins_anew(alice, own_since):  # R7 R20
    with alice.opens() as laptop:
        chooses(laptop, accent="gold")

    query = f"?since={laptop.welcome['rev']}&own_since={own_since}&epoch={laptop.welcome['epoch']}"
    with alice.opens(query=query) as back:
        assert back.welcome["snapshot"]["mine"]["rev"] == 1


def test_a_stream_tells_it_and_resumes_behind_it(alice):  # R15 R20
    with alice.opens() as page, Listener(alice, "/api/nests/main/events") as stream:
        begun = stream.hears("snapshot")
        chooses(page, accent="gold")
        first = stream.hears("preferences_changed")
        chooses(page, accent="pink")
        stream.hears("preferences_changed")
        with Listener(alice, "/api/nests/main/events", first["id"]) as again:
            second = again.hears("preferences_changed")

    assert begun["data"]["mine"] == NOTHING
    assert first["id"].endswith(".1")
    assert (second["data"]["rev"], second["id"].rpartition(".")[2]) == (2, "2")


def test_what_no_notification_told_is_found_within_seconds(alice):  # R20
    with alice.opens() as page:
        rev = redis().incr(KEYS.listener_rev(alice.email))
        event = {"type": OLD_NEWS, "scope": "listener", "rev": rev, "ts": 1}
        event["preferences"] = CHOSEN | {"accent": "cyan"}
        text = json.dumps(event, separators=(",", ":"))
        redis().xadd(KEYS.listener_events(alice.email), {"event": text}, id=f"{rev}-0")

        assert page.hears("preferences_changed", seconds=10)["rev"] == rev


def test_the_same_command_again_changes_nothing_anywhere(alice):  # R3 R20
    nest = alice.builds("Friday")["code"]
    with alice.opens() as page, alice.opens(nest) as elsewhere:
        first = chooses(page, id="once", accent="gold")
        elsewhere.hears("preferences_changed")
        chooses(page, accent="pink")
        elsewhere.hears("preferences_changed")

        again = chooses(page, id="once", accent="gold")

        assert again == first
        assert Preferences.objects.get(email=alice.email).chosen["accent"] == "pink"
        assert redis().get(NestKeys(nest).listener_rev(alice.email)) == "2"


def test_a_change_over_http_reaches_every_nest_one_is_in(alice):  # R20
    nest = alice.builds("Friday")["code"]
    with alice.opens() as page, alice.opens(nest) as elsewhere:
        answer = alice.asks("PATCH", "/api/me/preferences", mode="light")

        heard = [each.hears("preferences_changed")["preferences"] for each in (page, elsewhere)]

    assert heard == [answer.json(), answer.json()]
    assert answer.json()["mode"] == "light"


def test_it_goes_with_the_nest(alice):  # N9 R20
    nest = alice.builds("Friday")["code"]
    with alice.opens(nest) as page:
        chooses(page, accent="gold")
    kept = NestKeys(nest).listener_preferences(alice.email)
    assert redis().exists(kept)

    alice.asks("DELETE", f"/api/nests/{nest}")

    wait_for(lambda: not list(redis().scan_iter(f"{NestKeys(nest).prefix}*")))


def test_a_playlist_reaches_the_listeners_own_pages_and_nobody_else(alice, bob):  # L11
    (song,) = shelved(recording("Blue Lantern"))
    with alice.opens() as laptop, alice.opens() as phone, bob.opens() as his:
        made = alice.asks("POST", "/api/playlists", name="Late trains", uris=[song.uri]).json()
        address = f"/api/playlists/{made['playlist']['id']}"
        told = alice.asks("PATCH", address, name="Early trains", shared=True).json()["playlist"]
        alice.asks("DELETE", address)
        heard = [
            [page.hears("playlist_changed", playlist=told) for page in (laptop, phone)],
            [page.hears("playlist_deleted") for page in (laptop, phone)],
        ]
        his.does("set_volume", volume=12)
        his.hears("volume_changed")

    assert (told["name"], told["songs"], told["shared"]) == ("Early trains", 1, True)
    assert [each["playlist_id"] for each in heard[1]] == [told["id"]] * 2
    assert own_events(his) == []


def test_a_favourite_reaches_the_listeners_own_pages_once_and_nobody_else(alice, bob):  # U-5.5
    (song,) = shelved(recording("Blue Lantern"))
    address = f"/api/tracks/{song.uri}/favourite"
    with alice.opens() as laptop, alice.opens() as phone, bob.opens() as his:
        for verb, liked in (("PUT", True), ("PUT", True), ("DELETE", False)):
            assert alice.asks(verb, address).json()["liked"] is liked
        heard = [[page.hears("track_liked") for _ in range(2)] for page in (laptop, phone)]
        his.does("set_volume", volume=12)
        his.hears("volume_changed")

    assert heard[0] == heard[1]
    assert [(each["uri"], each["liked"]) for each in heard[0]] == [
        (song.uri, True),
        (song.uri, False),
    ]
    assert own_events(his) == []


def test_a_favourite_reaches_ten_devices_of_hers_and_nobody_else(server, alice):  # U-5.5
    """In a nest where others listen, with devices of their own."""
    (song,) = shelved(recording("Blue Lantern"))
    code = alice.builds("Friday Vibes")["code"]
    others = [server.visitor(name) for name in ("Bob", "Carol", "Dora", "Erin")]
    with ExitStack() as stack:
        opened = stack.enter_context
        mine = [opened(alice.opens(code, f"?device=device-{n:02}&tab=1")) for n in range(DEVICES)]
        theirs = [opened(each.opens(code)) for each in others for _ in range(2)]
        elsewhere = opened(others[0].opens())

        alice.asks("PUT", f"/api/tracks/{song.uri}/favourite")
        heard = [page.hears("track_liked") for page in mine]
        # What comes after it has come: nothing is on its way any more.
        assert mine[0].does("set_volume", volume=12)["type"] == "done"
        for page in (*mine, *theirs):
            page.hears("volume_changed", volume=12)
        assert elsewhere.does("set_volume", volume=21)["type"] == "done"
        elsewhere.hears("volume_changed", volume=21)

    assert [(each["uri"], each["liked"]) for each in heard] == [(song.uri, True)] * DEVICES
    liked = [[frame for frame in page.heard if frame["type"] == "track_liked"] for page in mine]
    assert [len(each) for each in liked] == [1] * DEVICES
    assert [own_events(page) for page in (*theirs, elsewhere)] == [[]] * 9
    assert song.uri not in json.dumps([page.heard for page in (*theirs, elsewhere)])
