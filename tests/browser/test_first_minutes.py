"""A newcomer who reads nothing: music, a song of one's own, and answers at once."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser.pressing import answered_at_once
from tests.support.server import wait_for

MUSIC_WITHIN_S = 30
OWN_SONG_WITHIN_S = 60


def test_a_newcomer_hears_music_and_adds_a_song_without_reading(person, settings):  # G4
    settings.DEBUG = True  # Opens the development sign-in.
    newcomer = person("Newcomer", known=False)
    page = newcomer.page
    began = time.monotonic()

    page.goto(newcomer.url)
    expect(page.get_by_label("Name", exact=True)).to_be_focused()  # The field is where one is.
    page.keyboard.type("Nova")
    page.keyboard.press("Enter")
    newcomer.is_in()
    first = page.locator("#suggestions .row").first
    plays = first.locator("[data-part=title]").text_content()
    first.get_by_role("button").click()  # The first plus there is.
    newcomer.listens_here()  # The one large button there is.
    wait_for(lambda: newcomer.position_ms() is not None, MUSIC_WITHIN_S)
    newcomer.sees_playing(plays)
    music = time.monotonic() - began

    wanted = "Green Harbour" if plays == "Red Kite" else "Red Kite"
    page.keyboard.press("/")
    page.keyboard.type(wanted[:3].lower())
    expect(newcomer.result(wanted)).to_be_visible()
    page.keyboard.press("Enter")
    expect(newcomer.row(wanted)).to_be_visible()
    own = time.monotonic() - began

    print(json.dumps({"music_s": round(music, 1), "own_song_s": round(own, 1)}))
    assert music < MUSIC_WITHIN_S
    assert own < OWN_SONG_WITHIN_S
    expect(page.locator("dialog[open]")).to_have_count(0)  # Nobody was taken on a tour.


@pytest.fixture
def room(alice, puts):
    puts("Bob", "Blue Lantern", "Green Harbour")
    alice.opens().sees_queue("Green Harbour")
    return alice


def test_votes_jams_and_words_are_answered_at_once(room):  # I12
    page, row = room.page, room.row("Green Harbour")
    vote = row.get_by_role("button", name="Vote up Green Harbour")
    jam = room.page.locator("#stage [data-action=jam]")
    page.locator("#stage [data-action=talk]").click()
    page.locator("#stage .talk input").fill("Lovely")
    form = page.locator("#stage .talk form")
    comments = page.locator("#stage .talk [data-part=comments]")

    assert answered_at_once(page, vote, vote)
    assert answered_at_once(page, jam, jam)
    assert answered_at_once(page, form, comments, "submit")
    assert answered_at_once(page, room.button("Pause"), room.part("stage", "toggle"))

    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(comments).to_contain_text("Lovely")


def test_a_nest_that_is_quiet_offers_a_way_to_begin(alice):  # I1 I14
    alice.opens()

    expect(alice.page.get_by_role("button", name="Play something")).to_be_visible()
    expect(alice.page.locator("#suggestions .row")).to_have_count(3)
    alice.page.get_by_role("button", name="Play something").click()
    expect(alice.page.get_by_role("combobox")).to_be_focused()
