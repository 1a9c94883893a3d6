"""A newcomer who reads nothing: music, a song of one's own, and answers at once."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser.pressing import answered_at_once
from tests.support.browser import LAPTOP, PHONE
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
    jam = room.page.locator("#now-playing [data-action=jam]")
    page.locator("#now-playing [data-action=comments]").click()
    page.locator("#now-playing .comments input").fill("Lovely")
    form = page.locator("#now-playing .comments form")
    comments = page.locator("#now-playing .comments [data-part=comments]")

    assert answered_at_once(page, vote, vote)
    assert answered_at_once(page, jam, jam)
    assert answered_at_once(page, form, comments, "submit")
    assert answered_at_once(page, room.button("Pause"), room.part("now-playing", "toggle"))

    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(comments).to_contain_text("Lovely")


def test_a_nest_that_is_quiet_offers_a_way_to_begin(alice):  # I1 I14
    alice.opens()

    expect(alice.page.get_by_role("button", name="Play something")).to_be_visible()
    expect(alice.page.locator("#suggestions .row")).to_have_count(3)
    alice.page.get_by_role("button", name="Play something").click()
    expect(alice.page.get_by_role("combobox")).to_be_focused()


SIZES = """() => [...document.querySelectorAll("#now-playing button, #mini-player button")]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.textContent.trim(), each.offsetWidth * each.offsetHeight])
  .sort((one, other) => other[1] - one[1])"""


def test_before_anything_is_heard_the_largest_button_is_ones_own(person, puts):  # page.md
    puts("Bob", "Blue Lantern")
    for size in (PHONE, LAPTOP):
        newcomer = person(f"Nova {size[0]}", size=size)
        newcomer.opens().sees_playing("Blue Lantern")

        (largest, area), (_, second), *_ = newcomer.page.evaluate(SIZES)

        assert largest == "Listen here"
        assert area > 1.5 * second


def test_on_a_phone_nothing_needed_lies_below_the_fold(person, puts):  # page.md
    puts("Bob", "Blue Lantern", "Green Harbour", "Red Kite")
    alice = person("Alice", size=PHONE)
    alice.opens().sees_queue("Green Harbour", "Red Kite")
    page = alice.page
    search = page.get_by_role("combobox")

    needed = [
        page.get_by_role("button", name="Listen here"),
        alice.button("Pause"),
        alice.button("Mute this device"),
        alice.row("Green Harbour"),
    ]
    for each in needed:
        box = each.bounding_box()
        assert box["y"] + box["height"] <= search.bounding_box()["y"]
    assert search.bounding_box()["y"] > PHONE[1] * 0.8  # Where the thumb is.

    search.fill("red")
    expect(alice.result("Red Kite")).to_be_visible()
    assert page.locator("#search").bounding_box()["height"] == PHONE[1]
    page.get_by_role("button", name="Close the search").click()
    expect(alice.result("Red Kite")).to_be_hidden()
    assert search.bounding_box()["y"] > PHONE[1] * 0.8


def test_what_moves_everyone_says_so_once(alice, puts):  # page.md
    puts("Bob", "Blue Lantern", "Red Kite")
    alice.opens().sees_playing("Blue Lantern")

    alice.skips()
    alice.sees("Skipped for everyone in this nest.")
    expect(alice.page.locator("#refusal")).to_be_hidden()
    alice.pauses()

    alice.sees_button("Play")
    expect(alice.page.locator("#refusal")).to_be_hidden()


def test_a_row_says_before_the_press_what_may_not_be_added_yet(person, puts, settle, server):  # Q5
    settle(NO_REPEAT_MINUTES="1")
    vibes = server.visitor("Alice").builds("Friday Vibes")["code"]
    alice, bob = person("Alice"), person("Bob")
    alice.opens(f"/nest/{vibes}").adds("Blue Lantern", "Red Kite")
    alice.sees_playing("Blue Lantern")
    bob.opens(f"/nest/{vibes}")
    alice.skips()
    bob.sees_playing("Red Kite")

    bob.searches("blue")
    expect(bob.result("Blue Lantern")).to_contain_text("Just played, again from")
    bob.result("Blue Lantern").click()
    expect(bob.result("Blue Lantern")).to_contain_text("has just been played here")
    alice.searches("blue")
    expect(alice.result("Blue Lantern")).to_contain_text("Play it anyway")
    alice.result("Blue Lantern").click()

    bob.sees_queue("Blue Lantern")


def test_below_a_short_queue_there_is_something_to_press(alice, puts):  # page.md
    puts("Bob", "Blue Lantern", "Green Harbour")
    alice.opens().sees_queue("Green Harbour")
    expect(alice.part("suggestions", "title")).to_have_text("More to add")
    rows = alice.page.locator("#suggestions .row")
    expect(rows).to_have_count(2)  # Of four records one plays and one waits.

    rows.filter(has_text="Red Kite").get_by_role("button").click()

    alice.sees_queue("Red Kite", "Green Harbour")
    expect(rows).to_have_count(1)


def test_the_code_of_a_nest_one_has_built_stays_until_one_goes(alice):  # I2
    alice.opens().button("Build a Nest", "bar").click()
    building = alice.dialog("Build a Nest")
    building.get_by_role("button", name="Build it").click()
    expect(building.locator(".big-code")).to_be_visible()

    alice.page.wait_for_timeout(4_500)  # As long as it used to stay.

    expect(building.locator(".big-code")).to_be_visible()
    expect(alice.page).to_have_url(f"{alice.url}/")
