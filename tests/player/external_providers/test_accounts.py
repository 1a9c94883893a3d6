"""Connecting an account of one's own: asked for openly, kept sealed, gone at once."""

import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from andre.accounts import encryption
from andre.accounts.models import Person
from andre.core.errors import Refusal
from nests.registry import store
from player.linked_accounts import accounts
from player.models import ConnectedAccount
from player.remote_players import followers
from tests.nests.support import asks, visitor
from tests.player.external_providers.people import SPOTIFY, Listener, den

pytestmark = pytest.mark.django_db(transaction=True)
HERE = {"HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture
def world(stub):
    for name in ("Alice", "Bob"):
        Person.objects.at(f"{name.lower()}@example.com", name=name)
        stub.world.account(name.lower()).gets("Kitchen", "Speaker")
    return stub.world


@pytest.fixture
def alice(world):
    return visitor("Alice")


def goes(browser, **meta):
    return browser.post("/accounts/spotify/connect", {"next": "/nest/ABCDE"}, **(HERE | meta))


def returns(browser, address):
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}", **HERE)


def listed(browser):
    (account,) = browser.get("/api/accounts").json()["accounts"]
    return account


def test_an_account_is_connected_and_one_is_back_where_one_was(stub, alice):  # SP4
    away = goes(alice)
    asked = parse_qs(urlsplit(away["Location"]).query)

    back = returns(alice, stub.consents(away["Location"], "alice"))

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/accounts/spotify/back"]
    assert (back.status_code, back["Location"]) == (302, "/nest/ABCDE")
    assert listed(alice)["state"] == "connected"
    assert listed(alice)["name"] == "Alice"


def test_connecting_begins_with_a_post(alice):  # SP4
    assert alice.get("/accounts/spotify/connect", **HERE).status_code == 405


def test_no_other_page_can_begin_it(world):  # SP4
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = visitor("Alice").cookies

    assert goes(strict).status_code == 403


def test_another_browser_cannot_come_back_in_ones_place(stub, alice):  # SP4
    address = stub.consents(goes(alice)["Location"], "bob")

    assert returns(visitor("Bob"), address).status_code == 403
    assert not ConnectedAccount.objects.exists()


def test_one_comes_back_once(stub, alice):  # SP4
    address = stub.consents(goes(alice)["Location"], "alice")
    returns(alice, address)

    assert returns(alice, address).status_code == 403


def test_who_says_no_is_back_without_an_account(alice):
    state = parse_qs(urlsplit(goes(alice)["Location"]).query)["state"][0]

    back = alice.get(f"/accounts/spotify/back?error=access_denied&state={state}", **HERE)

    assert back.status_code == 302
    assert listed(alice)["state"] == "none"


def test_a_person_who_is_not_on_the_list_hears_exactly_that(stub, alice):  # SP4
    stub.world.account("una", is_listed=False)

    back = returns(alice, stub.consents(goes(alice)["Location"], "una"))

    assert back.status_code == 403
    assert "not on the list" in back.content.decode()


def test_localhost_is_not_an_address_spotify_comes_back_to(alice):
    refused = goes(alice, HTTP_HOST="localhost:8000")

    assert refused.status_code == 400
    assert "http://127.0.0.1:8000" in refused.content.decode()


def test_one_does_not_land_on_a_page_of_somebody_elses(stub, alice):
    away = alice.post("/accounts/spotify/connect", {"next": "https://evil.example/"}, **HERE)

    assert returns(alice, stub.consents(away["Location"], "alice"))["Location"] == "/"


def test_tokens_rest_encrypted_and_in_their_own_row_only(stub):  # SP4
    alice = Listener(stub, "Alice", den()).connects()
    bob = Listener(stub, "Bob", den()).connects()
    stored = alice.row.tokens
    held = {token for token, (name, _) in stub.world.access.items() if name}

    assert not any(token in stored for token in held | set(stub.world.refresh))
    ConnectedAccount.objects.filter(pk=bob.row.pk).update(tokens=stored)
    with pytest.raises(Refusal):
        accounts.access_key_of(bob.email, SPOTIFY)


def test_what_another_key_sealed_cannot_be_opened(settle):
    sealed = encryption.encrypt("secret", "alice")
    settle(ANDRE_ACCOUNTS_KEY="another-key-of-this-house-0123456789")

    with pytest.raises(encryption.DecryptionFailed):
        encryption.decrypt(sealed, "alice")


def test_disconnecting_deletes_everything_at_once(stub, alice):  # SP4
    listener = Listener(stub, "Alice", den()).connects()

    answer = alice.delete("/api/accounts/spotify").json()

    assert answer["accounts"][0]["state"] == "none"
    assert not ConnectedAccount.objects.exists()
    assert listener.status["state"] == "off"


def test_a_renewal_under_way_brings_no_disconnected_account_back(stub):  # SP4
    alice = Listener(stub, "Alice", den()).connects()
    row = alice.row
    tokens = accounts.tokens_of(row, SPOTIFY)
    accounts.disconnect(alice.email, "spotify")

    accounts.save_tokens(row, tokens)

    assert not ConnectedAccount.objects.exists()


