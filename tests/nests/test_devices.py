"""What somebody listens with, and which of it sounds in a nest, on a clock that is handed in."""

import pytest

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.devices import connected, devices, presence, speakers, user_agents
from nests.devices.names import DeviceTab, device_named
from nests.hooks import hooks
from nests.membership import members
from nests.models import Device
from tests.nests.support import asks, visitor

pytestmark = pytest.mark.django_db(transaction=True)

FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0 Safari/537.36"
)
EDGE = f"{CHROME.replace('X11; Linux x86_64', 'Windows NT 10.0')} Edg/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


def registers(client, device, **more):
    return asks(client, "post", "/api/devices/register", id=device, **more)


def listed(client):
    return {each["id"]: each for each in client.get("/api/devices").json()["devices"]}


@pytest.fixture
def evening(nest, bob):
    """Bob listens, and has a phone and a laptop."""
    with nest.now():
        for device in ("phone", "laptop"):
            devices.register_device(bob.email, device, "", FIREFOX)
    return nest


def chooses(nest, person, device, tab="", *, if_free=False):
    with nest.now():
        return speakers.choose(person.act, device, tab, if_free=if_free)["is_chosen"]


def speaker(person):
    return person.sees()["mine"]["speaker"]


def test_a_device_is_made_known_once_and_named_again(nest):  # U-3.1
    bob = visitor("Bob")

    answers = [registers(bob, "phone", name=name) for name in ("Phone", "My phone", "")]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert [answer.json()["name"] for answer in answers] == ["Phone", "My phone", "My phone"]
    assert list(listed(bob)) == ["phone"]


def test_the_same_id_is_another_device_with_somebody_else(nest):  # U-3.1 U-6.5
    alice, bob = visitor("Alice"), visitor("Bob")
    registers(alice, "phone", name="Hers")

    assert registers(bob, "phone", name="His").status_code == 201
    assert listed(alice)["phone"]["name"] == "Hers"


def test_a_device_of_somebody_else_is_not_there(nest):  # U-3.3 U-6.5
    registers(visitor("Alice"), "hers")
    bob = visitor("Bob")

    answers = [
        asks(bob, "patch", "/api/devices/heartbeat", id="hers"),
        asks(bob, "post", "/api/nests/main/speaker", device="hers"),
        asks(bob, "delete", "/api/devices/hers"),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (404, "device_not_found")
    ] * 3


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Android (Firefox)"),
        (CHROME, "Linux (Chrome)"),
        (EDGE, "Windows (Edge)"),
        (SAFARI, "iPhone (Safari)"),
        ("curl/8.5.0", "A device"),
    ],
)
def test_who_gives_no_name_is_called_after_its_browser(agent, name):  # U-3.8
    assert user_agents.name_of_agent(agent) == name


def test_a_heartbeat_moves_last_seen_and_keeps_it_connected(evening, bob):  # U-3.2
    evening.passes(50)
    with evening.now():
        devices.heartbeat(bob.email, "phone")
    evening.passes(20)

    with evening.now():
        phone, laptop = devices.list_devices(bob.email)

    assert (phone["id"], phone["is_connected"], laptop["is_connected"]) == ("phone", True, False)
    assert phone["last_seen_ms"] - laptop["last_seen_ms"] == 50_000


def test_who_is_silent_for_a_minute_is_told_to_be_gone(evening, bob):  # U-3.2
    with evening.now():
        connected.arrive(bob.act, DeviceTab("phone", "one"))
    evening.passes(60)
    rev = bob.sees()["mine"]["rev"]

    with evening.now():
        connected.stay([(bob.email, "c", "phone", "one")])
        connected.stay([(bob.email, "c", "phone", "one")])

    mine = bob.sees()["mine"]
    assert {each["id"]: each["is_connected"] for each in mine["devices"]} == {
        "phone": True,
        "laptop": False,
    }
    assert mine["rev"] == rev + 1


def test_the_first_device_that_wants_to_sound_does(evening, bob):  # U-3.6
    assert chooses(evening, bob, "laptop", "one", if_free=True)
    assert not chooses(evening, bob, "phone", "two", if_free=True)

    assert speaker(bob) == {"device": "laptop", "tab": "one"}


