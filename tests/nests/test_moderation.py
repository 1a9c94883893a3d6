"""Who looks after a nest mutes, kicks and bans: who may, whom, and what is kept of it."""

import json
from dataclasses import replace

import pytest

from andre.accounts.models import Person as Account
from andre.core import clock
from andre.core.errors import Refusal
from andre.core.redis import redis
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from nests.door.refusals import Banned
from nests.guests import invitations
from nests.lifecycle import deletion
from nests.membership import members
from nests.registry import store
from nests.registry.store import get_nest
from tests.nests.guest_browsers import guest, person_of
from tests.nests.support import asks, build, visitor
from tests.support.nest import BEGIN_MS, NestStory, main_nest

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.

VERBS = ["mute_listener", "unmute_listener", "kick_listener", "ban_listener", "unban_listener"]


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens, too."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(build("The Den").nest_id)
    story.person("Alice").listens()
    story.person("Bob").listens()
    return story


def does(story, act, verb, whom, **fields):
    person = whom if isinstance(whom, str) else whom.id
    with story.now():
        command = COMMAND.validate_python({"type": verb, "person": person, **fields})
        return dispatch.dispatch_command(act, command)


def refusal_of(story, act, verb, whom, **fields):
    with pytest.raises(Refusal) as refused:
        does(story, act, verb, whom, **fields)
    return refused.value.code


def kept(key):
    return {each: json.loads(text) for each, text in redis().hgetall(key).items()}


def faces(story):
    return {person["id"] for person in story.somebody.sees()["listeners"]}


def test_a_mute_is_kept_with_its_reason_told_and_taken_back(den):  # S-10.5
    alice, bob = den.person("Alice"), den.person("Bob")

    does(den, alice.act, "mute_listener", bob, reason="Shouting.")
    does(den, alice.act, "mute_listener", bob, reason="Once more.")
    muted, seen = kept(bob.act.keys.mutes), bob.sees()["muted"]
    does(den, alice.act, "unmute_listener", bob)

    assert muted == {bob.id: {"reason": "Shouting.", "by": alice.id, "at_ms": den.now_ms}}
    assert (seen, bob.sees()["muted"]) == ([bob.id], [])
    told = [each for each in den.events() if "muted" in each["type"]]
    assert [(each["type"], each["person"]["name"], each["user"]) for each in told] == [
        ("listener_muted", "Bob", alice.id),
        ("listener_unmuted", "Bob", alice.id),
    ]
    assert "reason" not in told[0]


def test_who_is_kicked_is_gone_and_may_come_back(den):  # S-10.3
    alice, bob = den.person("Alice"), den.person("Bob")

    does(den, alice.act, "kick_listener", bob)
    gone = faces(den)
    bob.listens()

    assert gone == {alice.id}
    assert faces(den) == {alice.id, bob.id}
    types = [each["type"] for each in den.events()]
    assert types[-3:] == ["listener_kicked", "listeners_changed", "listeners_changed"]


def test_the_same_kick_twice_does_not_send_out_who_came_back(den):  # R3 S-10.3
    alice, bob = den.person("Alice"), den.person("Bob")
    first = does(den, alice.act, "kick_listener", bob, id="once")
    bob.listens()

    again = does(den, alice.act, "kick_listener", bob, id="once")

    assert again == first
    assert faces(den) == {alice.id, bob.id}


def test_who_is_not_there_is_not_kicked(den):  # S-10.3
    bob = den.person("Bob")
    bob.leaves()

    assert refusal_of(den, den.person("Alice").act, "kick_listener", bob) == "not_found"


def test_who_is_banned_neither_enters_nor_joins_until_unbanned(den):  # S-10.2
    alice, bob = den.person("Alice"), den.person("Bob")
    does(den, alice.act, "ban_listener", bob, reason="Shouting.")

    for come_in in (lambda: members.enter(bob.act, "tab"), lambda: members.admit(bob.act)):
        with pytest.raises(Banned) as refused:
            come_in()
        assert (refused.value.code, refused.value.status) == ("banned", 403)
        assert refused.value.message.endswith("Shouting.")
    assert faces(den) == {alice.id}
    assert not members.is_member(den.nest_id, bob.email)

    does(den, alice.act, "unban_listener", bob)
    bob.listens()
    assert faces(den) == {alice.id, bob.id}


