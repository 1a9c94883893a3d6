"""Guests away from home: a nest's creator lets them in, says what they may, and sends them out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from andre.accounts import owner
from andre.accounts.account_state import forget_state
from andre.accounts.models import Person, Preferences
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.guests import arrivals, browsers, invitations, passes
from nests.hooks import hooks
from nests.models import GuestArrival, Invitation
from nests.registry import settings, store
from player.models import Play
from tests.andre.accounts.test_owner import HOME
from tests.nests.guest_browsers import come_in, copied, guest, names_of, person_of
from tests.nests.support import ALICE, asks, build, visitor
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


class Den:
    """A nest of Alice's, and what its API answers her."""

    def __init__(self):
        self.nest_id = build("The Den").nest_id
        self.alice = visitor("Alice")
        self.api = f"/api/nests/{self.nest_id}"

    @property
    def nest(self):
        return store.get_nest(self.nest_id)

    @property
    def token(self):
        return invitations.read_token(self.nest)

    def is_set(self, **wishes):
        settings.change(CommandContext(self.nest_id), wishes)

    def asks(self, method, path="", **body):
        return asks(self.alice, method, f"{self.api}/{path}".rstrip("/"), **body)

    def guests(self):
        return names_of(self.asks("get", "guests").json()["guests"])

    def waiting(self):
        return names_of(self.asks("get", "guests").json()["waiting"])

    def sends_out(self, browser, query=""):
        key = passes.guest_id(person_of(browser))
        return self.alice.delete(f"{self.api}/guests/{key}{query}")

    def may(self, browser):
        """What the guest in this browser has the right to."""
        from andre.accounts.credentials import Credential
        from andre.accounts.identity import identity_of
        from andre.core import permissions
        from nests.membership.actors import actor_in

        seat = identity_of(person_of(browser))
        rights = permissions.list_rights(actor_in(self.nest, Credential("session", "", seat)))
        return {right for right, may in rights.items() if may}

    def does(self, browser, **command):
        browser.post(f"{self.api}/join")
        answer = browser.post(f"{self.api}/commands", command, content_type="application/json")
        return answer.json()


@pytest.fixture
def den():
    """With guests, away from home."""
    den = Den()
    den.is_set(guests=True)
    return den


# Guests are off until the creator switches them on


# H5 A2
def test_away_from_home_there_is_no_invitation_until_the_creator_switches_guests_on():
    den = Den()
    before = den.asks("get", "invitation")

    den.asks("patch", guests=True)

    assert (before.status_code, before.json()["error"]) == (403, "feature_not_allowed")
    assert den.asks("get", "invitation").json()["url"].startswith("http://testserver/join#")
    assert guest(den.token).get(f"/nest/{den.nest_id}").status_code == 200


# H5
def test_at_home_guests_are_on_until_somebody_switches_them_off(settle):
    settle(**HOME)
    den = Den()

    assert den.nest.setting("guests") is True
    den.is_set(guests=False)
    assert den.nest.setting("guests") is False


# H5
def test_switched_off_passes_the_invitation_and_whoever_waits_end_at_once(den):
    token, bob = den.token, member(den)
    den.asks("patch", "invitation", asks_first=True)
    charlie, _ = come_in(token, "Charlie")

    den.asks("patch", guests=False)

    refused = bob.get(f"{den.api}/snapshot")
    assert (refused.status_code, refused.json()["error"]) == (401, "pass_ended")
    assert come_in(token, "Dave")[1].status_code == 403
    assert charlie.post("/join/again").status_code == 403
    den.asks("patch", guests=True)
    assert (den.guests(), den.waiting()) == ([], [])
    assert come_in(token, "Dave")[1].status_code == 403
    assert bob.get(f"{den.api}/snapshot").status_code == 401


# H5
def test_a_pass_that_slipped_through_ends_with_the_setting_all_the_same(den):
    bob = guest(den.token)
    person = person_of(bob)
    den.is_set(guests=False)
    Person.objects.filter(pk=person.pk).update(
        is_active=True, pass_ends_at=timezone.now() + timedelta(hours=1)
    )
    forget_state(person.email)

    answer = bob.get(f"/nest/{den.nest_id}")

    assert answer.status_code == 401


