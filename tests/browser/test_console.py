"""The paid console in a browser: tabs, a theme tried out and saved, what a plan does not open."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed
from tests.browser.test_keyboard import enters, tab_to
from tests.player.external_providers.people import until
from tests.support.browser import LAPTOP, PHONE
from tests.support.plans import SOLD, give


@pytest.fixture
def vibes(server):
    """A nest of Alice's."""
    return server.visitor("Alice").builds("Friday Vibes")["code"]


@pytest.fixture
def _console(settle):
    settle(NEST_ADMIN_ENABLED="true")


@pytest.fixture
def _sold(settle):
    settle(**SOLD)


def set_up(tab, code):
    tab.opens(f"/nest/{code}")
    return opens_console(tab)


def opens_console(tab):
    tab.page.get_by_role("button", name="Nest settings").first.click()
    dialog = tab.dialog("Nest settings")
    expect(dialog.get_by_label("Name", exact=True)).not_to_have_value("")
    return dialog


def shows_tab(dialog, name):
    dialog.get_by_role("radio", name=name).check(force=True)
    return dialog.get_by_role("region", name=name, exact=True)


def accent_of(tab):
    return tab.page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()"
    )


@pytest.mark.usefixtures("_console")
def test_a_theme_is_tried_out_and_saved_for_everybody(vibes, alice, bob):  # K-8.2
    bob.opens(f"/nest/{vibes}")
    dialog = set_up(alice, vibes)
    plain = accent_of(alice)
    theme = shows_tab(dialog, "Theme")

    theme.get_by_label("Accent colour").fill("#ffb000")
    theme.locator("#console-background").fill("#1a1026")
    theme.get_by_role("radio", name="Serif").check(force=True)
    until(lambda: accent_of(alice) == "#ffb000")
    tried = accent_of(alice)
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.shows_no_sideways_scroll()
        alice.photographs("console-theme")

    assert (tried, accent_of(bob)) == ("#ffb000", plain)
    theme.get_by_label("Accent colour").fill("#403000")
    expect(theme.get_by_text("too close")).to_be_visible()
    theme.get_by_label("Accent colour").fill("#ffb000")

    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    until(lambda: accent_of(bob) == "#ffb000")
    for size in (PHONE, LAPTOP):
        bob.measures(size)
        bob.photographs("console-worn")


@pytest.mark.usefixtures("_console")
def test_the_wall_and_the_lobby_wear_a_nests_theme(server, vibes, alice, bob):  # K-8.2
    def saves(**theme):
        told = server.visitor("Alice").asks("PATCH", f"/api/nests/{vibes}/admin", theme=theme)
        assert told.status_code == 200, told.text

    saves(accent="#ffb000", background="#1a1026", font="serif")
    alice.goes(f"/nest/{vibes}/wall")
    until(lambda: accent_of(alice) == "#ffb000")
    alice.photographs("themed-wall")
    bob.goes("/lobby")
    cards = bob.page.locator("#lobby .card")
    card = cards.filter(has_text="Friday Vibes")
    expect(card).to_have_css("background-color", "rgb(26, 16, 38)")
    expect(cards.filter(has_text="Main Nest")).not_to_have_class(re.compile("has-"))
    for size in (PHONE, LAPTOP):
        bob.measures(size)
        bob.shows_no_sideways_scroll()
        bob.photographs("themed-lobby")
    axed(bob, "themed-lobby")

    saves(accent="#40e0d0", background=None, font=None)

    until(lambda: accent_of(alice) not in {"#ffb000", ""} and "#40e0d0" in accent_of(alice))
    expect(card).to_have_class("card has-theme has-accent")


@pytest.mark.usefixtures("_console")
def test_cancel_takes_back_what_was_tried_out(vibes, alice):
    dialog = set_up(alice, vibes)
    plain = accent_of(alice)
    shows_tab(dialog, "Theme").get_by_label("Accent colour").fill("#ffb000")

    dialog.get_by_role("button", name="Cancel").click()

    expect(dialog).to_be_hidden()
    until(lambda: accent_of(alice) == plain)  # A dialog tells that it closed after it has closed.