def test_a_ban_while_somebody_is_on_their_way_in_keeps_them_out(den):  # S-10.2
    bob = den.person("Bob")
    bob.leaves()
    nest_seen_before = get_nest(den.nest_id)
    act = bob.act  # Made while Bob still was a member.

    does(den, den.person("Alice").act, "ban_listener", bob)

    with pytest.raises(Banned):
        members.enter(act, "tab")
    with den.now():
        members.refresh(nest_seen_before.nest_id, [(bob.email, "tab")])
    assert redis().smembers(bob.act.keys.listeners) == {"alice@example.com"}


def test_over_http_who_is_banned_gets_403_everywhere(den):  # S-10.2
    bob = visitor("Bob")
    does(den, den.person("Alice").act, "ban_listener", den.person("Bob"), reason="Shouting.")
    home = f"/api/nests/{den.nest_id}"

    answers = [
        asks(bob, "post", f"{home}/join"),
        asks(bob, "post", f"{home}/commands", type="toggle"),
        asks(bob, "post", f"{home}/playback/toggle"),
        bob.get(f"{home}/snapshot"),
        bob.get(f"{home}/queue"),
    ]

    told = [(each.status_code, each.json()["error"], each.json()["reason"]) for each in answers]
    assert told == [(403, "banned", "Shouting.")] * len(answers)


def test_a_ban_ends_with_the_nest(den):  # S-10.2
    bob = den.person("Bob")
    does(den, den.person("Alice").act, "ban_listener", bob)

    deletion.delete(get_nest(den.nest_id), "over")

    assert not redis().exists(bob.act.keys.bans, bob.act.keys.mutes, bob.act.keys.moderation_log)


def test_a_ban_is_of_one_nest(den):  # S-10.5
    other = NestStory(build("Another", seed=2).nest_id)
    bob = den.person("Bob")
    does(den, den.person("Alice").act, "ban_listener", bob)

    other.person("Bob").listens()

    assert faces(other) == {bob.id}


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_else_does_not_moderate(den, verb):  # S-10.4
    carol = den.person("Carol")
    carol.listens()
    before = den.events()

    for role in ("viewer", "operator", "admin"):
        act = den.person("Bob").with_role(role)
        assert refusal_of(den, act, verb, carol) == "forbidden"

    assert den.events() == before
    assert kept(carol.act.keys.mutes) == {}


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", False), ("operator", False), ("researcher", False), ("admin", True)],
)
def test_in_the_main_nest_an_admin_moderates(role, may):  # S-10.5
    story = main_nest()
    alice, bob = story.person("Alice"), story.person("Bob")
    alice.listens()
    bob.listens()

    if may:
        does(story, alice.with_role(role), "kick_listener", bob)
    else:
        assert refusal_of(story, alice.with_role(role), "kick_listener", bob) == "forbidden"

    assert (bob.id in faces(story)) is not may


def test_nobody_moderates_the_creator_or_themself(den):  # S-10.4
    alice = den.person("Alice")
    another = den.person("Bob").act  # As somebody would who looks after this nest beside Alice.
    another = replace(another, actor=replace(another.actor, nest_role="creator"))

    assert refusal_of(den, alice.act, "ban_listener", alice) == "forbidden"
    for verb in ("mute_listener", "kick_listener", "ban_listener"):
        assert refusal_of(den, another, verb, alice) == "forbidden"
    assert alice.id in faces(den)


def test_an_admin_does_not_ban_another_from_the_main_nest():  # S-10.5
    story = main_nest()
    Account.objects.create(email="bob@example.com", name="Bob", role="admin")
    story.person("Alice").listens()
    story.person("Bob").listens()

    act = story.person("Alice").with_role("admin")

    assert refusal_of(story, act, "ban_listener", story.person("Bob")) == "forbidden"


