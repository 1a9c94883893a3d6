"""Two people write to each other beside the queue, with a mouse, by keyboard and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from andre.core.keys import NestKeys
from andre.core.redis import redis
from tests.browser.looking import axed, wears
from tests.browser.views import open_dialog
from tests.support.browser import LAPTOP, PHONE

SMALLEST, TABLET = (320, 640), (768, 1024)
HOSTILE = "<img src=x onerror=alert(1)> & so on"


@pytest.fixture
def den(server, puts):
    """A nest of Alice's where a record plays and another waits."""
    code = server.visitor("Alice").builds("The Den")["code"]
    puts("Alice", "Blue Lantern", "Green Harbour", nest=code)
    return code


@pytest.fixture
def both(server, den, alice, bob):
    """Both look at it; the record stands still, however long pictures take."""
    for tab in (alice, bob):
        tab.opens(f"/nest/{den}")
        tab.sees_playing("Blue Lantern")
    server.visitor("Alice").asks("POST", f"/api/nests/{den}/playback/pause")
    alice.sees_button("Play")
    return den


def toggle(tab):
    return tab.page.locator("#chat-toggle")


def panel(tab):
    return tab.page.get_by_role("region", name="Chat")


def field(tab):
    return panel(tab).get_by_label("Message", exact=True)


def opens_chat(tab):
    toggle(tab).click()
    expect(field(tab)).to_be_focused()


def writes(tab, text):
    field(tab).fill(text)
    tab.page.keyboard.press("Enter")
    expect(field(tab)).to_have_value("")


def message(tab, text):
    return panel(tab).locator(".message").filter(has_text=text)


def seen(tab, name, sizes=(PHONE, LAPTOP)):
    for size in sizes:
        tab.measures(size)
        tab.shows_no_sideways_scroll()
        for theme in ("dark", "light"):
            wears(tab, theme)
            tab.photographs(f"chat-{name}-{theme}")
    tab.measures(LAPTOP)


def test_two_people_write_to_each_other(both, alice, bob):  # S-9.1 I7
    opens_chat(alice)
    seen(alice, "empty")
    writes(alice, "Good evening")

    expect(toggle(bob)).to_have_accessible_name("Chat , 1 unread message")
    opens_chat(bob)
    expect(message(bob, "Good evening")).to_be_visible()
    expect(toggle(bob)).to_have_accessible_name("Chat")

    writes(bob, HOSTILE)
    expect(message(alice, HOSTILE)).to_be_visible()
    expect(alice.page.locator("#chat-announcer")).to_have_text(f"Bob: {HOSTILE}")
    assert alice.page.locator("#chat img[src=x]").count() == 0


def test_somebody_is_mentioned_by_keyboard_alone(both, alice, bob):  # I7
    expect(alice.page.locator("#listeners .listener")).to_have_count(2)
    alice.page.keyboard.press("t")
    expect(field(alice)).to_be_focused()
    alice.page.keyboard.type("@bo")
    expect(alice.page.get_by_role("option", name="Bob")).to_have_attribute("aria-selected", "true")
    seen(alice, "mention", sizes=(LAPTOP,))
    field(alice).focus()
    alice.page.keyboard.press("Enter")
    expect(field(alice)).to_have_value("@Bob ")
    alice.page.keyboard.type("what is this?")
    alice.page.keyboard.press("Enter")

    expect(toggle(bob)).to_have_accessible_name(re.compile("you are mentioned"))
    expect(bob.page.locator("#chat-announcer")).to_have_text("Alice: @Bob what is this?")
    seen(bob, "unread")
    opens_chat(bob)
    expect(message(bob, "what is this?")).to_have_class(re.compile("is-for-me"))
    expect(message(alice, "what is this?")).not_to_have_class(re.compile("is-for-me"))

    alice.page.keyboard.press("Escape")
    expect(panel(alice)).to_be_hidden()
    expect(toggle(alice)).to_be_focused()


def test_a_message_about_a_song_leads_to_it(both, alice, bob):  # I7
    opens_chat(alice)
    panel(alice).get_by_role("button", name="Write about the song that plays").click()
    writes(alice, "Lovely")
    alice.row("Green Harbour").get_by_role("button", name="More for Green Harbour").click()
    alice.row("Green Harbour").get_by_role("button", name="Talk about Green Harbour").click()
    alice.row("Green Harbour").get_by_role("button", name="Write about it in the chat").click()
    expect(field(alice)).to_be_focused()
    seen(alice, "about")
    writes(alice, "This one is next")

    bob.measures(PHONE)
    opens_chat(bob)
    expect(message(bob, "Lovely")).to_contain_text("About Blue Lantern")
    expect(bob.page.locator("#mini-player")).to_be_visible()
    seen(bob, "talk", sizes=(SMALLEST, PHONE, TABLET, LAPTOP))
    axed(bob, "chat")
    bob.measures(PHONE)
    axed(bob, "chat on a phone")
    message(bob, "This one is next").get_by_role("button", name="About Green Harbour").click()
    expect(panel(bob)).to_be_hidden()
    expect(bob.row("Green Harbour")).to_be_in_viewport()


def test_the_chat_says_when_it_is_off_and_who_is_muted(both, alice, bob):  # S-9.2 S-9.10
    opens_chat(bob)
    redis().hset(NestKeys(both).mutes, bob.state("you.id"), '{"reason": ""}')
    field(bob).fill("hello?")
    bob.page.keyboard.press("Enter")
    expect(panel(bob).get_by_role("alert")).to_contain_text("You are muted in this nest")
    expect(field(bob)).to_have_value("hello?")
    seen(bob, "muted")

    open_dialog(alice.page, "nest-settings")
    alice.dialog("Nest settings").get_by_role("switch", name=re.compile("^Chat")).uncheck()
    expect(panel(bob).get_by_text("Chat is off in this nest.")).to_be_visible()
    expect(field(bob)).to_be_hidden()
    seen(bob, "off")
    axed(bob, "chat off")


def test_a_page_that_comes_back_has_the_chat_as_it_was(both, alice, bob):  # S-9.9 I7
    opens_chat(alice)
    for number in range(5):
        writes(alice, f"message {number}")
    opens_chat(bob)
    expect(panel(bob).locator(".message")).to_have_count(5)

    bob.reloads()
    expect(panel(bob).locator(".message")).to_have_count(5)
    expect(bob.page.locator("#chat-announcer")).to_have_text("")
    bob.page.get_by_role("button", name="Close the chat").click()
    bob.reloads()
    expect(panel(bob)).to_be_hidden()
    expect(toggle(bob)).to_have_accessible_name("Chat")


def test_on_a_phone_nothing_lies_over_what_one_writes_or_reads_last(both, server, alice):  # I7
    opens_chat(alice)
    with server.visitor("Carol").opens(both) as page:
        for number in range(5):
            page.does("send_chat_message", text=f"Number {number}. " + "On and on it goes. " * 8)
    latest = message(alice, "Number 4.")
    expect(latest).to_be_in_viewport()

    alice.measures(PHONE)
    alice.measures((390, 560))  # A keyboard opens.
    carol = server.visitor("Carol")
    server.visitor("Alice").asks("POST", f"/api/nests/{both}/kick", person=carol.id)
    server.visitor("Alice").asks("POST", f"/api/nests/{both}/ban", person=carol.id)

    expect(latest).to_be_in_viewport()
    toast = alice.page.locator("#toasts .toast", has_text="Carol was banned.")
    expect(toast).to_be_visible()
    lower = toast.bounding_box()
    assert lower["y"] + lower["height"] <= field(alice).bounding_box()["y"]