# H5
def test_a_server_without_guests_has_none_in_any_nest(den, settle):
    token, bob = den.token, member(den)

    settle(ANDRE_GUESTS="false")

    assert bob.get(f"{den.api}/snapshot").json()["error"] == "pass_ended"
    assert Client().get("/join").status_code == 404
    assert Client().get("/join/again").status_code == 404
    assert Client().post("/join", {"token": token, "name": "Charlie"}).status_code == 404
    assert den.asks("get", "invitation").json()["error"] == "feature_not_allowed"
    assert den.asks("patch", guests=True).json()["message"] == (
        "On this server guests are switched off."
    )


# Invitations


# H5
def test_an_invitation_is_good_for_twelve_hours_and_fifty_guests_unless_its_creator_says_so(den):
    told = den.asks("get", "invitation").json()
    left = Invitation.objects.get().ends_at - timezone.now()
    assert told["most_guests"] == 50
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)

    told = den.asks("post", "invitation", hours=72, most_guests=3).json()

    left = Invitation.objects.get().ends_at - timezone.now()
    assert told["most_guests"] == 3
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)


# H5
@pytest.mark.parametrize(
    "terms", [{"hours": 0}, {"hours": 721}, {"most_guests": 0}, {"most_guests": 501}, {"days": 1}]
)
def test_its_bounds_hold(den, terms):
    token = den.token

    answer = den.asks("post", "invitation", **terms)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
    assert den.token == token


# H5
def test_whoever_did_not_build_the_nest_has_no_say_in_its_guests(den):
    bob = guest(den.token)
    for browser in (visitor("Bob"), visitor("Charlie"), bob):
        browser.post(f"{den.api}/join")
        for path in ("invitation", "guests", f"guests/{passes.guest_id(person_of(bob))}"):
            for method in ("get", "post", "patch", "delete"):
                answer = asks(browser, method, f"{den.api}/{path}")
                assert answer.status_code in (403, 405), (path, method)
    assert den.guests() == ["Bob"]


# H9
def test_only_failures_are_counted_here_too(den):
    token = den.token
    for _ in range(12):
        assert come_in(token)[1].status_code == 302

    answers = [come_in(f"guess-{number}")[1].status_code for number in range(11)]

    assert answers == [403] * 10 + [429]


# H9
def test_sixty_guests_a_minute_come_from_one_address(den):
    den.asks("post", "invitation", most_guests=500)
    token = den.token

    answers = [come_in(token)[1].status_code for _ in range(61)]

    assert answers == [302] * 60 + [429]


# What the nest is set to


# H7
def test_guests_skip_only_where_the_nest_says_so_and_at_once(den):
    bob = guest(den.token)
    assert "skip" not in den.may(bob)
    assert den.does(bob, type="skip")["message"] == "In this nest guests do not skip."

    den.is_set(guest_skips=True)

    assert "skip" in den.may(bob)
    assert den.does(bob, type="skip")["type"] == "done"


# H7
def test_guests_blow_airhorns_until_the_nest_says_no(den):
    bob = guest(den.token)
    assert "blow_airhorn" in den.may(bob)

    den.is_set(guest_airhorns=False)

    assert "blow_airhorn" not in den.may(bob)
    refused = den.does(bob, type="blow_airhorn", name="classic")
    assert refused["message"] == "In this nest guests blow no airhorns."


# H7
def test_guests_chat_until_the_nest_says_no_and_still_read_it(den):
    bob = guest(den.token)
    assert den.does(bob, type="send_chat_message", text="hello")["type"] == "done"

    den.is_set(guest_chat=False)

    assert "send_chat_message" not in den.may(bob)
    refused = den.does(bob, type="send_chat_message", text="and")
    assert refused["message"] == "In this nest guests do not chat."
    assert [each["text"] for each in bob.get(f"{den.api}/chat").json()["messages"]] == ["hello"]


# H7
def test_the_settings_of_guests_are_nothing_to_members(den):
    den.is_set(guest_airhorns=False)
    story = NestStory(den.nest_id)

    from andre.core import permissions

    rights = permissions.list_rights(story.person("Bob").act.actor)
    assert rights["skip"]
    assert rights["blow_airhorn"]


