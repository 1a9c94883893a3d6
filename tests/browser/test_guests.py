"""Guests and whoever looks after them, as they see it, with a mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import AXE, RULES, axed, wears
from tests.browser.test_keyboard import enters, tab_to
from tests.browser.views import open_dialog
from tests.support.browser import LAPTOP, NOT_FOUND, PHONE

PEOPLE = (
    "waiting to be let in"  # How the button ends that opens the people, also while nobody does.
)
ENDED = r"status of 40[13]|WebSocket"


@pytest.fixture
def den(server):
    """A nest of Alice's."""
    return server.visitor("Alice").builds("The Den")["code"]


def seen(tab, name):
    """In both sizes and both lights, and by axe."""
    photographed(tab, name)
    axed(tab, name)


def plain(tab, name):
    """A page of nothing but words on a gradient, where axe cannot tell any contrast."""
    photographed(tab, name)
    tab.page.evaluate(AXE.read_text())
    result = tab.page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert result["passes"]
    assert [fault["id"] for fault in result["violations"]] == []


def photographed(tab, name):
    for size in (PHONE, LAPTOP):
        tab.measures(size)
        tab.shows_no_sideways_scroll()
        for theme in ("dark", "light"):
            if tab.page.evaluate("Boolean(window.displayPreferences)"):
                wears(tab, theme)
            tab.photographs(f"guests-{name}-{theme}")


def lets_guests_in(alice, den, looks=None):
    """By the keyboard alone; the link."""
    alice.opens(f"/nest/{den}")
    enters(alice.page, "Share Nest")
    dialog = alice.dialog("Share Nest")
    expect(dialog.get_by_role("button", name="Let guests in")).to_be_visible()
    if looks is not None:
        looks(alice, "off")
    enters(alice.page, "Let guests in")
    expect(alice.part("share", "link")).to_have_value(re.compile("/join#"))
    return alice.part("share", "link").input_value()


def comes_in(tab, link, name):
    tab.page.goto(link)
    tab.page.get_by_label("Your name").fill(name)
    tab.page.keyboard.press("Enter")


def test_guests_come_in_and_may_what_the_nest_says(den, alice, person, puts):  # H5 H6 H7
    puts("Alice", "Blue Lantern", "Green Harbour", nest=den)
    link = lets_guests_in(alice, den, looks=seen)
    seen(alice, "invitation")
    alice.page.keyboard.press("Escape")

    bob = person("Bob", known=False, size=PHONE)
    bob.page.goto(link)
    seen(bob, "join")
    comes_in(bob, link, "Bob")
    bob.is_in()
    expect(bob.button("Skip")).to_be_hidden()
    expect(bob.page.locator("[data-action=airhorns]").first).to_be_visible()
    seen(bob, "guest")

    open_dialog(alice.page, "nest-settings")
    settings = alice.dialog("Nest settings")
    settings.get_by_role("switch", name="Guests may skip").check()
    settings.get_by_role("switch", name="Guests may blow airhorns").uncheck()
    expect(bob.button("Skip")).to_be_visible()
    expect(bob.page.locator("[data-action=airhorns]").first).to_be_hidden()
    seen(alice, "settings")


def test_a_guest_is_sent_out(den, alice, person):  # H8
    link = lets_guests_in(alice, den)
    alice.page.keyboard.press("Escape")
    bob = person("Bob", known=False, size=PHONE)
    comes_in(bob, link, "Bob")
    bob.is_in()

    enters(alice.page, PEOPLE)
    people = alice.dialog("Listening now")
    expect(people.get_by_role("button", name="End visit of Bob")).to_be_visible()
    seen(alice, "people")
    enters(alice.page, "End visit of Bob")
    ending = alice.dialog("End the visit of Bob")
    expect(ending).to_be_visible()
    seen(alice, "ending")
    bob.may_hear(ENDED)
    enters(alice.page, "End visit")
    expect(ending).to_be_hidden()
    expect(people.get_by_text("Nobody has come by the invitation.")).to_be_visible()
    expect(bob.page.get_by_text("Thanks for listening")).to_be_visible(timeout=2_000)
    seen(bob, "ended")
    expect(people.get_by_role("switch", name="New guests wait")).to_be_checked()
    alice.page.keyboard.press("Escape")
    open_dialog(alice.page, "share")
    expect(alice.part("share", "link")).not_to_have_value(link)


