"""One device of a listener sounds in a nest, and all of them control it."""

import pytest

from tests.support.streams import Listener


def registers(person, device, **more):
    answer = person.asks("POST", "/api/devices/register", id=device, **more)
    assert answer.status_code == 201, answer.text


def token(person, uri, device=None, tab=None):
    wish = {"track": uri} | ({"device": device, "tab": tab} if device else {})
    return person.asks("POST", "/api/nests/main/media-token", **wish)


def is_admitted(person, answer):
    """Whether the token opens anything; these recordings have no file, which is found out later."""
    status = person.asks("GET", answer.json()["url"]).status_code
    assert status in (403, 404)
    return status == 404


def own_events(page, kind):
    return [each for each in page.heard if each["type"] == kind]


@pytest.fixture
def phone(alice, tracks):
    registers(alice, "phone")
    registers(alice, "laptop", name="Laptop")
    with alice.opens(query="?device=phone&tab=p") as page:
        page.hears("listeners_changed")  # From now on the nest's revision stands still.
        page.does("add_songs", uris=tracks)
        page.hears("song_started")
        yield page


@pytest.fixture
def laptop(alice, phone):
    with alice.opens(query="?device=laptop&tab=l") as page:
        yield page


def test_my_connections_hear_which_device_sounds_and_nobody_elses(  # U-3.4 R20
    alice, bob, phone, laptop
):
    with bob.opens() as his, Listener(alice, "/api/nests/main/events") as stream:
        begun = stream.hears("snapshot")["data"]["mine"]["rev"]

        answer = laptop.does("choose_speaker", device="laptop", tab="l")
        heard = [page.hears("speaker_changed") for page in (phone, laptop)]
        told = stream.hears("speaker_changed")["data"]
        his.does("set_volume", volume=44)
        his.hears("volume_changed")

    assert answer["is_chosen"] is True
    assert heard[0] == heard[1] == told
    assert told["speaker"] == {"device": "laptop", "tab": "l"}
    assert told["rev"] == answer["own_rev"] == begun + 1
    assert own_events(his, "speaker_changed") == []


def test_the_token_of_the_one_before_is_dead_at_once(alice, phone, laptop, tracks):  # U-3.4 U-4.8
    phone.does("choose_speaker", device="phone", tab="p")
    old = token(alice, tracks[0], "phone", "p")
    assert is_admitted(alice, old)

    laptop.does("choose_speaker", device="laptop", tab="l")
    new = token(alice, tracks[0], "laptop", "l")

    assert not is_admitted(alice, old)
    assert is_admitted(alice, new)


def test_who_is_not_the_speaker_controls_and_gets_no_bytes(  # U-3.7 U-4.9
    alice, phone, laptop, tracks
):
    laptop.does("choose_speaker", device="laptop", tab="l")

    refused = token(alice, tracks[0], "phone", "p")
    phone.does("pause")

    assert (refused.status_code, refused.json()["error"]) == (403, "not_active_speaker")
    assert laptop.hears("playback_state")["is_playing"] is False


def test_a_second_tab_of_the_browser_that_sounds_gets_no_bytes(alice, laptop, tracks):  # U-4.9
    laptop.does("choose_speaker", device="laptop", tab="l")
    with alice.opens(query="?device=laptop&tab=m") as second:
        refused = token(alice, tracks[0], "laptop", "m")
        laptop.leaves()
        second.hears("speaker_changed", speaker={"device": "laptop", "tab": None})

        assert refused.json()["error"] == "not_active_speaker"
        assert token(alice, tracks[0], "laptop", "m").status_code == 200