def test_another_one_takes_over_from_who_was_gone_for_a_minute(evening, bob):  # U-3.6 U-6.4
    chooses(evening, bob, "laptop", "one")
    evening.passes(59)
    with evening.now():
        connected.arrive(bob.act, DeviceTab("phone", "two"))
    assert speaker(bob)["device"] == "laptop"

    evening.passes(1)
    with evening.now():
        connected.arrive(bob.act, DeviceTab("phone", "two"))

    assert speaker(bob) == {"device": "phone", "tab": "two"}


def test_a_speaker_that_beats_is_not_gone(evening, bob):  # U-3.6
    chooses(evening, bob, "laptop", "one")
    for _ in range(8):
        evening.passes(15)
        with evening.now():
            members.refresh(evening.nest_id, [(bob.email, "c", "laptop", "one")])

    with evening.now():
        connected.arrive(bob.act, DeviceTab("phone", "two"))

    assert speaker(bob)["device"] == "laptop"


def test_what_is_no_device_of_mine_takes_nothing_over(evening, bob):  # U-3.3 U-3.6
    chooses(evening, bob, "laptop", "one")
    evening.passes(90)

    with evening.now():
        connected.arrive(bob.act, DeviceTab("strange", "two"))

    assert speaker(bob)["device"] == "laptop"


def test_of_two_tabs_of_one_browser_one_sounds(evening, bob):  # U-3.4
    assert chooses(evening, bob, "laptop", "one", if_free=True)
    assert not chooses(evening, bob, "laptop", "two", if_free=True)

    with evening.now():
        connected.depart(bob.act, DeviceTab("laptop", "two"))
        assert speaker(bob)["tab"] == "one"
        connected.depart(bob.act, DeviceTab("laptop", "one"))

    assert speaker(bob) == {"device": "laptop", "tab": None}
    assert chooses(evening, bob, "laptop", "two", if_free=True)


def test_a_tab_that_comes_back_keeps_its_tokens_and_another_tab_ends_them(evening, bob):  # U-4.8
    def epoch():
        return int(redis().hget(NestKeys("main").speaker(bob.email), "epoch"))

    chooses(evening, bob, "laptop", "one")
    first = epoch()
    with evening.now():
        connected.depart(bob.act, DeviceTab("laptop", "one"))
    chooses(evening, bob, "laptop", "one", if_free=True)
    assert epoch() == first

    chooses(evening, bob, "laptop", "two")
    assert epoch() == first + 1


def test_a_forgotten_device_sounds_no_more(evening, bob):  # U-3.4
    chooses(evening, bob, "laptop", "one")

    with evening.now():
        devices.forget_device(bob.email, "laptop")
        speakers.release_device(bob.email, "laptop")

    assert speaker(bob) is None
    assert [each["id"] for each in bob.sees()["mine"]["devices"]] == ["phone"]


def test_browsers_that_forget_who_they_are_do_not_pile_up(nest, bob):
    for number in range(devices.MOST_DEVICES + 3):
        nest.now_ms += 1
        with nest.now():
            devices.register_device(bob.email, f"d{number}", "", CHROME)

    kept = set(Device.objects.values_list("device_id", flat=True))
    assert len(kept) == devices.MOST_DEVICES
    assert "d0" not in kept


def test_of_a_guest_who_is_erased_no_device_is_left(evening, bob):
    chooses(evening, bob, "laptop", "one")

    hooks.erase_guest(bob.email, "Bob")

    assert not Device.objects.exists()
    assert presence.read_beats(bob.email) == ({}, set())
    assert bob.sees()["mine"]["speaker"] is None


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "ü", "a/b"])
def test_what_is_no_name_of_a_device_counts_as_not_said(name):
    assert device_named(name, "tab") == DeviceTab("", "")


def test_a_device_has_to_be_known_before_it_is_chosen(nest, bob):  # U-3.3
    with pytest.raises(Refusal, match="no such device"):
        chooses(nest, bob, "phone")