@pytest.mark.parametrize(
    ("days", "state", "says"),
    [(10, "connected", ""), (160, "ending", "Your consent ends"), (190, "ended", "again")],
)
def test_a_consent_is_warned_of_after_five_months_and_over_after_six(stub, days, state, says):
    alice = Listener(stub, "Alice", den()).connects()  # SP4
    alice.consented(timedelta(days=days))

    (told,) = accounts.list_accounts(alice.email, timezone.now())

    assert told["state"] == state
    assert says in told["warning"]


def test_a_token_near_its_end_is_renewed_and_the_refresh_token_kept(stub):  # SP4
    stub.world.token_seconds = 30
    alice = Listener(stub, "Alice", den()).connects()
    first = accounts.tokens_of(alice.row, SPOTIFY)
    stub.world.token_seconds = 3600

    key = accounts.access_key_of(alice.email, SPOTIFY)

    assert key.access != first.access
    assert accounts.tokens_of(alice.row, SPOTIFY).refresh == first.refresh
    assert accounts.access_key_of(alice.email, SPOTIFY).access == key.access


def test_a_new_refresh_token_takes_the_olds_place(stub):  # SP4
    stub.world.token_seconds, stub.world.new_refresh_tokens = 30, True
    alice = Listener(stub, "Alice", den()).connects()

    accounts.access_key_of(alice.email, SPOTIFY)

    assert accounts.tokens_of(alice.row, SPOTIFY).refresh in stub.world.refresh


def test_the_page_is_given_a_token_for_its_own_player(stub, alice):  # SP5
    Listener(stub, "Alice", den()).connects()

    answer = alice.post("/api/spotify/token")

    assert stub.world.access[answer.json()["access_token"]][0] == "alice"
    assert answer["Cache-Control"] == "no-store"


def test_devices_are_listed_and_chosen_over_http(stub, alice):  # SP5
    listener = Listener(stub, "Alice", den()).arrives().connects()

    (device,) = alice.get("/api/spotify/devices").json()["devices"]
    wish = {"device_id": device["id"], "nest": listener.nest}
    chosen = alice.post("/api/spotify/transfer", wish, content_type="application/json").json()
    status = alice.get(f"/api/spotify/status?nest={listener.nest}").json()

    assert (device["name"], device["kind"]) == ("Kitchen", "Speaker")
    assert chosen["following"] is status["following"] is True
    assert status["device"] == "Kitchen"


def test_a_device_of_the_account_is_chosen_as_the_speaker(stub, alice):  # U-3.9
    listener = Listener(stub, "Alice", den()).arrives().connects()
    address = f"/api/nests/{store.get_nest(listener.nest).code}/speaker"
    wish = {"device": listener.device, "provider": "spotify", "id": str(uuid.uuid4())}

    chosen = asks(alice, "post", address, **wish).json()
    following = followers.follower_of(listener.nest, listener.email)
    again = asks(alice, "post", address, **wish).json()

    assert chosen == again
    assert chosen["is_chosen"] is True
    assert listener.status["device"] == "Kitchen"
    assert followers.follower_of(listener.nest, listener.email) == following  # Not chosen anew.

    gone = asks(alice, "post", address, device="gone", provider="spotify")
    assert (gone.status_code, gone.json()["error"]) == (404, "device_not_found")
    left = alice.post(
        address, {"device": None, "provider": "spotify"}, content_type="application/json"
    )
    assert left.status_code == 200
    assert listener.status["following"] is False


def test_an_id_that_meant_something_else_chooses_no_device(stub, alice):  # U-3.9 U-2.7
    listener = Listener(stub, "Alice", den()).arrives().connects()
    address = f"/api/nests/{store.get_nest(listener.nest).code}"
    used = str(uuid.uuid4())
    asks(alice, "post", f"{address}/speaker", device=None, id=used)

    wish = {"device": listener.device, "provider": "spotify", "id": used}
    refused = asks(alice, "post", f"{address}/speaker", **wish)

    assert refused.json()["error"] == "id_reused"
    assert listener.status["following"] is False


def test_a_device_that_is_not_there_cannot_be_chosen(stub, alice):  # SP1
    nest = den()
    Listener(stub, "Alice", nest).connects()

    wish = {"device_id": "somebody-elses", "nest": nest}
    refused = alice.post("/api/spotify/transfer", wish, content_type="application/json")

    assert (refused.status_code, refused.json()["error"]) == (404, "device_not_found")


def test_who_connected_nothing_is_told_to(stub, alice):  # SP6
    refused = alice.get("/api/spotify/devices")

    assert (refused.status_code, refused.json()["why"]) == (409, "not_connected")


def test_a_house_without_spotify_offers_no_account():
    assert visitor("Alice").get("/api/accounts").json() == {"accounts": []}
