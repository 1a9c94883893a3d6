"""`?invite=` on the addresses of a private nest: page, API, socket and stream have one door."""

import pytest
from django.test import Client

from andre.accounts.models import Person
from andre.accounts.views import OUR_BACKEND
from andre.core import clock
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.guests import invitations
from nests.membership import members
from nests.models import Invitation
from nests.registry import store
from tests.nests.support import asks, build, visitor
from tests.support.logs import logged
from tests.support.nest import BEGIN_MS, NestStory

pytestmark = pytest.mark.django_db(transaction=True)  # A command closes old connections.


@pytest.fixture
def den():
    """A private nest of Alice's with guests."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(build("The Den", guests=True).nest_id)
    wishes = {"is_private": True, "entry_mode": "approval"}
    assert (
        asks(visitor("Alice"), "patch", f"/api/nests/{story.nest_id}", **wishes).status_code == 200
    )
    return story


@pytest.fixture
def token(den):
    return invitations.read_token(store.get_nest(den.nest_id))


def follows(den, name, token):
    return visitor(name).get(f"/nest/{den.nest_id}?invite={token}")


def is_in(den, name):
    return members.is_member(den.nest_id, den.person(name).email)


def test_a_link_leads_through_the_door_to_an_address_without_it(den, token):  # K-8.3 S-3.11
    answer = follows(den, "Charlie", token)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/nest/{den.nest_id}")
    assert is_in(den, "Charlie")
    assert visitor("Charlie").get(f"/nest/{den.nest_id}").status_code == 200
    assert token not in str(answer.headers)


def test_without_a_valid_one_the_page_is_closed(den, token):  # K-8.3
    answer = follows(den, "Charlie", "nothing")

    assert answer.status_code == 403
    assert invitations.ENDED in answer.content.decode()
    assert "Ask to come in" in answer.content.decode()
    assert "The Den" not in answer.content.decode()
    assert not is_in(den, "Charlie")


def test_over_http_it_stands_in_the_address_or_the_body(den, token):  # K-8.3
    join = f"/api/nests/{den.nest_id}/join"

    refused = asks(visitor("Charlie"), "post", f"{join}?invite=nothing")
    let_in = asks(visitor("Charlie"), "post", f"{join}?invite={token}")
    by_body = asks(visitor("Carol"), "post", join, invite=token)

    assert (refused.status_code, refused.json()["error"]) == (403, "invite_required")
    assert [each.json()["status"] for each in (let_in, by_body)] == ["APPROVED", "APPROVED"]


def test_one_of_another_nest_opens_nothing(den):  # K-8.3
    other = store.get_nest(build("Elsewhere", guests=True, seed=2).nest_id)

    answer = follows(den, "Charlie", invitations.read_token(other))

    assert (answer.status_code, is_in(den, "Charlie")) == (403, False)


def test_a_renewed_one_ends_the_one_before_and_who_is_in_stays(den, token):  # K-8.3
    follows(den, "Bob", token)
    invitations.renew_alike(store.get_nest(den.nest_id), "alice@example.com")

    assert follows(den, "Charlie", token).status_code == 403
    assert follows(den, "Bob", token).status_code == 302
    assert (is_in(den, "Bob"), is_in(den, "Charlie")) == (True, False)


def test_it_opens_neither_a_lock_nor_a_ban(den, token):  # K-8.3 S-3.11
    keys, carol = NestKeys(den.nest_id), den.person("Carol")
    redis().hset(keys.bans, carol.id, '{"reason": "Shouting."}')
    banned = follows(den, "Carol", token)
    asks(visitor("Alice"), "patch", f"/api/nests/{den.nest_id}", locked=True)
    locked = follows(den, "Charlie", token)

    assert "You are banned here" in banned.content.decode()
    assert (locked.status_code, locked.headers["Location"]) == (302, f"/nest/{den.nest_id}/door")
    assert not is_in(den, "Carol")
    assert not is_in(den, "Charlie")


def test_who_is_not_signed_in_comes_in_by_a_name(den, token):  # K-8.3 S-3.11
    answer = Client().get(f"/nest/{den.nest_id}?invite={token}")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/join#{token}")


def test_no_log_has_it(den, token):  # K-8.3
    with logged() as log:
        follows(den, "Charlie", token)
        asks(visitor("Carol"), "post", f"/api/nests/{den.nest_id}/join?invite={token}")

    assert log.of("request")
    assert token not in log.getvalue()


@pytest.fixture
def club(settle):
    """A nest of Alice's for the invited alone, on a server without guests."""
    settle(ANDRE_GUESTS="false")
    nest = build("The Club", seed=3, is_private=True, entry_mode="invitation")
    return NestStory(nest.nest_id)


@pytest.fixture
def key(club):
    return invitations.read_token(store.get_nest(club.nest_id))


def test_who_has_to_sign_in_first_keeps_it_in_the_session_and_in_no_address(club, key):  # K-8.3
    browser = Client()
    address = f"/nest/{club.nest_id}"

    asked = browser.get(f"{address}?invite={key}")
    browser.force_login(Person.objects.at("charlie@example.com", name="Charlie"), OUR_BACKEND)
    let_in = browser.get(address)

    assert (asked.status_code, asked.headers["Location"]) == (302, f"/sign-in/?next={address}")
    assert (let_in.status_code, let_in.headers["Location"]) == (302, address)
    assert is_in(club, "Charlie")
    assert browser.get(address).status_code == 200


def test_a_wrong_one_is_not_kept(club):  # K-8.3
    browser = Client()

    asked = browser.get(f"/nest/{club.nest_id}?invite=nothing")

    assert asked.headers["Location"] == f"/sign-in/?next=/nest/{club.nest_id}"
    assert "invite" not in browser.session


def test_where_it_is_the_only_way_in_it_has_no_end(club, key):  # K-8.3
    assert invitations.read(store.get_nest(club.nest_id)).ends_at is None


def test_a_guest_does_not_come_in_where_there_are_none(settle):  # K-8.3
    nest = build("The Club", seed=3, is_private=True, entry_mode="invitation")
    token = invitations.read_token(nest)

    answer = Client().post("/join", {"token": token, "name": "Gina"})

    assert answer.status_code == 403
    assert "with an account" in answer.content.decode()


def test_guests_who_are_switched_off_go_and_the_way_in_stays(settle):  # K-8.3
    wishes = {"guests": True, "is_private": True, "entry_mode": "invitation"}
    nest = build("The Club", seed=3, **wishes)
    token = invitations.read_token(nest)
    alice = visitor("Alice")

    asks(alice, "patch", f"/api/nests/{nest.code}", guests=False)
    kept = invitations.read_token(store.get_nest(nest.code))
    asks(alice, "patch", f"/api/nests/{nest.code}", is_private=False)

    assert kept == token
    assert not Invitation.objects.exists()


def test_no_page_hands_the_address_on(club, key):  # K-8.3
    redis().hset(NestKeys(club.nest_id).bans, club.person("Carol").id, '{"reason": ""}')

    page = visitor("Carol").get(f"/nest/{club.nest_id}?invite={key}")

    assert (page.status_code, page.headers["Referrer-Policy"]) == (403, "strict-origin")
    assert '<meta name="referrer" content="strict-origin">' in page.content.decode()
    assert key not in page.content.decode()
