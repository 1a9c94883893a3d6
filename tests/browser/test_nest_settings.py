"""A nest is set up by its creator, and everybody else sees how."""

import pytest
from playwright.sync_api import expect

from bender.filling import filler
from nests.registry import store
from player.playlists import playlists
from tests.browser.test_keyboard import enters, tab_to
from tests.browser.views import open_dialog
from tests.player.external_providers.people import until
from tests.support.browser import LAPTOP, PHONE


@pytest.fixture
def vibes(server):
    """A nest of Alice's."""
    return server.visitor("Alice").builds("Friday Vibes")["code"]


@pytest.fixture
def _by_sound(settle):
    settle(SMART_BENDER="true")


def set_up(tab):
    open_dialog(tab.page, "nest-settings")
    return tab.dialog("Nest settings")


def bender(dialog):
    return dialog.get_by_role("switch", name="Bender keeps the music going")


def test_bender_is_given_a_playlist_to_begin_from(vibes, alice, bob):
    hers = playlists.make_playlist("alice@example.com", "Late trains")
    playlists.make_playlist("bob@example.com", "Bob's own")
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
    dialog, his = set_up(alice), set_up(bob)
    choice = dialog.get_by_label("He begins from a playlist")
    expect(choice.get_by_role("option")).to_have_text(
        ["None: from what was queued last", "Late trains"]
    )

    choice.select_option("Late trains")

    seen = his.get_by_label("He begins from a playlist")
    expect(seen).to_be_disabled()
    expect(seen.locator("option:checked")).to_have_text("A playlist that is not shared with you")
    assert store.get_nest(vibes).setting("bender_playlist") == hers.id
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        choice.scroll_into_view_if_needed()
        alice.shows_no_sideways_scroll()
        alice.photographs("bender-playlist")

    choice.select_option("None: from what was queued last")

    expect(seen).to_have_value("")
    assert store.get_nest(vibes).setting("bender_playlist") is None


@pytest.mark.usefixtures("_by_sound")
def test_bender_is_switched_off_and_on_and_told_how_to_choose(vibes, alice, bob):  # B8 B14
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
    filler.fill_queue(vibes)
    expect(bob.page.locator("#preview")).to_be_visible()
    hers, his = set_up(alice), set_up(bob)
    expect(bender(hers)).to_be_checked()
    expect(bender(his)).to_be_disabled()
    for size in (PHONE, LAPTOP):
        for tab in (alice, bob):
            tab.measures(size)
            tab.shows_no_sideways_scroll()
            tab.photographs(f"set-up-{tab.name}")

    bender(hers).uncheck()

    expect(bender(his)).not_to_be_checked()
    expect(his.get_by_text("Whoever built this nest may change it.")).to_be_visible()
    expect(his.get_by_role("radio", name="Sound first")).to_have_count(0)
    expect(bob.page.locator("#preview")).to_be_hidden()

    bender(hers).check()
    hers.get_by_role("radio", name="Sound first").check()

    expect(his.get_by_role("radio", name="Sound first")).to_be_checked()
    filler.fill_queue(vibes)
    expect(bob.page.locator("#preview")).to_be_attached()
    until(lambda: bob.state("nest.preview") is not None)


@pytest.mark.usefixtures("_by_sound")
def test_what_is_refused_says_why_in_the_dialog(vibes, alice, settle):  # I12
    alice.opens(f"/nest/{vibes}")
    hers = set_up(alice)
    settle(SMART_BENDER="false")

    hers.get_by_role("radio", name="Sound only").click()

    expect(hers.get_by_role("alert")).to_have_text("On this server Bender does not go by sound.")
    expect(hers.get_by_role("radio", name="Genre and artist")).to_be_checked()
    alice.photographs("set-up-refused")
    bender(hers).uncheck()
    expect(hers.get_by_role("alert")).to_be_hidden()


@pytest.mark.usefixtures("_by_sound")
def test_a_nest_is_set_up_by_keyboard(vibes, alice):  # I15
    page = alice.opens(f"/nest/{vibes}").page

    enters(page, "You: Alice", "Nest settings")
    tab_to(page, "Genre and artist")
    page.keyboard.press("ArrowRight")
    until(lambda: alice.state("nest.nest.bender_profile") == "smart_first")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")

    until(lambda: alice.state("nest.nest.bender") is False)
    expect(bender(alice.dialog("Nest settings"))).to_be_focused()


def test_where_there_is_no_choice_none_is_offered(alice):  # B8
    hers = set_up(alice.opens())

    expect(bender(hers)).to_be_checked()
    expect(bender(hers)).to_be_disabled()
    expect(hers.get_by_text("Whoever runs this server sets up the Main Nest.")).to_be_visible()
    expect(hers.locator("[data-setting=catalogue]")).to_have_count(0)
