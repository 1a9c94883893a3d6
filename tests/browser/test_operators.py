"""A super admin's day: Alice runs the server, in a browser."""

import pytest
from playwright.sync_api import expect

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.audit.models import AuditEvent
from andre.flags.models import Flag
from andre.web.admin import operations
from andre.web.admin.operations import Why
from nests.registry import store
from tests.browser.test_admin import sets_up_second_factor, signs_in
from tests.support.browser import LAPTOP, PHONE, STICKS_OUT


@pytest.fixture
def runs_server(settings, settle):
    """Alice does."""
    settings.DEBUG = True  # Opens the development sign-in.
    settle(SUPER_ADMIN_EMAILS="alice@example.com")


@pytest.fixture
def nests(server, puts):
    """Bob's, in which he has a song, and one of Charlie's from which Bob is banned."""
    bob, charlie = server.visitor("Bob"), server.visitor("Charlie")
    friday, noise = bob.builds("Friday Vibes"), charlie.builds("Pure Noise")
    bob.joins(noise["code"])
    puts("Bob", "Blue Lantern", "Red Kite", nest=friday["code"])
    wish = {"person": "bob@example.com", "reason": "too quiet"}
    assert charlie.asks("POST", f"/api/nests/{noise['code']}/ban", **wish).status_code == 200
    return friday, noise


# K-10.1
def test_a_super_admins_day(person, runs_server, nests, bob):
    friday, noise = nests
    bob.opens(f"/nest/{friday['code']}")
    alice = person("Alice", known=False)
    page = alice.page

    # She comes in, and sets up her second factor.
    signs_in(alice, "/admin/")
    sets_up_second_factor(alice)
    expect(page).to_have_url(f"{alice.url}/admin/")
    expect(page.get_by_role("row", name="Listeners")).to_contain_text("1")
    alice.photographs("operators-overview")

    # She finds Bob's nest by who built it, and locks it.
    page.get_by_role("link", name="Live nests").first.click()
    page.get_by_role("textbox", name="Search").fill("bob@example")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("row", name="Pure Noise")).to_have_count(0)
    alice.photographs("operators-found")
    page.get_by_role("link", name=friday["code"]).click()
    alice.photographs("operators-nest")
    page.get_by_role("link", name="Lock the nest").click()
    page.get_by_label("Reason").fill("A fight at the door")
    alice.photographs("operators-lock")
    page.get_by_role("button", name="Lock the nest").click()
    expect(page.get_by_text(f"Friday Vibes ({friday['code']}) is locked.")).to_be_visible()
    expect(page.get_by_role("link", name="Unlock the nest")).to_be_visible()
    alice.photographs("operators-locked")

    # She unbans Bob from the other one, then ends it.
    alice.goes("/admin/")
    page.get_by_role("link", name="Bans").first.click()
    expect(page.get_by_role("row", name="too quiet")).to_contain_text("bob@example.com")
    expect(page.get_by_role("cell", name="An operator")).to_have_count(0)
    alice.photographs("operators-bans")
    page.get_by_role("link", name="Unban Bob").click()
    page.get_by_label("Reason").fill("He has said sorry")
    page.get_by_role("button", name="Unban somebody").click()
    expect(page.get_by_text("is open to them again.")).to_be_visible()
    page.get_by_role("link", name="End this nest").click()
    page.get_by_label("Reason").fill("Nothing but noise")
    page.get_by_role("button", name="Yes, end this nest").click()
    expect(page.get_by_text(f"Pure Noise ({noise['code']}) has ended.")).to_be_visible()

    # She reads the audit.
    alice.goes("/admin/")
    page.get_by_role("link", name="The whole audit").click()
    for action, reason in (
        ("nest_deleted", "Nothing but noise"),
        ("listener_unbanned", "He has said sorry"),
        ("settings_changed", "A fight at the door"),
    ):
        expect(page.get_by_role("row", name=action).filter(has_text=reason)).to_be_visible()
    alice.photographs("operators-audit")

    assert store.get_nest(friday["code"]).setting("locked")
    assert store.find_nest(noise["code"]) is None
    assert AuditEvent.objects.filter(action="second_factor_set_up").count() == 1


# K-10.1
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_who_is_in_a_slowed_nest_reads_so_until_it_is_over(person, server, puts, size):
    code = server.visitor("Bob").builds("Friday Vibes")["code"]
    puts("Bob", "Blue Lantern", "Red Kite", nest=code)
    bob = person("Bob", size=size)
    bob.opens(f"/nest/{code}")
    nest, why = store.get_nest(code), Why("alice@example.com", "Too many songs at once")
    notice = bob.page.get_by_text("An operator has slowed this nest")

    operations.slow_nest(nest, why, a_minute=1, minutes=15)
    expect(notice).to_be_visible()
    expect(bob.page.get_by_text("Too many songs at once")).to_be_visible()
    bob.shows_no_sideways_scroll()
    bob.photographs("operators-slowed")

    operations.operate("unthrottle", nest, why)
    expect(notice).to_be_hidden()


# K-10.1
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_operators_pages_fit_a_telephone_and_a_laptop(person, runs_server, nests, size):
    alice = person("Alice", known=False, size=size)
    signs_in(alice, "/admin/")
    sets_up_second_factor(alice)
    expect(alice.page).to_have_url(f"{alice.url}/admin/")
    nest = f"/admin/nests/live/{nests[0]['code']}/"
    api_keys.issue(Person.objects.get(email="bob@example.com"), "viewer", name="Doorbell")
    flag = Flag.objects.get(name="smart_bender")

    for name, path in (
        ("overview", "/admin/"),
        ("nests", "/admin/nests/live/"),
        ("nest", nest),
        ("bans", "/admin/nests/bans/"),
        ("lock", f"{nest}lock/"),
        ("keys", "/admin/accounts/apikey/"),
        ("flag", f"/admin/flags/flag/{flag.pk}/change/"),
        ("scan", "/admin/player/track/scan/"),
    ):
        alice.goes(path)
        alice.photographs(f"operators-fit-{name}")
        if size == LAPTOP:
            assert alice.page.evaluate(STICKS_OUT) == [], path