def test_people_are_named_by_id_or_address_and_must_have_been_here(den):  # S-10.2
    alice = den.person("Alice")

    does(den, alice.act, "ban_listener", "Bob@Example.com")

    assert list(kept(alice.act.keys.bans)) == [den.person("Bob").id]
    assert refusal_of(den, alice.act, "ban_listener", "f" * 32) == "not_found"


def test_who_has_joined_and_never_connected_is_banned_by_id(den):  # S-10.2
    asks(visitor("Charlie"), "post", f"/api/nests/{den.nest_id}/join")
    charlie = den.person("Charlie")

    does(den, den.person("Alice").act, "ban_listener", charlie.id)

    assert (
        told_error(asks(visitor("Charlie"), "post", f"/api/nests/{den.nest_id}/join")) == "banned"
    )
    listed = visitor("Alice").get(f"/api/nests/{den.nest_id}/moderation").json()["banned"]
    assert [each["person"]["name"] for each in listed] == ["Charlie"]


def told_error(answer):
    return answer.json()["error"]


def test_a_reason_has_two_hundred_characters_at_most(den):  # S-10.2
    alice = visitor("Alice")
    answers = [
        asks(
            alice, "post", f"/api/nests/{den.nest_id}/mute",
            person=den.person("Bob").id, reason="x" * length,
        )
        for length in (201, 200)
    ]  # fmt: skip

    assert [each.status_code for each in answers] == [400, 200]


def test_moderators_see_who_is_muted_and_banned_and_the_last_fifty_acts(den):  # S-10.5
    alice, bob, carol = (den.person(name) for name in ("Alice", "Bob", "Carol"))
    carol.listens()
    for _ in range(25):
        does(den, alice.act, "mute_listener", bob, reason="Shouting.")
        den.now_ms += 60_000
        does(den, alice.act, "unmute_listener", bob)
        redis().delete(*redis().keys("LIMITS*"))
    does(den, alice.act, "mute_listener", bob, reason="Shouting.")
    does(den, alice.act, "ban_listener", carol, reason="Selling things.")

    told = visitor("Alice").get(f"/api/nests/{den.nest_id}/moderation").json()

    (muted,), (banned,) = told["muted"], told["banned"]
    assert (muted["person"]["name"], muted["by"]["name"]) == ("Bob", "Alice")
    assert (banned["person"]["id"], banned["reason"]) == (carol.id, "Selling things.")
    assert len(told["acts"]) == 50
    newest = told["acts"][0]
    assert (newest["act"], newest["person"]["name"], newest["by"]["name"]) == (
        "banned", "Carol", "Alice",
    )  # fmt: skip
    assert (newest["reason"], newest["at_ms"]) == ("Selling things.", den.now_ms)
    assert "@" not in str(told)


def test_nobody_else_sees_what_moderators_did(den):  # S-10.5
    refused = visitor("Bob").get(f"/api/nests/{den.nest_id}/moderation")

    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")


def test_a_guest_keeps_the_pass_and_is_banned(den):  # S-10.2
    visitor("Alice").patch(
        f"/api/nests/{den.nest_id}", {"guests": True}, content_type="application/json"
    )
    browser = guest(invitations.read_token(store.get_nest(den.nest_id)), "Gina")
    home = f"/api/nests/{den.nest_id}"
    asks(browser, "post", f"{home}/join")
    address = person_of(browser).email
    face = json.loads(main_face(den, address))

    does(den, den.person("Alice").act, "ban_listener", face["id"])

    answers = [
        asks(browser, "post", f"{home}/join"),
        asks(browser, "post", f"{home}/commands", type="cast_vote", song_id=1, direction=1),
        browser.get(f"{home}/snapshot"),
    ]
    assert [each.json()["error"] for each in answers] == ["banned"] * 3
    assert person_of(browser).is_active


def main_face(den, address):
    """A guest is known to the nest from their first connection on."""
    from andre.core.context import Actor, CommandContext

    act = CommandContext(den.nest_id, Actor(address, "Gina", guest_nest=den.nest_id))
    members.enter(act, "tab")
    return redis().hget(act.keys.people, address)
