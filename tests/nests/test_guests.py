"""Guests: who opens an invitation types a name and is in; with a pass for one nest, and no more."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from andre.accounts.models import Person
from andre.core import permissions
from andre.core.errors import Refusal
from andre.protocol.commands import COMMAND
from andre.web.dispatch import HANDLERS
from nests.guests import departures, invitations, middleware, passes
from nests.guests.departures import Parting
from nests.lifecycle import deletion
from nests.models import Invitation
from nests.registry import store
from player.queue import queue
from tests.andre.accounts.test_owner import HOME, alice_the_owner
from tests.andre.test_permissions import EXAMPLES
from tests.nests.guest_browsers import MAIN_API, come_in, guest, person_of
from tests.nests.support import asks, build, visitor
from tests.support.nest import track

pytestmark = pytest.mark.django_db

GUESTS_MAY = {
    *("add_songs", "cast_vote", "toggle_jam", "add_comment", "blow_airhorn", "send_chat_message"),
    *(
        "probe_clock",
        "beat",
        "report_sync",
        "sync_check",
        "report_progress",
        "report_ended",
        "report_playback_failure",
    ),
    # How their own page looks, where it sounds; and this nest again.
    *("change_preferences", "choose_speaker", "join_nest"),
}


@pytest.fixture(autouse=True)
def at_home(settle):
    settle(**HOME)


@pytest.fixture
def token():
    return invitations.read_token(store.get_nest("main"))


def who(browser):
    return browser.get("/api/auth/whoami").json()


# Coming in


# H5
def test_the_token_has_192_bits_and_stands_behind_the_hash():
    told = alice_the_owner().get(f"{MAIN_API}/invitation").json()

    link, _, token = told["url"].partition("#")
    assert link.endswith("/join")
    assert len(token) == 32  # 192 bits in base 64
    assert told["qr"].startswith("<svg")
    assert token not in Invitation.objects.get().token_hash + Invitation.objects.get().sealed_token


# H5
def test_looking_at_an_invitation_tells_nothing_of_the_nest_and_lets_nobody_in(token):
    page = Client().get("/join")

    assert page.status_code == 200
    assert "Main Nest" not in page.content.decode()
    assert Person.objects.count() == 0


# H6
def test_bob_types_a_name_and_is_a_guest_of_that_nest_with_a_cookie_of_his_own(token):
    browser, answer = come_in(token, "  Bob\u202e  the  Guest ")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert re.fullmatch(r"[0-9a-f]{20}@guest\.invalid", person_of(browser).email)
    assert person_of(browser).name == "Bob the Guest"
    assert person_of(browser).guest_nest == "main"
    assert browser.get("/").status_code == 200


# H6
@pytest.mark.parametrize("name", ["", "   ", "\u200b"])
def test_a_name_that_nobody_can_see_is_refused_and_the_invitation_is_kept_for_another_try(
    token, name
):
    _, answer = come_in(token, name)

    assert answer.status_code == 400
    assert f'value="{token}"' in answer.content.decode()


# H6
def test_the_same_browser_coming_again_is_the_same_guest(token):
    browser = guest(token)
    before = person_of(browser)

    come_in(token, "Robert", browser)

    assert person_of(browser) == before
    assert person_of(browser).name == "Bob"
    assert Person.objects.count() == 1


# H6
def test_whoever_is_signed_in_joins_as_themself(token):
    alice = visitor("Alice")

    _, answer = come_in(token, "Somebody", alice)

    assert answer.status_code == 302
    assert who(alice)["email"] == "alice@example.com"
    assert not Person.objects.filter(email__endswith="guest.invalid").exists()


# H5
def test_a_guest_of_another_nest_gets_another_pass(token):
    browser = guest(token)
    nest = build("The Den")

    come_in(invitations.read_token(nest), "Bob", browser)

    assert person_of(browser).guest_nest == nest.nest_id
    assert browser.get("/").status_code == 403


# H6
def test_a_pass_ends_after_thirty_days(token):
    browser = guest(token)
    left = person_of(browser).pass_ends_at - timezone.now()

    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


# Renewing, closing, limits


# H5
def test_a_renewed_invitation_ends_the_one_before_and_who_is_in_stays(token):
    bob = guest(token)

    fresh = (
        asks(alice_the_owner(), "post", f"{MAIN_API}/invitation").json()["url"].partition("#")[2]
    )

    assert come_in(token)[1].status_code == 403
    assert come_in(fresh)[1].status_code == 302
    assert bob.get("/").status_code == 200


# H5
def test_a_closed_invitation_lets_nobody_in(token):
    alice, closed = alice_the_owner(), {"url": None, "qr": None}
    assert alice.delete(f"{MAIN_API}/invitation").json().items() >= closed.items()

    assert come_in(token)[1].status_code == 403
    assert alice.get(f"{MAIN_API}/invitation").json().items() >= closed.items()
    asks(alice, "post", f"{MAIN_API}/invitation")
    assert come_in(invitations.read_token(store.get_nest("main")))[1].status_code == 302


# H5
def test_an_invitation_is_for_so_many_guests(token):
    Invitation.objects.update(most_guests=1)
    bob = guest(token)

    assert come_in(token, "Charlie")[1].status_code == 403
    passes.end(person_of(bob))
    assert come_in(token, "Charlie")[1].status_code == 302


# H5
def test_an_invitation_with_an_end_ends(token):
    Invitation.objects.update(ends_at=timezone.now())

    assert come_in(token)[1].status_code == 403


# H9
def test_only_invitations_that_are_none_are_counted(token):
    for _ in range(12):
        assert come_in(token)[1].status_code == 302  # A household has one address.

    answers = [come_in(f"guess-{number}")[1].status_code for number in range(11)]

    assert answers == [403] * 10 + [429]
    assert come_in(token)[1].status_code == 429
    assert come_in(token, REMOTE_ADDR="192.168.1.31")[1].status_code == 302


# H5
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_who_does_not_look_after_the_nest_has_no_say_in_its_invitation(token, method):
    for browser in (visitor("Charlie"), guest(token)):
        answer = getattr(browser, method)(f"{MAIN_API}/invitation")
        assert answer.status_code == 403


# What a guest may


# H7
def test_a_guest_listens_adds_and_searches_in_that_nest(token):
    bob = guest(token)
    bob.post(f"{MAIN_API}/join")

    for path in ("/", f"{MAIN_API}/snapshot", "/api/search?q=blue&nest=main"):
        assert bob.get(path).status_code == 200, path
    vote = {"type": "cast_vote", "song_id": 7, "direction": 1}
    answer = bob.post(f"{MAIN_API}/commands", vote, content_type="application/json")
    assert answer.json()["error"] == "song_not_queued"


# H7
def test_a_guest_has_these_rights_and_no_other(token):
    bob = guest(token)
    bob.post(f"{MAIN_API}/join")
    from andre.accounts.credentials import Credential
    from andre.accounts.identity import identity_of
    from nests.membership.actors import actor_in

    seat = identity_of(person_of(bob))
    actor = actor_in(store.get_nest("main"), Credential("session", "", seat))

    rights = permissions.list_rights(actor)

    assert {right for right, may in rights.items() if may} == GUESTS_MAY


# H7
def test_five_songs_of_a_guest_wait_at_once(nest):
    act = nest.person("Bob").act
    bob = replace(act, actor=replace(act.actor, guest_nest="main", nest_role="guest"))
    nest.person("Carol").adds("Blue")

    first = queue.add_tracks(bob, [track(f"Song {number}") for number in range(3)])
    second = queue.add_tracks(bob, [track(f"More {number}") for number in range(3)])
    nest.person("Carol").adds("Green")

    assert [len(first["added"]), len(second["added"])] == [3, 2]
    assert [each["error"] for each in second["rejected"]] == ["queue_full"]
    assert nest.id_of("Green")


# H7
@pytest.mark.parametrize("name", sorted({kind.kind() for kind in HANDLERS} - GUESTS_MAY))
def test_commands_that_are_not_for_guests_are_refused(token, name):
    bob = guest(token)
    bob.post(f"{MAIN_API}/join")

    answer = bob.post(f"{MAIN_API}/commands", example_of(name), content_type="application/json")

    assert answer.status_code in (400, 403), answer.content
    assert answer.json()["error"] in (
        "forbidden",
        "malformed",
    )  # An act about a whole nest is none.


def example_of(name):
    file = EXAMPLES / f"{name}.json"
    if not file.exists():
        return {"type": name, "nest": "main"}
    wish = COMMAND.validate_json(file.read_text())
    return json.loads(wish.model_dump_json(exclude_unset=True))


# H7
@pytest.mark.parametrize(
    "path",
    [
        *("/lobby", "/nest/main/wall", "/admin/", "/api/nests", "/api/nests/public"),
        *("/api/history", f"{MAIN_API}/history", f"{MAIN_API}/history.csv", f"{MAIN_API}/guests"),
        *("/api/search?q=blue", "/api/bender/health", "/api/accounts", "/api/schema"),
    ],
)
def test_other_addresses_are_closed_to_guests(token, path):
    assert guest(token).get(path).status_code == 403


# H7
def test_every_other_address_answers_a_guest_with_403_or_404(token):
    bob = guest(token)
    open_ones = (
        middleware.OPEN_TO_ALL
        | middleware.OF_NO_NEST
        | middleware.OF_A_NEST
        | middleware.WITH_A_NEST
    )
    closed = [
        (path, name)
        for path, name in all_paths()
        if name not in open_ones and path not in UNGUARDED
    ]

    answers = {
        (path, method): getattr(bob, method)(path).status_code
        for path, _ in closed
        for method in ("get", "post", "delete")
    }

    assert len(closed) > 60
    assert {each: status for each, status in answers.items() if status not in (403, 404)} == {}


# H7
def test_in_another_nest_no_address_that_a_pass_opens_is_open(token):
    bob, code = guest(token), build("The Den").code
    paths = [
        path.replace("/MAIN", f"/{code}")
        for path, name in all_paths()
        if name in middleware.OF_A_NEST and "/MAIN" in path
    ]

    answers = {path: (bob.get(path).status_code, bob.post(path).status_code) for path in paths}

    assert len(paths) > 5
    assert set(answers.values()) == {(403, 403)}, answers


# Probes: the same for everybody, whoever asks.
UNGUARDED = {"/healthz", "/readyz", "/health", "/metrics", "/metrics/prometheus"}


def all_paths():
    """An address of each route, with its name; what a nest's code stands for is `MAIN`."""
    from andre.urls import urlpatterns

    for pattern, name in routes(urlpatterns):
        path = re.sub(r"<(?:\w+:)?(code|nest|nest_id)>", "MAIN", pattern)
        path = re.sub(r"<(?:str:|slug:)?\w+>", "x", re.sub(r"<(?:int|uuid|path):\w+>", "1", path))
        if "(" not in path and "\\" not in path:
            yield "/" + path, name


