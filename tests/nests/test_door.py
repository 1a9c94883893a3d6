"""The door of a nest: private ones, the lock, and the order in which it decides."""

import json

import pytest

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.door.refusals import EntryRefused
from nests.guests import invitations
from nests.membership import members
from nests.registry import store
from tests.nests.guest_browsers import guest, person_of
from tests.nests.support import ALICE, BOB, asks, build, visitor
from tests.support.nest import BEGIN_MS, NestStory

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.


@pytest.fixture
def den():
    """A nest of Alice's."""
    with clock.freeze(BEGIN_MS):
        return NestStory(build("The Den").nest_id)


def address(story, route=""):
    return f"/api/nests/{story.nest_id}{route}"


def sets(story, **wishes):
    answer = asks(visitor("Alice"), "patch", address(story), **wishes)
    assert answer.status_code == 200, answer.content
    return answer.json()


def joins(story, name, **typed):
    return asks(visitor(name), "post", address(story, "/join"), **typed)


def told(answer):
    return answer.status_code, answer.json().get("error") or answer.json()["status"]


def decides(story, verb, name, by="Alice"):
    command = COMMAND.validate_python({"type": verb, "person": story.person(name).id})
    with story.now():
        return dispatch.dispatch_command(story.person(by).act, command)


def test_joining_needs_a_code_that_there_is(den):  # S-3.6
    bob = visitor("Bob")

    answers = [
        asks(bob, "post", "/api/nests/join"),
        asks(bob, "post", "/api/nests/join", code="ZZZZZ"),
        asks(bob, "post", "/api/nests/join", code=den.nest_id.lower()),
    ]

    assert list(map(told, answers)) == [
        (400, "code_required"),
        (404, "not_found"),
        (200, "APPROVED"),
    ]


@pytest.mark.parametrize("wish", [{}, {"entry_mode": None}, {"entry_mode": "knock"}])
def test_a_private_nest_says_how_one_comes_in(den, wish):  # S-3.7
    alice = visitor("Alice")

    answers = [
        asks(alice, "post", "/api/nests", is_private=True, **wish),
        asks(alice, "patch", address(den), is_private=True, **wish),
        asks(
            alice, "post", address(den, "/commands"),
            type="change_nest_settings", is_private=True, **wish,
        ),
    ]  # fmt: skip

    assert [each.json()["error"] for each in answers] == ["invalid_entry_mode"] * 3
    assert [each.status_code for each in answers] == [400] * 3


def test_the_password_is_told_once_and_kept_as_a_hash():  # S-3.7
    alice = visitor("Alice")
    wishes = {"id": "once", "is_private": True, "entry_mode": "password"}

    first = asks(alice, "post", "/api/nests", **wishes).json()
    again = asks(alice, "post", "/api/nests", **wishes).json()
    seen = alice.get(f"/api/nests/{first['code']}").json()
    everything = [redis().dump(key) for key in redis().keys("*") if redis().type(key) == "string"]

    assert len(first["password"]) == 8
    assert again["code"] == first["code"]
    assert "password" not in again
    assert "password" not in seen
    assert not any(
        first["password"].encode() in (text or b"") for text in map(as_bytes, everything)
    )


def as_bytes(text):
    return text.encode("latin-1", "replace") if isinstance(text, str) else text


def test_a_password_lets_in_and_nothing_else_does(den):  # S-3.7
    password = sets(den, is_private=True, entry_mode="password")["password"]

    answers = [
        joins(den, "Bob"),
        joins(den, "Bob", password="WRONGONE"),
        joins(den, "Bob", password=password.lower()),
        joins(den, "Bob"),
    ]

    assert list(map(told, answers)) == [
        (403, "invalid_password"),
        (403, "invalid_password"),
        (200, "APPROVED"),
        (200, "APPROVED"),
    ]


def test_passwords_are_not_tried_out(den):  # S-3.7
    sets(den, is_private=True, entry_mode="password")

    answers = [joins(den, "Bob", password=f"WRONG{number}") for number in range(11)]

    assert told(answers[9]) == (403, "invalid_password")
    assert told(answers[10]) == (429, "rate_limited")


def test_a_renewed_password_ends_the_one_before(den):  # S-3.7
    first = sets(den, is_private=True, entry_mode="password")["password"]
    second = asks(visitor("Alice"), "post", address(den, "/password")).json()["password"]

    assert told(joins(den, "Bob", password=first)) == (403, "invalid_password")
    assert told(joins(den, "Bob", password=second)) == (200, "APPROVED")
    assert told_error(asks(visitor("Bob"), "post", address(den, "/password"))) == "forbidden"


def told_error(answer):
    return answer.json()["error"]


