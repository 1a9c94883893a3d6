"""The sign-in page and what belongs to it: the way through a provider, and how it looks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from social_django.models import UserSocialAuth

from andre.accounts.models import Person
from tests.browser.looking import axed, photographed
from tests.support.oidc_provider import OidcProvider, providing, tell_of


@pytest.fixture(autouse=True)
def not_for_development(settings):
    settings.DEBUG = False


@pytest.fixture
def provider(settings, settle) -> Iterator[OidcProvider]:
    with providing() as running:
        tell_of(running, settings, settle)
        yield running


# H10, H12
def test_charlie_signs_in_at_the_provider_and_lands_in_the_nest(person, provider):
    provider.knows("charlie", name="Charlie", email="charlie@example.com", email_verified=True)
    charlie = person("Charlie", known=False)

    charlie.page.goto(f"{charlie.url}/lobby")
    charlie.page.get_by_role("button", name="Sign in with Houselogin").click()

    expect(charlie.page).to_have_url(f"{charlie.url}/lobby")
    charlie.opens()


# H10
def test_alice_connects_the_provider_to_her_account(person, provider, settings):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "andre"
    provider.knows("alice", name="Alice")
    alice = person("Alice").opens()

    alice.page.get_by_role("button", name="You: Alice").click()
    alice.page.get_by_role("button", name="Appearance and sound").click()
    alice.page.get_by_role("link", name="Ways to sign in").click()
    alice.page.get_by_role("button", name="Connect Houselogin").click()

    row = alice.page.get_by_role("listitem").filter(has_text="Houselogin")
    expect(row).to_contain_text("Connected")
    photographed(alice, "sign-in-ways")
    axed(alice, "sign-in-ways")


# H12
def test_the_sign_in_page_with_every_way_looks_well(person, provider, settings, settle):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "andre"
    settle(ANDRE_AUTH_PROXIES="10.0.0.1", ANDRE_AUTH_PROXY_HEADER="Remote-Email")
    charlie = person("Charlie", known=False)

    charlie.page.goto(f"{charlie.url}/sign-in/")

    expect(charlie.page.get_by_role("button")).to_have_text(
        ["Sign in with Google", "Sign in with Houselogin"]
    )
    photographed(charlie, "sign-in-every-way")
    axed(charlie, "sign-in-every-way")


# H12
def test_the_sign_in_page_with_no_way_looks_well(person, settle):
    settle(ANDRE_BASE_URL="https://andre.example.org")
    charlie = person("Charlie", known=False)

    charlie.page.goto(f"{charlie.url}/sign-in/")

    expect(charlie.page.get_by_text("Nobody can sign in yet")).to_be_visible()
    photographed(charlie, "sign-in-no-way")
    axed(charlie, "sign-in-no-way")


# H10, H12
def test_the_page_that_knows_the_address_looks_well(person, provider, settings):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "andre"
    known = Person.objects.at("charlie@example.com")
    UserSocialAuth.objects.create(user=known, provider="google-oauth2", uid="charlie")
    provider.knows("charlie", name="Charlie", email="charlie@example.com", email_verified=True)
    charlie = person("Charlie", known=False)
    charlie.may_hear("status of 403")

    charlie.page.goto(f"{charlie.url}/sign-in/")
    charlie.page.get_by_role("button", name="Sign in with Houselogin").click()

    expect(charlie.page.get_by_role("alert")).to_contain_text("signs in here with Google")
    photographed(charlie, "sign-in-known")
    axed(charlie, "sign-in-known")