# H7
def test_a_socket_that_was_open_before_has_the_rights_of_now(den):
    from dataclasses import replace

    from andre.protocol.commands import Skip
    from andre.web import dispatch

    story = NestStory(den.nest_id)
    act = story.person("Bob").act
    bob = replace(act, actor=replace(act.actor, guest_nest=den.nest_id, nest_role="guest"))
    story.person("Bob").listens()
    with pytest.raises(Refusal, match="guests do not skip"):
        dispatch.dispatch_command(bob, Skip())

    den.is_set(guest_skips=True)

    assert "rev" in dispatch.dispatch_command(bob, Skip())


# H7
def test_as_many_songs_of_a_guest_wait_as_the_nest_says(den):
    from dataclasses import replace

    from player.queue import queue
    from tests.support.nest import track

    den.is_set(guest_songs=2)
    story = NestStory(den.nest_id)
    story.person("Carol").adds("Blue")
    act = story.person("Bob").act
    bob = replace(act, actor=replace(act.actor, guest_nest=den.nest_id, nest_role="guest"))

    answer = queue.add_tracks(bob, [track(f"Song {number}") for number in range(3)])

    assert len(answer["added"]) == 2
    assert [each["error"] for each in answer["rejected"]] == ["queue_full"]


# Sent out


# H8
def test_who_is_sent_out_stays_out_and_the_link_they_had_is_another(den):
    token, bob = den.token, guest(den.token)

    answer = den.sends_out(bob)

    assert answer.json() == {"guests": [], "waiting": []}
    assert bob.get(f"{den.api}/snapshot").json()["error"] == "pass_ended"
    assert den.token != token
    assert come_in(token, "Robert", bob)[1].status_code == 403
    again = come_in(den.token, "Robert", bob)[1]
    assert again.status_code == 403
    assert "has sent you out" in again.content.decode()


# H8
def test_signing_out_does_not_let_a_browser_back_that_was_sent_out(den):
    bob = guest(den.token)
    den.sends_out(bob)

    bob.post("/sign-out/")

    assert come_in(den.token, "Robert", bob)[1].status_code == 403


# H8
def test_the_invitation_stays_if_the_creator_says_so(den):
    token, bob = den.token, guest(den.token)

    den.sends_out(bob, "?renew=false")

    assert den.token == token


# H8
def test_a_renewed_invitation_keeps_its_terms_and_a_closed_one_stays_closed(den):
    den.asks("post", "invitation", hours=72, most_guests=3)
    bob, carol = guest(den.token), guest(den.token, "Carol")

    den.sends_out(bob)

    kept = Invitation.objects.get()
    assert kept.most_guests == 3
    assert kept.ends_at - kept.created_at == timedelta(hours=72)
    den.asks("delete", "invitation")
    den.sends_out(carol)
    assert den.asks("get", "invitation").json()["url"] is None


# H8
@pytest.mark.parametrize(("query", "left"), [("", ["His", "Hers"]), ("?songs=true", ["Hers"])])
def test_the_songs_of_who_is_sent_out_go_or_stay(den, query, left):
    from dataclasses import replace

    from player.queue import queue
    from tests.support.nest import track

    story = NestStory(den.nest_id)
    story.person("Carol").listens()
    story.person("Carol").adds("Playing")
    bob = guest(den.token)
    act = story.person("Bob").act
    his = replace(act, actor=replace(act.actor, user=person_of(bob).email))
    queue.add_tracks(his, [track("His")])
    story.person("Carol").adds("Hers")
    rev = story.person("Carol").sees()["rev"]

    den.sends_out(bob, query)

    assert sorted(story.order()) == sorted(left)
    gone = [event for event in story.events(rev) if event["type"] == "song_removed"]
    assert len(gone) == 2 - len(left)


# H8
def test_after_somebody_was_sent_out_new_guests_wait_until_they_are_let_in(den):
    den.sends_out(guest(den.token))
    charlie, answer = come_in(den.token, "Charlie")
    assert answer["Location"] == "/join/again"
    assert charlie.get(f"/nest/{den.nest_id}").status_code == 302  # To the door: not in.
    assert "One moment, Charlie" in charlie.get("/join/again").content.decode()
    assert charlie.get("/join/again?state=1").json() == {"state": "waiting"}
    (row,) = den.asks("get", "guests").json()["waiting"]

    den.asks("patch", f"guests/{row['id']}", let_in=True)

    assert charlie.get("/join/again?state=1").json() == {"state": "let_in"}
    assert charlie.post("/join/again")["Location"] == f"/nest/{den.nest_id}"
    assert charlie.get(f"/nest/{den.nest_id}").status_code == 200
    assert (den.guests(), den.waiting()) == (["Charlie"], [])


