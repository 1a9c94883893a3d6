"""The whole OAuth code flow, against a provider that really answers."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from social_django.models import UserSocialAuth

pytestmark = pytest.mark.django_db

Person = get_user_model()

ALICE = {
    "email": "Alice@Example.com",
    "email_verified": True,
    "name": "Alice Liddell",
    "picture": "https://lh3.googleusercontent.com/a/alice",
}
BOB = {"email": "bob@example.com", "email_verified": True, "name": "Bob"}


def test_alice_signs_in_with_google_and_has_her_name_and_picture(visitor, google):
    google.knows("alice-at-google", **ALICE)

    visitor.signs_in(google, "alice-at-google")

    assert visitor.who() == {
        "email": "alice@example.com",
        "name": "Alice Liddell",
        "picture": "https://lh3.googleusercontent.com/a/alice",
        "role": "viewer",
    }


def test_signing_in_begins_with_a_post_and_a_csrf_token(visitor, google):
    assert visitor.opens("/auth/login/google-oauth2/").status_code == 405

    answer = visitor.browser.post("/auth/login/google-oauth2/")

    assert answer.status_code == 403


def test_the_way_to_google_carries_a_state_and_only_what_is_needed(visitor, google):
    query = parse_qs(urlsplit(visitor.begins_at_google()).query)

    assert len(query["state"][0]) >= 32
    assert query["response_type"] == ["code"]
    assert set(query["scope"][0].split()) == {"openid", "email", "profile"}
    assert query["redirect_uri"] == ["http://testserver/auth/complete/google-oauth2/"]


def test_one_lands_where_one_wanted_to_go(visitor, google):
    google.knows("bob-at-google", **BOB)

    answer = visitor.signs_in(google, "bob-at-google", next="/nest/ABCDE?invite=x")

    assert (answer.status_code, answer["Location"]) == (302, "/nest/ABCDE?invite=x")


def test_without_a_wish_one_lands_in_the_main_nest(visitor, google):
    google.knows("bob-at-google", **BOB)

    assert visitor.signs_in(google, "bob-at-google")["Location"] == "/"


# X6
def test_no_trick_leads_elsewhere_after_google(visitor, google, open_redirect):
    google.knows("bob-at-google", **BOB)

    answer = visitor.signs_in(google, "bob-at-google", next=open_redirect)

    assert answer["Location"] == "/"


# X6
def test_no_trick_in_the_way_back_leads_elsewhere(visitor, google, open_redirect):
    google.knows("bob-at-google", **BOB)
    location = google.agreed(visitor.begins_at_google(), "bob-at-google")
    parts = urlsplit(location)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}

    answer = visitor.browser.get(parts.path, {**query, "next": open_redirect})

    assert answer["Location"] == "/"


@pytest.mark.parametrize("claim", [{"email_verified": False}, {"email_verified": "true"}, {}])
def test_an_address_google_has_not_verified_is_refused(visitor, google, sentence, claim):
    google.knows("mallory", email="alice@example.com", name="Alice", **claim)

    answer = visitor.signs_in(google, "mallory")

    assert answer.status_code == 403
    assert "Google has not verified your e-mail address" in sentence(answer)
    assert visitor.who() is None
    assert not Person.objects.exists()


def test_a_person_of_another_domain_is_refused(visitor, google, settings, sentence):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_WHITELISTED_DOMAINS = ["example.org", "Example.NET"]
    google.knows("bob-at-google", **BOB)

    answer = visitor.signs_in(google, "bob-at-google")

    assert answer.status_code == 403
    assert "does not take people with your e-mail address" in sentence(answer)
    assert visitor.who() is None


@pytest.mark.parametrize("domain", ["example.com", "EXAMPLE.com"])
def test_a_person_of_an_allowed_domain_comes_in(visitor, google, settings, domain):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_WHITELISTED_DOMAINS = ["example.org", domain]
    google.knows("bob-at-google", **BOB)

    visitor.signs_in(google, "bob-at-google")

    assert visitor.who()["email"] == "bob@example.com"


@pytest.mark.parametrize("state", ["", "x" * 32, "x" * 4000])
def test_a_wrong_state_is_refused(visitor, google, sentence, state):
    google.knows("bob-at-google", **BOB)
    location = google.agreed(visitor.begins_at_google(), "bob-at-google")
    code = parse_qs(urlsplit(location).query)["code"][0]

    answer = visitor.browser.get(urlsplit(location).path, {"code": code, "state": state})

    assert answer.status_code == 403
    assert "did not finish" in sentence(answer)
    assert visitor.who() is None


def test_a_way_back_that_another_browser_began_is_refused(visitor, another_visitor, google):
    google.knows("mallory", email="mallory@example.com", email_verified=True)
    location = google.agreed(another_visitor.begins_at_google(), "mallory")

    answer = visitor.comes_back(location)

    assert answer.status_code == 403
    assert visitor.who() is None


def test_a_way_back_leads_in_once(visitor, google):
    google.knows("bob-at-google", **BOB)
    location = google.agreed(visitor.begins_at_google(), "bob-at-google")
    visitor.comes_back(location)

    assert visitor.comes_back(location).status_code == 403


def test_declining_at_google_says_so(visitor, google, sentence):
    answer = visitor.comes_back(google.declined(visitor.begins_at_google()))

    assert answer.status_code == 403
    assert "You stopped the sign-in" in sentence(answer)


def test_a_google_that_does_not_answer_is_said_to_be_away(visitor, google, settings, sentence):
    google.knows("bob-at-google", **BOB)
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_USERINFO_URL = "http://127.0.0.1:9/userinfo"

    answer = visitor.signs_in(google, "bob-at-google")

    assert answer.status_code == 503
    assert "Google does not answer" in sentence(answer)


# X6
def test_the_session_is_new_at_every_sign_in(visitor, google):
    google.knows("bob-at-google", **BOB)
    location = google.agreed(visitor.begins_at_google(), "bob-at-google")
    before = visitor.session_key()

    visitor.comes_back(location)
    first = visitor.session_key()
    visitor.signs_in(google, "bob-at-google")

    assert None not in (before, first)
    assert len({before, first, visitor.session_key()}) == 3


# X6
def test_an_address_another_google_account_proved_is_refused(
    visitor, another_visitor, google, sentence
):
    google.knows("alice-at-google", **ALICE)
    visitor.signs_in(google, "alice-at-google")
    google.knows("her-successor", **{**ALICE, "name": "Alice the Second"})

    answer = another_visitor.signs_in(google, "her-successor")

    assert answer.status_code == 403
    assert "belongs to another Google account" in sentence(answer)
    assert another_visitor.who() is None
    assert Person.objects.get().name == "Alice Liddell"


# X6
def test_signing_in_as_somebody_else_links_nothing(visitor, google):
    google.knows("alice-at-google", **ALICE)
    google.knows("bob-at-google", **BOB)
    visitor.signs_in(google, "alice-at-google")

    visitor.signs_in(google, "bob-at-google")

    assert visitor.who()["email"] == "bob@example.com"
    associations = UserSocialAuth.objects.values_list("user__email", "uid").order_by("uid")
    assert list(associations) == [
        ("alice@example.com", "alice-at-google"),
        ("bob@example.com", "bob-at-google"),
    ]


def test_a_person_whose_address_changed_at_google_stays_who_they_were(visitor, google):
    google.knows("alice-at-google", **ALICE)
    visitor.signs_in(google, "alice-at-google")
    google.knows("alice-at-google", **{**ALICE, "email": "alice@wonderland.example"})

    visitor.signs_in(google, "alice-at-google")

    assert visitor.who()["email"] == "alice@example.com"


def test_a_new_name_and_picture_are_kept(visitor, google):
    google.knows("bob-at-google", **BOB)
    visitor.signs_in(google, "bob-at-google")
    google.knows("bob-at-google", **BOB | {"name": " Bob\x00\n Dobbs ", "picture": "http://x/"})

    visitor.signs_in(google, "bob-at-google")

    assert visitor.who() | {"role": ""} == {
        "email": "bob@example.com",
        "name": "Bob Dobbs",
        "picture": "",
        "role": "",
    }


def test_no_token_of_googles_is_kept(visitor, google):
    google.knows("bob-at-google", **BOB)

    visitor.signs_in(google, "bob-at-google")

    assert UserSocialAuth.objects.get().extra_data == {}
    assert "token" not in str(dict(visitor.browser.session))


@pytest.mark.parametrize("email", ["", "nobody", "a|b@example.com", "{a}@example.com", None, 7])
def test_an_address_that_is_none_is_refused(visitor, google, email):
    google.knows("mallory", email=email, email_verified=True)

    assert visitor.signs_in(google, "mallory").status_code in {400, 403}
    assert visitor.who() is None
    assert not Person.objects.exists()


def test_a_closed_account_stays_closed(visitor, google, sentence):
    google.knows("bob-at-google", **BOB)
    Person.objects.create(email="bob@example.com", is_active=False)

    answer = visitor.signs_in(google, "bob-at-google")

    assert "closed" in sentence(answer)
    assert visitor.who() is None


# A1
def test_a_super_admin_by_address_is_an_admin(visitor, google, super_admins):
    super_admins("ALICE@example.com")
    google.knows("alice-at-google", **ALICE)

    visitor.signs_in(google, "alice-at-google")

    assert visitor.who()["role"] == "admin"


# A1
def test_who_is_no_longer_named_is_no_longer_an_admin_even_in_an_old_session(
    visitor, google, super_admins
):
    super_admins("alice@example.com")
    google.knows("alice-at-google", **ALICE)
    visitor.signs_in(google, "alice-at-google")

    super_admins("somebody@else.example")

    assert visitor.who()["role"] == "viewer"
