"""Behind the scenes, in a browser whose console must stay quiet under our strict policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HOSTILE
from tests.support.backstage import code_of_app
from tests.support.browser import LAPTOP, PHONE, STICKS_OUT

PAGES = (
    *("/admin/", "/admin/nests/live/", "/admin/nests/live/main/", "/admin/nests/live/main/set-up/"),
    "/admin/nests/nameseed/add/",
    *("/admin/nests/nesttombstone/", "/admin/player/play/", "/admin/player/track/"),
    *("/admin/player/scannedfile/", "/admin/accounts/person/"),
    *("/admin/jobs/job/", "/admin/jobs/workerheartbeat/"),
)

STATUS = "() => performance.getEntriesByType('navigation')[0].responseStatus"


@pytest.fixture
def runs_server(settings, settle):
    """Alice does."""
    settings.DEBUG = True  # Opens the development sign-in.
    settle(SUPER_ADMIN_EMAILS="alice@example.com")


@pytest.fixture
def operator(person, runs_server):
    """Alice, who runs this server, at the page she wanted before she signed in."""
    alice = person("Alice", known=False)
    signs_in(alice, "/admin/nests/live/")
    sets_up_second_factor(alice)
    expect(alice.page).to_have_url(f"{alice.url}/admin/nests/live/")
    return alice


def signs_in(tab, path):
    """On the way to this page."""
    tab.goes(path)
    tab.page.get_by_label("Name").fill(tab.name)
    tab.page.get_by_label("E-mail").fill(f"{tab.name.lower()}@example.com")
    tab.page.get_by_role("button", name="Come in").click()


def sets_up_second_factor(tab):
    """As at the first visit; the page has a picture for the app, and the same as text."""
    expect(tab.page.get_by_role("img", name="QR code for an authenticator app")).to_be_visible()
    tab.photographs("second-factor-set-up")
    secret = tab.page.locator("code").inner_text()
    tab.page.get_by_label("Code", exact=True).fill(code_of_app(secret))
    tab.page.get_by_role("button", name="Set it up").click()
    codes = tab.page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    tab.photographs("second-factor-codes")
    found = codes.all_inner_texts()
    tab.page.get_by_role("link", name="I have kept them").click()
    return found


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
        operator.goes(address)
        assert operator.page.evaluate(STATUS) == 200
        operator.page.wait_for_load_state("networkidle")
        operator.photographs(f"admin{address.replace('/', '-')[6:-1] or '-index'}")


# K-10.1
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_second_factor_fits_a_telephone_and_a_laptop(person, runs_server, size):
    alice = person("Alice", known=False, size=size)
    signs_in(alice, "/admin/")
    codes = sets_up_second_factor(alice)
    alice.goes("/second-factor")
    expect(alice.page.get_by_text("You have 10 recovery codes left.")).to_be_visible()
    alice.photographs("second-factor-given")

    alice.page.context.clear_cookies()
    signs_in(alice, "/admin/")
    expect(alice.page.get_by_role("button", name="Open the admin")).to_be_visible()
    alice.photographs("second-factor-asked")

    assert alice.page.evaluate(STICKS_OUT) == []
    alice.page.get_by_label("Code", exact=True).fill(codes[0].lower())
    alice.page.get_by_role("button", name="Open the admin").click()
    expect(alice.page).to_have_url(f"{alice.url}/admin/")