# H8
def test_who_is_not_let_in_hears_it_and_stays_out(den):
    den.asks("patch", "invitation", asks_first=True)
    charlie, _ = come_in(den.token, "Charlie")
    (row,) = den.asks("get", "guests").json()["waiting"]

    den.asks("patch", f"guests/{row['id']}", let_in=False)

    assert "has sent you out" in charlie.get("/join/again").content.decode()
    assert charlie.post("/join/again").status_code == 403
    assert come_in(den.token, "Charles", charlie)[1].status_code == 403
    assert den.asks("patch", f"guests/{row['id']}", let_in=True).status_code == 404


# H8
def test_guests_come_straight_in_again_once_the_creator_says_so(den):
    den.sends_out(guest(den.token))

    told = den.asks("patch", "invitation", asks_first=False).json()

    assert told["asks_first"] is False
    assert guest(den.token, "Charlie").get(f"/nest/{den.nest_id}").status_code == 200


# H8
def test_whoever_waits_takes_a_place(den):
    den.asks("post", "invitation", most_guests=1)
    den.asks("patch", "invitation", asks_first=True)
    come_in(den.token, "Charlie")

    assert come_in(den.token, "Dave")[1].status_code == 403


# H8
def test_all_visits_end_and_nobody_is_remembered_for_it(den):
    bob, carol = guest(den.token), guest(den.token, "Carol")

    den.asks("delete", "guests")

    assert den.guests() == []
    assert {each.get(f"{den.api}/snapshot").status_code for each in (bob, carol)} == {401}
    assert come_in(den.token, "Bob", bob)[1].status_code == 302
    assert bob.get(f"/nest/{den.nest_id}").status_code == 200


# One browser, one pass


# H6
def test_a_guest_who_left_is_the_same_guest_again_name_kept(den):
    bob = guest(den.token)
    before = person_of(bob)
    bob.post("/sign-out/")

    come_in(den.token, "Robert", bob)

    assert person_of(bob) == before
    assert den.guests() == ["Bob"]


ONE, OTHER = "1" * 32, "2" * 32


def member(den):
    """A guest who has been in the nest."""
    browser = guest(den.token)
    browser.post(f"{den.api}/join")
    return browser


def says(browser, name):
    return asks(browser, "post", "/api/guest/browser", browser=name).json()


# H6
def test_the_later_of_two_browsers_has_the_pass_and_the_earlier_hears_why(den):
    bob = guest(den.token)
    assert says(bob, ONE) == {"moved": False}
    assert says(bob, ONE) == {"moved": False}
    other = copied(bob)

    assert says(other, OTHER) == {"moved": True}

    assert other.get(f"/nest/{den.nest_id}").status_code == 200
    assert person_of(other) == person_of(bob)
    refused = bob.get(f"{den.api}/snapshot")
    assert (refused.status_code, refused.json()["error"]) == (401, "pass_ended")
    assert "in another browser" in refused.json()["message"]


# H6
def test_the_earlier_browser_takes_the_pass_back_with_one_press(den):
    bob = member(den)
    says(bob, ONE)
    other = copied(bob)
    says(other, OTHER)

    answer = bob.post("/join/again")

    assert answer["Location"] == f"/nest/{den.nest_id}"
    assert bob.get(f"{den.api}/snapshot").status_code == 200
    assert "in another browser" in other.get(f"{den.api}/snapshot").json()["message"]
    assert den.guests() == ["Bob"]


# H6
def test_a_browser_is_named_by_guests_alone_and_in_one_form():
    assert asks(visitor("Alice"), "post", "/api/guest/browser", browser=ONE).status_code == 403