def routes(patterns, before=""):
    for each in patterns:
        text = before + str(each.pattern).lstrip("^").rstrip("$").removesuffix("\\Z")
        if hasattr(each, "url_patterns"):
            yield from routes(each.url_patterns, text)
        else:
            yield text, each.name


# H7
def test_another_nest_is_closed_to_guests(token):
    bob, nest = guest(token), build("The Den")

    for path in (f"/nest/{nest.code}", f"/api/nests/{nest.code}/snapshot", f"/{nest.code}"):
        assert bob.get(path).status_code == 403, path
    assert bob.post(f"/api/nests/{nest.code}/join").status_code == 403
    assert bob.post("/api/nests", {}, content_type="application/json").status_code == 403


# H7
def test_every_address_is_decided_about():
    from andre.urls import urlpatterns

    named = {each.name for each in flat(urlpatterns) if each.name}

    open_ones = middleware.OPEN_TO_ALL | middleware.OF_NO_NEST | middleware.OF_A_NEST
    assert (open_ones | middleware.WITH_A_NEST) <= named


def flat(patterns):
    for each in patterns:
        yield from flat(each.url_patterns) if hasattr(each, "url_patterns") else [each]


# Endings


# H8
def test_a_revoked_guest_hears_why_with_401(token):
    bob = guest(token)
    alice = alice_the_owner()
    (row,) = alice.get(f"{MAIN_API}/guests").json()["guests"]

    answer = alice.delete(f"{MAIN_API}/guests/{row['id']}")

    assert answer.json() == {"guests": [], "waiting": []}

    refused = bob.get(f"{MAIN_API}/snapshot")
    assert (row["name"], refused.status_code) == ("Bob", 401)
    assert refused.json()["error"] == "pass_ended"
    page = bob.get("/")
    assert page.status_code == 401
    assert "Your visit here has ended" in page.content.decode()


# H6
def test_an_expired_pass_says_so(token, monkeypatch):
    bob = guest(token)
    session = bob.session
    session["seat"] = session["seat"] | {"pass_ends_at": timezone.now().timestamp() - 1}
    session.save()

    assert bob.get(f"{MAIN_API}/snapshot").json()["error"] == "pass_ended"


# H8
def test_guests_and_invitation_end_with_the_nest():
    nest = build("The Den")
    bob = guest(invitations.read_token(nest))

    deletion.delete(nest, "over")

    assert not person_of(bob).is_active
    assert not Invitation.objects.filter(nest_id=nest.nest_id).exists()


# H8
def test_a_guest_that_is_none_cannot_be_sent_out(nest):
    main = store.get_nest("main")

    with pytest.raises(Refusal, match="no such guest"):
        departures.send_out(nest.person("Alice").act, main, "nobody", Parting())