def test_a_password_that_is_renewed_meanwhile_lets_nobody_in(den):  # S-3.11
    sets(den, is_private=True, entry_mode="password")
    bob = den.person("Bob")
    met_before = redis().get(bob.act.keys.door_password)
    asks(visitor("Alice"), "post", address(den, "/password"))

    with pytest.raises(EntryRefused) as refused:
        members.admit(bob.act, met_before)

    assert refused.value.code == "invalid_password"


def test_a_nest_that_asks_for_none_any_more_keeps_no_password(den):  # S-3.7
    key = den.person("Bob").act.keys.door_password
    sets(den, is_private=True, entry_mode="password")
    sets(den, entry_mode="approval")

    assert redis().exists(key) == 0
    assert "password" in sets(den, entry_mode="password")


def test_who_asks_waits_until_the_creator_lets_them_in(den):  # S-3.7
    sets(den, is_private=True, entry_mode="approval")
    members.admit(den.person("Dave").act, "invitation")

    asked, again = joins(den, "Bob"), joins(den, "Bob")
    waiting = visitor("Alice").get(address(den, "/door")).json()["waiting"]
    by_dave = asks(
        visitor("Dave"), "post", address(den, "/commands"),
        type="approve_listener", person=den.person("Bob").id,
    )  # fmt: skip
    with pytest.raises(Refusal) as unknown:
        decides(den, "approve_listener", "Carol")
    approved = decides(den, "approve_listener", "Bob")

    assert (told(asked), told(again)) == ((202, "PENDING"), (202, "PENDING"))
    assert asked.json() == {"code": den.nest_id, "status": "PENDING"}
    assert [each["person"]["name"] for each in waiting] == ["Bob"]
    assert (by_dave.status_code, told_error(by_dave)) == (403, "forbidden")
    assert (unknown.value.code, unknown.value.status) == ("not_found", 404)
    assert approved == {"approved": True}
    assert told(joins(den, "Bob")) == (200, "APPROVED")
    assert visitor("Alice").get(address(den, "/door")).json()["waiting"] == []


def test_who_is_sent_away_asks_again_after_a_while(den):  # S-3.7
    sets(den, is_private=True, entry_mode="approval")
    bob = den.person("Bob")
    den.now_ms = clock.now_ms() + 1_000
    codes = []
    for wait_ms in (0, 0, 600_000):
        den.now_ms += wait_ms
        with den.now(), pytest.raises(EntryRefused) as refused:
            members.admit(bob.act)
        codes.append(refused.value.why)
        if len(codes) == 1:
            decides(den, "refuse_listener", "Bob")

    assert codes == ["pending", "refused", "pending"]


def test_a_private_nest_is_in_no_list_but_of_who_is_in_it(den):  # S-4.2
    den.person("Alice").listens()
    before = visitor("Charlie").get("/api/nests/public").json()["total"]
    sets(den, is_private=True, entry_mode="approval")

    def listed(name, route):
        return [each["code"] for each in visitor(name).get(route).json()["nests"]]

    assert before == 1
    assert listed("Charlie", "/api/nests/public") == []
    assert den.nest_id not in listed("Charlie", "/api/nests")
    assert den.nest_id in listed("Alice", "/api/nests")


def test_of_a_private_nest_a_stranger_learns_nothing(den):  # S-3.9
    sets(den, is_private=True, entry_mode="approval")
    joins(den, "Charlie")
    routes = ("", "/qr.svg", "/listeners", "/members", "/queue", "/snapshot")

    closed = [visitor("Charlie").get(address(den, route)) for route in routes]
    page = visitor("Charlie").get(f"/nest/{den.nest_id}")
    decides(den, "approve_listener", "Charlie")
    opened = [visitor("Charlie").get(address(den, route)).status_code for route in routes]

    assert [told(each) for each in closed] == [(403, "not_a_member")] * len(routes)
    assert "The Den" not in page.content.decode()
    assert opened == [200] * len(routes)


def test_a_refusal_says_whether_one_waits_or_was_sent_away(den):  # S-3.7 S-3.9
    sets(den, is_private=True, entry_mode="approval")
    charlie = visitor("Charlie")

    def state():
        answer = charlie.get(address(den)).json()
        assert answer["error"] == "not_a_member"
        return answer.get("state")

    states = [state()]
    joins(den, "Charlie")
    states.append(state())
    decides(den, "refuse_listener", "Charlie")
    states.append(state())
    again = joins(den, "Charlie")
    sets(den, locked=True)
    locked = joins(den, "Carol")

    assert states == [None, "PENDING", "REFUSED"]
    assert (told(again), again.json()["state"]) == ((403, "not_a_member"), "REFUSED")
    assert (told(locked), locked.json()["state"]) == ((403, "locked"), "PENDING")


def test_the_roster_says_who_is_in_and_who_waits(den):  # S-3.9
    sets(den, is_private=True, entry_mode="approval")
    den.person("Alice").listens()
    joins(den, "Bob")

    rows = visitor("Alice").get(address(den, "/members")).json()["members"]

    assert [(row["person"]["name"], row["status"]) for row in rows] == [
        ("Alice", "APPROVED"),
        ("Bob", "PENDING"),
    ]
    assert "@" not in str(rows)