# H6
def test_a_cookie_that_somebody_wrote_themself_is_none(den):
    bob = guest(den.token)
    stranger = Client()
    stranger.cookies[browsers.COOKIE] = passes.guest_id(person_of(bob))

    assert stranger.get("/join/again?state=1").json() == {"state": ""}
    assert stranger.post("/join/again").status_code == 403


# H6
def test_a_guest_who_signs_in_is_a_new_person_and_the_pass_ends(den, settle):
    bob = guest(den.token)
    before = person_of(bob)
    settle(**HOME)
    assert bob.get("/sign-in/").status_code == 200

    bob.post("/owner", {"token": owner.issue_link(), "name": "Bob"})

    assert bob.session["seat"]["role"] == "owner"
    assert not Person.objects.get(pk=before.pk).is_active
    assert den.guests() == []


# H6
def test_whoever_is_signed_in_joins_as_themself_here_too(den):
    bob = visitor("Bob")

    answer = come_in(den.token, "Somebody", bob)[1]

    assert answer["Location"] == f"/nest/{den.nest_id}"
    assert den.guests() == []


# Erased


# H8
def test_a_month_after_the_visit_plays_keep_the_name_and_nothing_else(den):
    bob, carol = guest(den.token, "Bob the Guest"), guest(den.token, "Carol")
    gone, there = person_of(bob), person_of(carol)
    bob.post(f"{den.api}/join")
    now = 1_700_000_000_000
    for person in (gone, there):
        Play.objects.create(
            nest_id=den.nest_id,
            nest_name="The Den",
            song_id=person.pk,
            uri="library:track:1",
            title="Blue",
            artist="The Band",
            duration_ms=1,
            user=person.email,
            skipped_by=person.email,
            started_ms=now,
            ended_ms=now,
            outcome="played",
        )
    Preferences.objects.create(email=gone.email)
    passes.end(gone)

    erased = passes.erase_old(timezone.now() + timedelta(days=30, minutes=1))

    from andre.accounts.display_names import names_of as shown_names

    assert erased == 1
    assert Person.objects.filter(pk=there.pk).exists()
    assert not Person.objects.filter(pk=gone.pk).exists()
    play = Play.objects.get(song_id=gone.pk)
    assert (play.user, play.skipped_by) == ("Bob the Guest@guest.invalid",) * 2
    assert shown_names([play.user]) == {play.user: "Bob the Guest"}
    assert not Preferences.objects.filter(email=gone.email).exists()
    assert not redis().hexists(NestKeys(den.nest_id).people, gone.email)
    assert not redis().sismember(NestKeys(den.nest_id).members, gone.email)


# H8
def test_who_is_in_and_who_left_lately_is_not_erased(den):
    bob, carol = guest(den.token), guest(den.token, "Carol")
    passes.end(person_of(bob))

    erased = passes.erase_old(timezone.now() + timedelta(days=29, hours=23))

    assert erased == 0
    assert Person.objects.filter(role="guest").count() == 2
    assert person_of(carol).name == "Carol"


# H8
def test_who_was_sent_out_is_forgotten_with_the_rest(den):
    bob = guest(den.token)
    den.sends_out(bob)
    later = timezone.now() + timedelta(days=31)

    passes.erase_old(later)

    assert not GuestArrival.objects.exists()


# H8
def test_beat_erases_old_guests(den):
    from nests.tasks import erase_old_guests

    bob = guest(den.token)
    Person.objects.filter(pk=person_of(bob).pk).update(
        pass_ends_at=timezone.now() - timedelta(days=31)
    )

    erase_old_guests()

    assert not Person.objects.filter(role="guest").exists()


def test_the_hooks_are_those_of_the_player():
    from andre.person_data import erasure
    from player.queue import queue

    assert (hooks.remove_songs_of, hooks.erase_guest) == (
        queue.remove_all_of,
        erasure.erase_guest,
    )


# H5
def test_a_full_house_says_so_before_anybody_is_made(den):
    Invitation.objects.all().delete()
    token = den.token
    Invitation.objects.update(most_guests=1)
    guest(token)

    with pytest.raises(Refusal) as refused:
        arrivals.arrive(den.nest, Invitation.objects.get(), "Dave")

    assert refused.value.message == arrivals.FULL
    assert Person.objects.filter(role="guest").count() == 1
    assert den.nest.creator == ALICE
