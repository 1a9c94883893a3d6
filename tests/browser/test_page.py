"""What holds for every view: reachable, readable, harmless, light, and in pictures."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HOSTILE
from tests.browser.looking import axed, photographed
from tests.browser.views import inside, outside

SONGS = ("Blue Lantern", "Green Harbour", "Red Kite", HOSTILE)


@pytest.fixture
def vibes(server):
    return server.visitor("Alice").builds("Friday Vibes")


@pytest.fixture
def every_view(person, puts, settings, vibes):
    """Opens one view after the other for Alice; gives her tab or a stranger's, and its name."""
    settings.DEBUG = True  # The sign-in page with all it can have on it.

    def views(**how):
        alice = person("Alice", **how)
        stranger = person("Stranger", known=False, **how)
        for name in outside(stranger, alice):
            yield (stranger if name == "sign-in" else alice), name

        def put() -> None:
            puts("Alice", *SONGS, nest=vibes["code"])

        for name in inside(alice, vibes["code"], put):
            yield alice, name

    return views


@pytest.mark.timeout(240)  # Some twenty views, nine pictures each.
def test_every_view_fits_its_screen_and_has_its_picture(every_view):  # I9 I11 I14 I15
    for tab, name in every_view(reduced_motion="reduce"):
        photographed(tab, name)


@pytest.mark.timeout(200)
def test_axe_finds_nothing(every_view):  # I15
    for tab, name in every_view(reduced_motion="reduce"):
        axed(tab, name)


def test_a_title_is_text_wherever_it_stands(alice, bob, puts):  # I16
    bob.opens()

    alice.opens().adds(HOSTILE)
    puts("Bob", "Blue Lantern")

    for tab in (alice, bob):
        tab.sees_playing(HOSTILE)
        expect(tab.page).to_have_title(f"{HOSTILE} – The Band · Main Nest")
        assert tab.page.locator("img[src=x]").count() == 0
    alice.skips()
    bob.sees_playing("Blue Lantern")
    bob.button("Previous").click()
    alice.sees_playing(HOSTILE)


def test_a_dialog_keeps_the_focus_and_gives_it_back(alice):  # I2 I15
    page = alice.opens().page
    opener = alice.button("Build a Nest", "bar")
    opener.click()
    dialog = alice.dialog("Build a Nest")
    expect(dialog.get_by_label("Name")).to_be_focused()

    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => document.activeElement === document.body"  # The browser's own bar.
            " || document.getElementById('create-nest').contains(document.activeElement)"
        )
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_pages_forbid_scripts_and_styles_of_others(person, alice, settings):  # I16
    stranger = person("Stranger", known=False)

    policies = [
        stranger.page.goto(f"{stranger.url}/sign-in/").headers["content-security-policy"],
        alice.page.goto(alice.url).headers["content-security-policy"],
    ]

    for policy in policies:
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
