"""The sign-in page: what is configured, one row each, and nothing else."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def not_for_development(settings):
    settings.DEBUG = False


def rows(answer) -> list[str]:
    return re.findall(r"<button[^>]*>(.*?)</button>", answer.content.decode())


# H12
def test_where_nothing_is_configured_the_operator_is_told_what_to_set(visitor, settle, sentence):
    settle(ANDRE_BASE_URL="https://andre.example.org")

    page = visitor.opens("/sign-in/")

    told = sentence(page).replace("org /auth", "org/auth")
    for name in ("GOOGLE_CLIENT_ID", "OIDC_ISSUER", "ANDRE_AUTH_PROXY_HEADER"):
        assert name in told
    assert "https://andre.example.org/auth/complete/google-oauth2/" in told
    assert "https://andre.example.org/auth/complete/oidc/" in told
    assert rows(page) == []


# H12
def test_without_an_address_of_its_own_it_names_the_one_it_was_asked_by(visitor, sentence):
    told = sentence(visitor.opens("/sign-in/"))

    assert "http://testserver /auth/complete/oidc/" in told


# H12
def test_google_alone_is_one_row(visitor, google, sentence):
    page = visitor.opens("/sign-in/")

    assert rows(page) == ["Sign in with Google"]
    assert "OIDC_ISSUER" not in sentence(page)


# H12
def test_each_way_is_a_row(visitor, google, provider, settle):
    settle(ANDRE_AUTH_PROXIES="10.0.0.1", ANDRE_AUTH_PROXY_HEADER="Remote-Email")

    page = visitor.opens("/sign-in/")

    assert rows(page) == ["Sign in with Google", "Sign in with Houselogin"]
    assert page.content.decode().count("at the proxy in front of Andre") == 1


# H12
def test_a_proxy_alone_is_one_sentence(visitor, settle, sentence):
    settle(ANDRE_AUTH_PROXIES="10.0.0.1", ANDRE_AUTH_PROXY_HEADER="Remote-Email")

    page = visitor.opens("/sign-in/")

    assert rows(page) == []
    assert "at the proxy in front of Andre" in sentence(page)
    assert "OIDC_ISSUER" not in sentence(page)


# H12
def test_at_home_guests_are_told_how_they_come_in(visitor, settle, sentence):
    settle(
        ANDRE_ENVIRONMENT="home",
        ANDRE_SECRET_KEY="a secret of this very server, long enough to be one",
        ANDRE_JWT_SECRET="another secret of this very server",
    )

    told = sentence(visitor.opens("/sign-in/"))

    assert "owner_link" in told
    assert "OIDC_ISSUER" not in told


# H10, H12
def test_a_form_may_lead_to_the_provider_and_only_from_the_sign_in(visitor, provider):
    def forms(path: str) -> str:
        policy = visitor.opens(path).headers["Content-Security-Policy"]
        return dict(each.split(" ", 1) for each in policy.split("; "))["form-action"]

    origin = provider.issuer.rpartition("/")[0]
    assert forms("/sign-in/") == f"'self' {origin} https:"
    assert forms("/offline") == "'self'"


# H10
def test_the_menu_leads_to_the_ways_only_where_there_are_several(bob, google, settle):
    one = bob.opens("/").content.decode()
    settle(ANDRE_AUTH_PROXIES="10.0.0.1", ANDRE_AUTH_PROXY_HEADER="Remote-Email")
    several = bob.opens("/").content.decode()

    assert ("/sign-in/ways" in one, "/sign-in/ways" in several) == (False, True)


# H10
def test_ways_are_for_who_is_signed_in(visitor):
    answer = visitor.opens("/sign-in/ways")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/sign-in/ways")
