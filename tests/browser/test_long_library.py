"""A library of hundreds of albums: walked through by wheel, keys and touch; few tiles are drawn."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed
from tests.player.external_providers.people import until
from tests.support.browser import LAPTOP, PHONE
from tests.support.recordings import recording, shelved

ALBUMS = 400
MOST_NODES = 3_000  # Of the whole page, texts included.
COUNT_NODES = """() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  let count = 0;
  while (walker.nextNode()) count += 1;
  return count;
}"""
# Of what is seen of the tiles: their titles.
SEEN = """() => {
  const view = document.querySelector("#library [data-part=scroll]").getBoundingClientRect();
  return [...document.querySelectorAll("#library .tiles > li")].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > view.top && top < view.bottom;
  }).map((tile) => tile.querySelector("[data-part=title]").textContent);
}"""
FOCUSED = "() => document.activeElement.querySelector('[data-part=title]')?.textContent ?? ''"


@pytest.fixture
def library(library):
    """The four songs that all stories have, behind many albums of one song each."""
    shelved(
        *(recording("Song", f"Artist {number:03}", title(number)) for number in range(1, ALBUMS))
    )


def title(number):
    return f"Album {number:03}"


def opens_albums(tab):
    tab.opens()
    tab.page.get_by_role("button", name="Browse the library").click()
    tab.page.get_by_role("radio", name="Albums").check()
    expect(tab.part("library", "total")).to_have_text(f"{ALBUMS} albums")
    sees(tab, title(1))


def sees(tab, *titles):
    until(lambda: set(titles) <= set(seen := tab.page.evaluate(SEEN)) and all(seen))


def turns_the_wheel(tab, by):
    tab.page.locator("#library [data-part=scroll]").hover()
    tab.page.mouse.wheel(0, by)


def draws_little(tab):
    assert tab.page.evaluate(COUNT_NODES) < MOST_NODES


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_alice_scrolls_to_the_end_of_the_library_and_back(person, size):  # I14 L13
    alice = person("Alice", size=size)
    opens_albums(alice)
    alice.photographs("long-library")
    draws_little(alice)

    turns_the_wheel(alice, 1_000_000)
    sees(alice, title(ALBUMS - 1), "One")  # The Band's.
    alice.photographs("long-library-end")
    draws_little(alice)

    turns_the_wheel(alice, -1_000_000)
    sees(alice, title(1), title(2))
    draws_little(alice)
    last = alice.page.locator("#library .tiles > li").last
    expect(last).to_have_attribute("aria-setsize", str(ALBUMS))


def test_bob_walks_by_keys_opens_an_album_and_is_back_where_he_was(bob):  # I15 L13
    opens_albums(bob)
    for _ in range(3):  # From the shelves to the words, to the list, and into it.
        bob.page.keyboard.press("Tab")
    until(lambda: bob.page.evaluate(FOCUSED) == title(1))

    bob.page.keyboard.press("End")
    bob.page.keyboard.press("ArrowLeft")
    until(lambda: bob.page.evaluate(FOCUSED) == title(ALBUMS - 1))
    axed(bob, "long-library")
    bob.page.keyboard.press("Enter")
    expect(bob.part("library", "opened-title")).to_have_text(title(ALBUMS - 1))
    bob.page.keyboard.press("Escape")

    until(lambda: bob.page.evaluate(FOCUSED) == title(ALBUMS - 1))
    sees(bob, title(ALBUMS - 1))


def test_what_is_not_drawn_is_found_by_its_words(bob):  # L13
    opens_albums(bob)

    bob.page.get_by_label("Find in what the library has").fill("artist 31")

    expect(bob.part("library", "total")).to_have_text("10 albums")
    sees(bob, title(310), title(319))
    bob.photographs("long-library-found")


def test_who_turns_the_tablet_or_opens_the_library_again_looks_at_the_same_albums(bob):  # I14
    opens_albums(bob)
    turns_the_wheel(bob, 5_000)
    until(lambda: title(1) not in bob.page.evaluate(SEEN))
    until(partial(bob.page.evaluate, f"({SEEN})().every(Boolean)"))
    first = bob.page.evaluate(SEEN)[0]

    bob.measures(PHONE)
    sees(bob, first)
    bob.measures(LAPTOP)
    sees(bob, first)
    bob.page.keyboard.press("Escape")
    expect(bob.dialog("Library")).to_be_hidden()
    bob.page.get_by_role("button", name="Browse the library").click()

    sees(bob, first)


def test_who_has_the_focus_on_an_album_keeps_it_while_the_wheel_turns(bob):  # I15
    opens_albums(bob)
    tile = bob.page.locator("#library .tile", has_text=title(2))
    tile.focus()

    turns_the_wheel(bob, 1_000_000)
    sees(bob, title(ALBUMS - 1))

    expect(tile).to_be_focused()
    expect(bob.page.locator("#library .is-apart")).to_have_count(1)
    expect(bob.page.locator("#library .is-apart")).not_to_be_in_viewport()
    bob.page.keyboard.press("ArrowRight")
    sees(bob, title(3))
    expect(bob.page.locator("#library .is-apart")).to_have_count(0)
    expect(bob.page.locator(":focus")).to_have_text(re.compile(title(3)))