def test_a_hand_over_changes_nothing_of_the_nest(alice, bob, phone, laptop):  # U-3.5
    phone.does("choose_speaker", device="phone", tab="p")
    phone.does("seek", position_ms=90_000)
    before = bob.asks("GET", "/api/nests/main/snapshot").json()

    laptop.does("choose_speaker", device="laptop", tab="l")
    after = alice.asks("GET", "/api/nests/main/snapshot").json()

    assert after["playback"]["position_ms"] == pytest.approx(90_000, abs=1_000)
    assert after["playback"]["is_playing"] is True
    assert after["mine"]["speaker"]["device"] == "laptop"
    assert (after["rev"], after["playback"]["version"]) == (
        before["rev"],
        before["playback"]["version"],
    )


def test_any_device_may_choose_any_other(phone, laptop):  # U-3.4
    phone.does("choose_speaker", device="laptop")

    assert laptop.hears("speaker_changed")["speaker"] == {"device": "laptop", "tab": None}
    assert laptop.does("choose_speaker", device="laptop", tab="l", if_free=True)["is_chosen"]


def test_several_sound_together_where_it_is_wished(alice, phone, laptop, tracks):  # U-3.4
    laptop.does("choose_speaker", device="laptop", tab="l")
    phone.does("change_preferences", speakers_together=True)

    both = [token(alice, tracks[0], *each) for each in (("laptop", "l"), ("phone", "p"))]
    assert [is_admitted(alice, each) for each in both] == [True, True]

    phone.does("change_preferences", speakers_together=False)
    assert [is_admitted(alice, each) for each in both] == [False, False]
    assert token(alice, tracks[0], "phone", "p").status_code == 403


def test_who_names_no_device_sounds_as_before(alice, laptop, tracks):  # spec 03 section 5
    laptop.does("choose_speaker", device="laptop", tab="l")

    assert is_admitted(alice, token(alice, tracks[0]))


def test_the_first_that_asks_for_bytes_is_the_speaker(alice, phone, laptop, tracks):  # U-3.6
    assert token(alice, tracks[0], "phone", "p").status_code == 200

    assert phone.hears("speaker_changed")["speaker"] == {"device": "phone", "tab": "p"}
    assert token(alice, tracks[0], "laptop", "l").status_code == 403


def test_devices_come_and_are_named_before_the_eyes_of_the_others(alice, phone):  # U-3.1 U-3.2
    registers(alice, "kitchen")
    alice.asks("POST", "/api/devices/register", id="kitchen", name="Kitchen")

    shown = phone.hears("devices_changed")["devices"]
    while shown[-1]["name"] != "Kitchen":
        shown = phone.hears("devices_changed")["devices"]

    fresh = alice.asks("GET", "/api/nests/main/snapshot").json()["mine"]
    assert fresh["devices"] == shown
    assert phone.mirror.state["mine"] == fresh


def test_the_speaker_says_over_socket_and_http_that_a_song_has_ended(  # U-5.4
    alice, phone, laptop
):
    phone.does("choose_speaker", device="phone", tab="p")
    playing = phone.mirror.state["song"]
    address = "/api/nests/main/playback/ended"
    phone.does("seek", position_ms=playing["duration_ms"] - 2_500)

    refused = alice.asks("POST", address, song_id=playing["song_id"], device="laptop", tab="l")
    ended = phone.does("report_ended", song_id=playing["song_id"], device="phone", tab="p")
    following = laptop.hears("song_started")["song"]
    again = alice.asks("POST", address, song_id=playing["song_id"], device="phone")
    too_soon = alice.asks("POST", address, song_id=following["song_id"], device="phone")

    assert (refused.status_code, refused.json()["error"]) == (403, "not_active_speaker")
    assert ended["changed"] is True
    assert (again.json()["changed"], too_soon.json()["changed"]) == (False, False)


def test_a_stream_that_names_its_device_is_connected(alice):  # U-3.2
    registers(alice, "radio")
    with Listener(alice, "/api/nests/main/events?device=radio") as stream:
        mine = stream.hears("snapshot")["data"]["mine"]

    assert [(each["id"], each["is_connected"]) for each in mine["devices"]] == [("radio", True)]
