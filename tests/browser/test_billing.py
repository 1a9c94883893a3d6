"""Plans in a browser: chosen, paid for on Stripe's page, changed, managed and ended."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed
from tests.browser.test_console import set_up, shows_tab
from tests.player.external_providers.people import until
from tests.support.browser import LAPTOP, PHONE
from tests.support.stripe_stub import A_MONTH, running


@pytest.fixture
def stripe(settle, server):
    with running() as stub:
        stub.webhook_url = f"{server.url}/api/billing/webhook"
        settle(**stub.settings)
        yield stub


def looks(tab, name):
    for size in (PHONE, LAPTOP):
        tab.measures(size)
        tab.shows_no_sideways_scroll()
        tab.photographs(name)
    axed(tab, name)


def presses(page, name, **near):
    page.get_by_role("button", name=name, **near).click()


def offer(page, title):
    return page.get_by_role("region", name=title)


def test_alice_subscribes_upgrades_downgrades_and_ends_her_plan(server, stripe, alice):  # K-9.3
    code = server.visitor("Alice").builds("Friday Vibes")["code"]
    dialog = set_up(alice, code)
    page = alice.page
    shows_tab(dialog, "Theme").get_by_role("link", name="See the plans").click()
    expect(page.get_by_text("You have no plan.")).to_be_visible()
    looks(alice, "billing-free")

    offer(page, "Tier A, by the month").get_by_role("button", name="Subscribe").click()
    presses(page, "Back")
    expect(page.get_by_role("status")).to_have_text("Nothing was paid, and nothing has changed.")
    offer(page, "Tier A, by the month").get_by_role("button", name="Subscribe").click()
    presses(page, "Pay")
    expect(page.get_by_role("status")).to_contain_text("Tier A is yours")
    looks(alice, "billing-thanks")
    stripe.tells_all()

    page.get_by_role("link", name="Manage plan").click()
    looks(alice, "billing-tier-a")
    offer(page, "Tier B, by the month").get_by_role("button", name="Upgrade now").click()
    expect(page.get_by_text("You have Tier B; it renews on")).to_be_visible()
    assert stripe.charges == ["always_invoice"]
    stripe.tells_all()

    down = "Change at the end of the period"
    offer(page, "Tier A, by the month").get_by_role("button", name=down).click()
    expect(page.get_by_text("You have Tier B; it changes on")).to_be_visible()
    looks(alice, "billing-downgrade")
    (subscription,) = stripe.subscriptions.values()
    stripe.ends_period(subscription)
    stripe.tells_all()
    page.reload()
    expect(page.get_by_text("You have Tier A; it renews on")).to_be_visible()
    assert subscription["items"]["data"][0]["price"]["id"] == A_MONTH

    presses(page, "Manage plan")
    presses(page, "Cancel plan")
    expect(page.get_by_role("heading", name="Plans")).to_be_visible()
    until(lambda: subscription["cancel_at_period_end"])
    stripe.tells_all()
    page.reload()
    expect(page.get_by_text("You have Tier A, until")).to_be_visible()
    stripe.ends_period(subscription)
    stripe.tells_all()
    page.reload()
    expect(page.get_by_text("You have no plan.")).to_be_visible()
