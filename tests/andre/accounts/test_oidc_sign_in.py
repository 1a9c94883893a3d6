"""Any OpenID Connect provider: the whole code flow, against one that really answers."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from social_django.models import UserSocialAuth

from andre.accounts.models import Person
from tests.support.oidc_provider import providing

pytestmark = pytest.mark.django_db

ALICE = {"email": "Alice@Example.com", "email_verified": True, "name": "Alice Liddell"}
OF_NOBODY = re.compile(r"[0-9a-f]{32}@oidc\.invalid")
LONG_AGO = 1_700_000_000  # s
DID_NOT_FINISH = "The sign-in at Houselogin did not finish"


# H10
def test_alice_signs_in_at_a_provider_of_her_own(visitor, provider):
    provider.knows("alice", **ALICE, picture="https://example.org/a.png")

    answer = visitor.signs_in_by_oidc(provider, next="/nest/ABCDE")

    assert (answer.status_code, answer["Location"]) == (302, "/nest/ABCDE")
    assert visitor.who() == {
        "email": "alice@example.com",
        "name": "Alice Liddell",
        "picture": "",
        "role": "viewer",
    }


# H10
def test_the_way_there_carries_state_nonce_and_a_challenge(visitor, provider):
    query = parse_qs(urlsplit(visitor.begins("oidc")).query)

    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    assert query["code_challenge_method"] == ["S256"]
    assert set(query["scope"][0].split()) == {"openid", "email", "profile"}
    assert query["redirect_uri"] == ["http://testserver/auth/complete/oidc/"]


# H10
def test_groups_are_asked_for_where_they_matter_and_the_provider_has_them(
    visitor, provider, settle
):
    provider.documents = {"scopes_supported": ["openid", "groups"]}
    settle(OIDC_ADMIN_GROUP="staff")

    query = parse_qs(urlsplit(visitor.begins("oidc")).query)

    assert "groups" in query["scope"][0].split()


# H10
@pytest.mark.parametrize("state", ["", "x" * 32, "x" * 4000])
def test_a_wrong_state_is_refused(visitor, provider, sentence, state):
    provider.knows("alice", **ALICE)
    location = provider.agreed(visitor.begins("oidc"))
    code = parse_qs(urlsplit(location).query)["code"][0]

    answer = visitor.browser.get(urlsplit(location).path, {"code": code, "state": state})

    assert (answer.status_code, DID_NOT_FINISH in sentence(answer)) == (403, True)
    assert visitor.who() is None


# H10
def test_what_another_browser_began_leads_nobody_in(visitor, another_visitor, provider):
    provider.knows("mallory", email="mallory@example.com", email_verified=True)
    location = provider.agreed(another_visitor.begins("oidc"))

    assert visitor.comes_back(location).status_code == 403
    assert visitor.who() is None


# H10
@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another one"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": ["andre", "another client"]},
        {"exp": LONG_AGO},
        {"iat": LONG_AGO},
        {"iat": None},
        {"sub": "somebody else"},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_refused(visitor, provider, sentence, lies):
    provider.knows("alice", **ALICE)
    provider.lies = lies

    answer = visitor.signs_in_by_oidc(provider)

    assert (answer.status_code, DID_NOT_FINISH in sentence(answer)) == (403, True)
    assert visitor.who() is None
    assert not Person.objects.exists()


# H10
def test_a_token_signed_with_another_key_is_refused(visitor, provider):
    provider.knows("alice", **ALICE)
    provider.key = "a key of somebody else's"

    assert visitor.signs_in_by_oidc(provider).status_code == 403
    assert visitor.who() is None


# H10
def test_a_provider_that_calls_itself_another_is_refused(visitor, provider):
    provider.knows("alice", **ALICE)
    provider.documents = provider.lies = {"issuer": "https://evil.example"}
    provider.lies = {"iss": "https://evil.example"}

    assert visitor.signs_in_by_oidc(provider).status_code == 403
    assert visitor.who() is None


# H10
def test_a_provider_with_a_slash_at_its_end_is_the_same(visitor, provider):
    provider.knows("alice", **ALICE)
    provider.documents = {"issuer": f"{provider.issuer}/"}
    provider.lies = {"iss": f"{provider.issuer}/"}

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["email"] == "alice@example.com"


# H10
def test_declining_and_being_away_are_said(visitor, provider, settings, sentence):
    declined = visitor.comes_back(provider.declined(visitor.begins("oidc")))
    settings.SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = "http://127.0.0.1:9"
    away = visitor.sends("/auth/login/oidc/")

    assert "You stopped the sign-in at Houselogin" in sentence(declined)
    assert (away.status_code, "Houselogin does not answer" in sentence(away)) == (503, True)


# H10
def test_without_a_provider_there_is_no_such_way(visitor):
    for path in ("/auth/login/oidc/", "/auth/login/google-oauth2/", "/auth/login/proxy/"):
        assert visitor.sends(path).status_code == 404
    assert visitor.opens("/auth/complete/oidc/").status_code == 404


# Addresses


# H10
@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {},
        {"email": "", "email_verified": True},
        {"email": "owner@home.invalid", "email_verified": True},
    ],
    ids=str,
)
def test_an_unverified_address_is_nobodys(visitor, provider, super_admins, claims):
    super_admins("alice@example.com", "owner@home.invalid")
    Person.objects.at("alice@example.com", name="The real Alice")
    provider.knows("mallory", **{"email": "alice@example.com", "name": "Mallory"} | claims)

    visitor.signs_in_by_oidc(provider)

    who = visitor.who()
    assert OF_NOBODY.fullmatch(who["email"])
    assert (who["name"], who["role"]) == ("Mallory", "viewer")
    assert Person.objects.get(email="alice@example.com").name == "The real Alice"


# H10
def test_who_has_no_address_is_the_same_person_next_time(visitor, another_visitor, provider):
    provider.knows("alice", name="Alice")

    visitor.signs_in_by_oidc(provider)
    another_visitor.signs_in_by_oidc(provider)

    assert visitor.who() == another_visitor.who()


# H10
@pytest.mark.parametrize(
    ("claims", "name"), [({"preferred_username": "alice"}, "alice"), ({}, "Somebody")]
)
def test_who_has_no_name_is_shown_no_address_of_ours(visitor, provider, claims, name):
    provider.knows("alice", **claims)

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["name"] == name
    assert "oidc.invalid" not in visitor.opens("/sign-in/ways").content.decode()


# H10
def test_a_provider_without_the_claim_may_be_trusted(visitor, provider, settle):
    settle(OIDC_TRUST_EMAIL="true")
    provider.knows("alice", email="alice@example.com")

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["email"] == "alice@example.com"


# H10
def test_trust_does_not_reach_an_address_the_provider_itself_doubts(visitor, provider, settle):
    settle(OIDC_TRUST_EMAIL="true")
    provider.knows("alice", email="alice@example.com", email_verified=False)

    visitor.signs_in_by_oidc(provider)

    assert OF_NOBODY.fullmatch(visitor.who()["email"])


# H10
def test_an_unverified_address_opens_no_domain(visitor, provider, settings, sentence):
    settings.SOCIAL_AUTH_OIDC_WHITELISTED_DOMAINS = ["example.com"]
    provider.knows("mallory", email="mallory@example.com")

    answer = visitor.signs_in_by_oidc(provider)

    assert "does not take people with your e-mail address" in sentence(answer)
    assert visitor.who() is None


# H10
def test_a_verified_address_may_be_an_admins(visitor, provider, super_admins):
    super_admins("alice@example.com")
    provider.knows("alice", **ALICE)

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["role"] == "admin"


# H10
def test_a_person_stays_who_they_were_when_the_address_changes(visitor, provider):
    provider.knows("alice", **ALICE)
    visitor.signs_in_by_oidc(provider)
    provider.knows("alice", **ALICE | {"email": "alice@wonderland.example"})

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["email"] == "alice@example.com"


# H10
def test_the_same_subject_at_another_provider_is_another_person(
    visitor, another_visitor, provider, settings
):
    provider.knows("1", name="Alice")
    visitor.signs_in_by_oidc(provider)
    with providing() as another:
        settings.SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = another.issuer
        another.knows("1", name="Bob")
        another_visitor.signs_in_by_oidc(another)

    assert (visitor.who()["name"], another_visitor.who()["name"]) == ("Alice", "Bob")
    assert Person.objects.count() == 2


# Groups


# H10
@pytest.mark.parametrize("groups", [None, [], ["guests"]])
def test_who_is_in_no_allowed_group_stays_outside(visitor, provider, settle, sentence, groups):
    settle(OIDC_ALLOWED_GROUPS="family, friends")
    provider.knows("bob", name="Bob", **({} if groups is None else {"groups": groups}))

    answer = visitor.signs_in_by_oidc(provider)

    assert (answer.status_code, "in a group that may come in" in sentence(answer)) == (403, True)
    assert visitor.who() is None
    assert not Person.objects.exists()


# H10
def test_who_is_in_one_of_them_comes_in(visitor, provider, settle):
    settle(OIDC_ALLOWED_GROUPS="family, friends")
    provider.knows("bob", name="Bob", groups=["friends", "cyclists"])

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["role"] == "viewer"


# H10, A1
def test_the_admin_group_makes_an_admin_until_the_sign_in_that_does_not_find_it(
    visitor, another_visitor, provider, settle
):
    settle(OIDC_ADMIN_GROUP="staff")
    provider.knows("alice", **ALICE, groups=["staff"])
    visitor.signs_in_by_oidc(provider)
    before = visitor.who()["role"]

    provider.knows("alice", **ALICE, groups=["friends"])
    another_visitor.signs_in_by_oidc(provider)

    assert before == "admin"
    assert another_visitor.who()["role"] == "viewer"
    assert visitor.who() is None  # What the old session stood for is no longer so.


# H10, A1
def test_another_group_in_the_settings_ends_it_at_once(visitor, provider, settle):
    settle(OIDC_ADMIN_GROUP="staff")
    provider.knows("alice", **ALICE, groups=["staff"])
    visitor.signs_in_by_oidc(provider)

    settle(OIDC_ADMIN_GROUP="board")

    assert visitor.who()["role"] == "viewer"


# H10, A1
def test_the_group_does_not_touch_an_admin_by_command(visitor, provider, settle):
    settle(OIDC_ADMIN_GROUP="staff")
    call_command("make_admin", "alice@example.com")
    provider.knows("alice", **ALICE, groups=[])

    visitor.signs_in_by_oidc(provider)

    assert visitor.who()["role"] == "admin"


# An address that another way of signing in already has


@pytest.fixture
def alice_at_google(visitor, google):
    google.knows("alice-at-google", **ALICE)
    visitor.signs_in(google, "alice-at-google")
    return visitor


# H10
def test_an_address_that_google_has_is_not_joined_by_itself(
    alice_at_google, another_visitor, provider, sentence
):
    provider.knows("mallory", **ALICE | {"name": "Mallory"})

    answer = another_visitor.signs_in_by_oidc(provider)

    assert answer.status_code == 403
    assert "signs in here with Google. If that is you" in sentence(answer)
    assert [way.name for way in answer.context["ways"]] == ["google-oauth2"]
    assert answer.context["next"] == "/sign-in/ways"
    assert another_visitor.who() is None
    assert Person.objects.get().name == "Alice Liddell"


# H10
def test_alice_connects_it_once_she_has_signed_in_the_known_way(
    alice_at_google, another_visitor, provider, sentence
):
    provider.knows("alice", **ALICE)
    page = alice_at_google.opens("/sign-in/ways")
    assert "Connect Houselogin" in sentence(page)

    alice_at_google.signs_in_by_oidc(provider, connect="1", next="/sign-in/ways")
    another_visitor.signs_in_by_oidc(provider)

    assert "Connect Houselogin" not in sentence(alice_at_google.opens("/sign-in/ways"))
    assert another_visitor.who()["email"] == "alice@example.com"
    assert Person.objects.count() == 1


# H10
def test_google_does_not_join_a_providers_address_by_itself_either(
    visitor, another_visitor, google, provider, sentence
):
    provider.knows("alice", **ALICE)
    visitor.signs_in_by_oidc(provider)
    google.knows("mallory", **ALICE)

    answer = another_visitor.signs_in(google, "mallory")

    assert (answer.status_code, another_visitor.who()) == (403, None)
    assert "signs in here with Houselogin" in sentence(answer)


# H10
def test_without_the_wish_to_connect_nothing_is_connected(alice_at_google, provider):
    provider.knows("bob", email="bob@example.com", email_verified=True, name="Bob")

    alice_at_google.signs_in_by_oidc(provider)

    assert alice_at_google.who()["email"] == "bob@example.com"
    assert UserSocialAuth.objects.filter(user__email="alice@example.com").count() == 1


# H10
def test_a_stranger_connects_nothing(visitor, provider):
    provider.knows("bob", email="bob@example.com", email_verified=True)

    visitor.signs_in_by_oidc(provider, connect="1")

    assert visitor.who()["email"] == "bob@example.com"
    assert visitor.browser.get("/sign-in/ways").status_code == 200


# H10
def test_an_account_of_somebody_else_cannot_be_connected(
    alice_at_google, another_visitor, provider, sentence
):
    provider.knows("bob", email="bob@example.com", email_verified=True, name="Bob")
    another_visitor.signs_in_by_oidc(provider)

    answer = alice_at_google.signs_in_by_oidc(provider, connect="1")

    assert (answer.status_code, "belongs to somebody else" in sentence(answer)) == (403, True)
    assert alice_at_google.who()["email"] == "alice@example.com"


# H10
def test_who_signed_out_meanwhile_connects_nothing(alice_at_google, provider):
    provider.knows("bob", email="bob@example.com", email_verified=True, name="Bob")
    location = provider.agreed(alice_at_google.begins("oidc", connect="1"))
    Person.objects.get(email="alice@example.com").end_sessions()

    alice_at_google.comes_back(location)

    assert alice_at_google.who()["email"] == "bob@example.com"


# H10
def test_a_way_that_was_given_up_is_forgotten_by_a_command(
    alice_at_google, another_visitor, provider, settings, sentence
):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = ""
    provider.knows("alice", **ALICE)
    refused = another_visitor.signs_in_by_oidc(provider)

    call_command("forget_sign_in", "google-oauth2", "Alice@example.com")
    another_visitor.signs_in_by_oidc(provider)

    assert "with Google, which is switched off" in sentence(refused)
    assert another_visitor.who()["email"] == "alice@example.com"


# H10
def test_a_closed_account_stays_closed(visitor, provider, sentence):
    Person.objects.create(email="alice@example.com", is_active=False)
    provider.knows("alice", **ALICE)

    assert "closed" in sentence(visitor.signs_in_by_oidc(provider))
    assert visitor.who() is None


# H10
def test_no_token_of_the_providers_is_kept(visitor, provider):
    provider.knows("alice", **ALICE)

    visitor.signs_in_by_oidc(provider)

    assert UserSocialAuth.objects.get().extra_data == {}
    assert "token" not in str(dict(visitor.browser.session))