@pytest.mark.usefixtures("_console")
def test_every_tab_is_set_up_in_one_save(vibes, alice, bob):  # K-8.1 K-8.3
    bob.opens(f"/nest/{vibes}")
    dialog = set_up(alice, vibes)
    general = dialog.get_by_role("region", name="General")

    general.get_by_label("Name").fill("Sunday Vibes")
    general.get_by_label("Address").fill("sunday-vibes")
    general.get_by_role("switch", name="By invitation only").check()
    bender = shows_tab(dialog, "Bender")
    bender.get_by_label("Minutes he plays on alone").fill("45")
    bender.get_by_label("Throwback").fill("0")
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.shows_no_sideways_scroll()
        alice.photographs("console-bender")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    expect(bob.page.get_by_role("heading", name="Sunday Vibes")).to_be_visible()
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.shows_no_sideways_scroll()
        alice.photographs("console-bar")
    alice.measures(PHONE)
    opens_console(alice)
    expect(general.get_by_label("Address")).to_have_value("sunday-vibes")
    expect(general.get_by_label("Invitation", exact=True)).to_have_value(
        re.compile(rf"/nest/{vibes}\?invite=.{{32}}")
    )
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.shows_no_sideways_scroll()
        alice.photographs("console-general")


@pytest.mark.usefixtures("_sold")
def test_without_a_plan_one_looks_and_tries_and_does_not_save(vibes, alice):  # K-8.2
    dialog = set_up(alice, vibes)
    theme = shows_tab(dialog, "Theme")
    expect(theme.get_by_text("A theme belongs to Tier A")).to_be_visible()

    theme.get_by_label("Accent colour").fill("#ffb000")
    theme.locator("#console-background").fill("#1a1026")
    until(lambda: accent_of(alice) == "#ffb000")
    alice.may_hear("status of 403")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog.get_by_role("alert")).to_have_text(
        "A theme of its own needs Tier A, which this nest does not have."
    )
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.photographs("console-no-plan")
    give("tier_a")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()


@pytest.mark.usefixtures("_sold")
def test_people_are_kicked_and_banned_only_where_the_plan_opens_it(vibes, alice, bob):  # K-8.2
    def looks_at_bob():
        expect(alice.part("bar", "count")).to_have_text("2")
        alice.page.locator("#bar [data-action=people]").first.click()
        alice.page.get_by_role("button", name="More about Bob").click()
        return alice.page.get_by_role("group", name="Bob").get_by_role("button")

    bob.opens(f"/nest/{vibes}")
    alice.opens(f"/nest/{vibes}")
    expect(looks_at_bob()).to_have_text(["Mute"])
    alice.photographs("people-without-plan")

    give("tier_b")
    alice.reloads()

    expect(looks_at_bob()).to_have_text(["Mute", "Kick", "Ban"])


@pytest.mark.usefixtures("_console")
def test_somebody_is_banned_and_let_in_again(vibes, alice, bob):  # K-8.2
    dialog = set_up(alice, vibes)
    people = shows_tab(dialog, "People")
    bob.opens(f"/nest/{vibes}")
    people.get_by_label("Reason").fill("too loud")

    people.get_by_role("button", name="Ban").click()

    expect(people.get_by_role("button", name="Lift")).to_be_visible()
    expect(people.get_by_text("Alice banned Bob (too loud)")).to_be_visible()
    expect(people.get_by_text("Alice changed this last")).to_be_visible()
    for size in (PHONE, LAPTOP):
        alice.measures(size)
        alice.shows_no_sideways_scroll()
        alice.photographs("console-people")
    people.get_by_role("button", name="Lift").click()
    expect(people.get_by_text("Nobody.")).to_be_visible()


@pytest.mark.usefixtures("_console")
def test_others_have_no_console(vibes, bob):
    bob.opens(f"/nest/{vibes}")

    expect(bob.page.locator("[data-action=console]")).to_have_count(0)
    expect(bob.page.locator("#console")).to_have_count(0)


@pytest.mark.usefixtures("_sold")
def test_each_tab_is_as_everybody_may_use_it(vibes, alice):  # K-8.2
    dialog = set_up(alice, vibes)

    for name in ("General", "Theme", "Bender", "People"):
        shows_tab(dialog, name)
        axed(alice, f"console {name}")


@pytest.mark.usefixtures("_console")
def test_it_is_set_up_by_keyboard(vibes, alice):  # I15
    page = alice.opens(f"/nest/{vibes}").page
    enters(page, "Nest settings")
    dialog = alice.dialog("Nest settings")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Friday Vibes")

    tab_to(page, "General")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("region", name="Theme")).to_be_visible()
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Nest settings").first).to_be_focused()
