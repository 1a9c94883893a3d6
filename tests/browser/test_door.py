"""A stranger at the door: knocks, is let in, is muted, kicked and banned."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_guests import PEOPLE, plain, seen
from tests.browser.test_keyboard import enters
from tests.browser.views import open_dialog
from tests.support.browser import PHONE

CLOSED = r"status of 40[13]|WebSocket"


@pytest.fixture
def den(server):
    """A nest of Alice's."""
    return server.visitor("Alice").builds("The Den")["code"]


def test_a_stranger_knocks_and_is_let_in_then_muted_kicked_and_banned(den, alice, person):
    # S-3.7 S-3.11 S-10.2 S-10.3 I7
    alice.opens(f"/nest/{den}")
    open_dialog(alice.page, "nest-settings")
    settings = alice.dialog("Nest settings")
    settings.get_by_role("switch", name="Private").check()
    expect(settings.get_by_label("Waits to be let in")).to_be_checked()
    seen(alice, "private")
    alice.page.keyboard.press("Escape")

    charlie = person("Charlie", size=PHONE)
    charlie.may_hear(CLOSED)
    charlie.page.goto(f"{charlie.url}/nest/{den}")
    expect(charlie.page.get_by_role("heading", name="This nest is private")).to_be_visible()
    plain(charlie, "door")
    charlie.page.get_by_role("button", name="Ask to come in").click()
    expect(charlie.page.get_by_role("heading", name="Waiting to be let in")).to_be_visible()
    plain(charlie, "door-waiting")

    expect(alice.page.get_by_text("Charlie asks to come in.")).to_be_visible()
    expect(alice.part("bar", "waiting")).to_be_visible()
    enters(alice.page, PEOPLE)
    people = alice.dialog("Listening now")
    expect(people.get_by_role("button", name="Let in Charlie")).to_be_visible()
    seen(alice, "knocking")
    enters(alice.page, "Let in Charlie")
    charlie.is_in()
    expect(alice.part("bar", "waiting")).to_be_hidden()

    decides(alice, people, "Mute", "Talking over the songs")
    expect(people.get_by_role("button", name="Unmute: Charlie")).to_be_visible()
    expect(charlie.page.get_by_text("You were muted.")).to_be_visible()
    seen(alice, "muted")

    decides(alice, people, "Kick", "Once more")
    expect(charlie.page.get_by_text("You were asked to leave")).to_be_visible(timeout=2_000)
    expect(charlie.page.get_by_text("“Once more”")).to_be_visible()
    seen(charlie, "kicked")
    charlie.page.get_by_role("link", name="Come back in").click()
    charlie.is_in()

    decides(alice, people, "Ban", "That was enough")
    expect(charlie.page.get_by_text("You are banned here")).to_be_visible(timeout=2_000)
    expect(charlie.page.get_by_text("“That was enough”")).to_be_visible()
    people.get_by_text("What moderators did").click()
    expect(people.get_by_text("Alice banned Charlie.")).to_be_visible()
    seen(alice, "banned")
    charlie.page.goto(f"{charlie.url}/nest/{den}")
    expect(charlie.page.get_by_role("heading", name="You are banned here")).to_be_visible()
    plain(charlie, "door-banned")

    enters(alice.page, "Lift ban: Charlie")
    expect(people.get_by_role("button", name="Lift ban: Charlie")).to_be_hidden()


def decides(alice, people, verb, reason):
    """By the menu of Charlie's row, with a reason."""
    expect(people.get_by_role("button", name="More about Charlie")).to_be_visible()
    row = people.locator("li.person", has_text="Charlie")
    more = row.get_by_role("button", name="More about Charlie")
    if more.get_attribute("aria-expanded") == "false":
        more.click()
    row.get_by_role("button", name=verb, exact=True).click()
    asking = alice.dialog(f"{verb} Charlie")
    asking.get_by_label("Reason, if you like").fill(reason)
    if verb == "Ban":
        seen(alice, "reason")
    asking.get_by_role("button", name=verb, exact=True).click()
    expect(asking).to_be_hidden()


def test_a_password_opens_a_private_nest(den, alice, person):  # S-3.7
    alice.opens(f"/nest/{den}")
    open_dialog(alice.page, "nest-settings")
    settings = alice.dialog("Nest settings")
    settings.get_by_role("switch", name="Private").check()
    settings.get_by_label("Needs a password").check()
    expect(alice.part("nest-settings", "password-text")).to_have_text(re.compile("^[A-Z2-9]{8}$"))
    seen(alice, "password")
    password = alice.part("nest-settings", "password-text").text_content()

    bob = person("Bob", size=PHONE)
    bob.may_hear(CLOSED)
    bob.page.goto(f"{bob.url}/nest/{den}")
    bob.page.get_by_label("Password").fill("WRONGONE")
    bob.page.keyboard.press("Enter")
    expect(bob.page.get_by_text("and this is not it")).to_be_visible()
    plain(bob, "door-password")
    bob.page.get_by_label("Password").fill(password)
    bob.page.keyboard.press("Enter")
    bob.is_in()
