"""Behind the scenes, in a browser whose console must stay quiet under our strict policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HOSTILE

PAGES = (
    *("/admin/", "/admin/nests/live/", "/admin/nests/live/main/", "/admin/nests/live/main/set-up/"),
    "/admin/nests/nameseed/add/",
    *("/admin/nests/nesttombstone/", "/admin/player/play/", "/admin/player/track/"),
    *("/admin/player/scannedfile/", "/admin/accounts/person/"),
)


@pytest.fixture
def operator(person, settings, settle):
    """Alice, who runs this server, at the page she wanted before she signed in."""
    settings.DEBUG = True  # Opens the development sign-in.
    settle(SUPER_ADMIN_EMAILS="alice@example.com")
    alice = person("Alice", known=False)
    alice.page.goto(f"{alice.url}/admin/nests/live/")
    alice.page.get_by_label("Name").fill("Alice")
    alice.page.get_by_label("E-mail").fill("alice@example.com")
    alice.page.get_by_role("button", name="Come in").click()
    expect(alice.page).to_have_url(f"{alice.url}/admin/nests/live/")
    return alice


def test_an_operator_looks_into_a_nest_and_ends_it(operator, bob, server, puts):
    vibes = server.visitor("Bob").builds("Friday Vibes")
    bob.opens(f"/nest/{vibes['code']}")
    puts("Bob", "Blue Lantern", HOSTILE, nest=vibes["code"])
    page = operator.page

    page.reload()
    operator.photographs("admin-live-nests")
    page.get_by_role("link", name=vibes["code"]).click()
    expect(page.get_by_role("cell", name=HOSTILE)).to_be_visible()  # I16
    operator.photographs("admin-live-nest")
    page.get_by_role("link", name="End this nest").click()
    operator.photographs("admin-end-nest")
    page.get_by_label("Reason").fill("Too loud")
    page.get_by_role("button", name="Yes, end this nest").click()

    expect(page.get_by_text(f"Friday Vibes ({vibes['code']}) has ended.")).to_be_visible()
    operator.photographs("admin-ended")
    expect(bob.page.get_by_role("alertdialog", name="This nest is closed")).to_be_visible()
    bob.sees("It was taken down just now.")  # By whom is not said: here it was not its creator.


def test_no_page_behind_the_scenes_breaks_our_policy(operator):
    for address in PAGES:
        assert operator.page.goto(operator.url + address).ok
        operator.page.wait_for_load_state("networkidle")
        operator.photographs(f"admin{address.replace('/', '-')[6:-1] or '-index'}")