def test_a_locked_nest_takes_nobody_new_and_keeps_who_is_in(den):  # S-3.10
    joins(den, "Bob")
    sets(den, locked=True)

    assert told(joins(den, "Charlie")) == (403, "locked")
    assert told(joins(den, "Bob")) == (200, "APPROVED")
    decides(den, "approve_listener", "Charlie")
    assert told(joins(den, "Charlie")) == (200, "APPROVED")
    assert told(joins(den, "Carol")) == (403, "locked")
    sets(den, locked=False)
    assert told(joins(den, "Carol")) == (200, "APPROVED")


def test_only_the_creator_locks_and_the_main_nest_stays_open(den):  # S-3.10
    joins(den, "Bob")
    wish = {"type": "change_nest_settings", "locked": True}

    refused = asks(visitor("Bob"), "post", address(den, "/commands"), **wish)
    with pytest.raises(Refusal) as main:
        dispatch.dispatch_command(
            NestStory("main").person("Alice").with_role("operator"), COMMAND.validate_python(wish)
        )

    assert told_error(refused) == "forbidden"
    assert main.value.code == "forbidden"


# S-3.11: banned, member, locked, pass, invitation, password, approval, public


@pytest.fixture
def ways(den):
    """Each way to ask, for somebody new every time; what the door answered."""
    alice = visitor("Alice")
    den.person("Alice").listens()
    sets(den, guests=True)
    token = invitations.read_token(store.get_nest(den.nest_id))
    found = {}
    found["member"] = den.person("Member").act
    members.admit(found["member"])
    found["banned"] = den.person("Banned").act
    redis().hset(found["banned"].keys.bans, found["banned"].user_id, json.dumps({"reason": ""}))
    redis().sadd(found["banned"].keys.members, found["banned"].user)
    gina = person_of(guest(token, "Gina"))
    assert alice is not None
    return found, token, gina


def outcomes(den, ways, password=""):
    found, token, gina = ways
    by_pass = guest_act(den, gina)
    entries = {
        "banned": lambda: members.admit(found["banned"]),
        "member": lambda: members.admit(found["member"]),
        "pass": lambda: members.admit(by_pass),
        "invitation": lambda: told_code(joins(den, "Invited", invite=token)),
        "password": lambda: told_code(joins(den, "Knows", password=password)),
        "nothing": lambda: told_code(joins(den, "Charlie")),
    }
    return {name: outcome_of(come) for name, come in entries.items()}


def guest_act(den, gina):
    from andre.core.context import Actor, CommandContext

    actor = Actor(gina.email, gina.name, nest_role="guest", guest_nest=den.nest_id)
    return CommandContext(den.nest_id, actor)


def told_code(answer):
    return told(answer)[1]


def outcome_of(come):
    try:
        return come() or "in"
    except Refusal as refusal:
        return refusal.code


def test_an_open_nest_lets_all_in_but_who_is_banned(den, ways):  # S-3.11
    found = outcomes(den, ways)

    assert found.pop("banned") == "banned"
    assert set(found.values()) == {"in", "APPROVED"}


def test_a_password_is_asked_of_who_has_neither_pass_nor_invitation(den, ways):  # S-3.11
    password = sets(den, is_private=True, entry_mode="password")["password"]

    assert outcomes(den, ways, password) == {
        "banned": "banned",
        "member": "in",
        "pass": "in",
        "invitation": "APPROVED",
        "password": "APPROVED",
        "nothing": "invalid_password",
    }


def test_approval_is_for_who_has_neither_pass_nor_invitation(den, ways):  # S-3.11
    sets(den, is_private=True, entry_mode="approval")

    assert outcomes(den, ways, "ANYTHING") == {
        "banned": "banned",
        "member": "in",
        "pass": "in",
        "invitation": "APPROVED",
        "password": "PENDING",
        "nothing": "PENDING",
    }


def test_neither_pass_nor_invitation_nor_password_opens_a_lock(den, ways):  # S-3.11
    password = sets(den, is_private=True, entry_mode="password", locked=True)["password"]

    assert outcomes(den, ways, password) == {
        "banned": "banned",
        "member": "in",
        "pass": "locked",
        "invitation": "locked",
        "password": "locked",
        "nothing": "locked",
    }


def test_the_creator_comes_back_into_a_locked_private_nest(den):  # S-3.11
    sets(den, is_private=True, entry_mode="approval", locked=True)
    asks(visitor("Alice"), "post", address(den, "/leave"))

    assert told(joins(den, "Alice")) == (200, "APPROVED")
    assert members.is_member(den.nest_id, ALICE)
    assert not members.is_member(den.nest_id, BOB)