def test_who_waits_is_let_in(den, alice, person):  # H8
    link = lets_guests_in(alice, den)
    alice.page.keyboard.press("Escape")
    enters(alice.page, PEOPLE)
    people = alice.dialog("Listening now")
    tab_to(alice.page, "New guests wait")
    alice.page.keyboard.press("Space")
    expect(people.get_by_role("switch", name="New guests wait")).to_be_checked()
    alice.page.keyboard.press("Escape")

    carol = person("Carol", known=False, size=PHONE)
    comes_in(carol, link, "Carol")
    expect(carol.page.get_by_role("heading", name="One moment, Carol")).to_be_visible()
    plain(carol, "waiting")
    expect(alice.part("bar", "waiting")).to_be_visible()
    alice.measures(PHONE)
    alice.shows_no_sideways_scroll()
    badge = alice.part("bar", "waiting").bounding_box()
    assert badge["width"] > 16  # Not only for who hears the page.
    alice.photographs("guests-badge")
    alice.measures(LAPTOP)
    alice.page.evaluate("() => document.activeElement.blur()")
    enters(alice.page, PEOPLE)
    expect(people.get_by_role("button", name="Let in Carol")).to_be_visible()
    seen(alice, "people-waiting")
    enters(alice.page, "Let in Carol")
    carol.is_in()
    expect(alice.part("bar", "waiting")).to_be_hidden()


def test_the_later_of_two_browsers_has_the_visit(den, alice, person):  # H6
    link = lets_guests_in(alice, den)
    bob = person("Bob", known=False)
    comes_in(bob, link, "Bob")
    bob.is_in()
    other = person("Bob again", known=False, size=PHONE)
    other.page.context.add_cookies(bob.page.context.cookies())
    bob.may_hear(ENDED)

    other.opens(f"/nest/{den}")

    expect(bob.page.get_by_text("Now in another browser")).to_be_visible()
    seen(bob, "moved")
    other.may_hear(ENDED)
    bob.page.get_by_role("link", name="Listen here instead").click()
    seen(bob, "again")
    bob.page.get_by_role("button", name="Come in").click()
    bob.is_in()
    expect(other.page.get_by_text("Now in another browser")).to_be_visible()


def test_a_wall_of_the_creators_shows_the_invitation(den, alice, bob):  # H5
    lets_guests_in(alice, den)

    alice.page.goto(f"{alice.url}/nest/{den}/wall")
    bob.page.goto(f"{bob.url}/nest/{den}/wall")

    qr = alice.page.get_by_alt_text("QR code with the invitation")
    expect(qr).to_have_attribute("src", re.compile("^data:image/svg"))
    expect(alice.page.get_by_text("Scan, type a name, listen")).to_be_visible()
    expect(bob.page.get_by_alt_text("QR code with the link to this nest")).to_be_visible()
    seen(alice, "wall")


def test_a_page_whose_visit_ended_says_it_kindly(den, alice, person):  # H8
    link = lets_guests_in(alice, den)
    bob = person("Bob", known=False)
    comes_in(bob, link, "Bob")
    bob.is_in()
    bob.may_hear(f"{ENDED}|{NOT_FOUND}")
    alice.page.keyboard.press("Escape")
    open_dialog(alice.page, "nest-settings")
    alice.dialog("Nest settings").get_by_role("switch", name="Guests come in").uncheck()
    expect(bob.page.get_by_text("Thanks for listening")).to_be_visible()

    bob.page.reload()

    expect(bob.page.get_by_text("Your visit here has ended.")).to_be_visible()
    tab_to(bob.page, "To the start")
    plain(bob, "401")
