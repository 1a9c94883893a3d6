"""Albums, artists and playlists of one's own: found, opened, their songs added, and back."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import SMALLEST, axed
from tests.browser.test_keyboard import focused, searches, tab_to
from tests.player.external_providers.people import Listener, den
from tests.support.browser import LAPTOP, PHONE
from tests.support.spotify_stub import catalogue

FAULTS = next(iter(catalogue.ALBUMS.values()))
SONGS = len(catalogue.SONGS)


def kind(tab, name):
    return tab.page.locator("#search").get_by_role("radio", name=name)


def results(tab):
    return tab.page.locator("#search .result")


def test_an_album_is_found_opened_and_its_songs_are_added(alice):  # V2 V4 I6
    alice.opens().searches("one")

    kind(alice, "Albums").check()
    expect(results(alice)).to_have_count(1)
    expect(results(alice)).to_contain_text("Album · The Band")
    results(alice).click()
    expect(results(alice)).to_have_count(4)
    alice.sees("4 songs.")
    alice.result("Red Kite").click()
    alice.sees_playing("Red Kite")
    alice.page.get_by_role("button", name="Add all 3").click()
    expect(alice.page.locator("#queue .song")).to_have_count(3)

    alice.page.get_by_role("button", name="Back to Albums").click()
    expect(results(alice)).to_contain_text("Album · The Band")
    alice.searches("")
    alice.searches("red")
    expect(kind(alice, "Songs")).to_be_checked()  # The next search begins with songs.
    expect(alice.result("Red Kite")).to_be_visible()


def test_what_plays_or_waits_is_known_where_it_is_found(alice, puts):  # Q5 I6
    puts("Bob", "Blue Lantern", "Green Harbour")
    alice.opens().searches("band")

    expect(alice.result("Blue Lantern")).to_contain_text("Plays now")
    expect(alice.result("Green Harbour")).to_contain_text("Up next")
    expect(alice.page.get_by_role("button", name="Add all 2")).to_be_visible()
    puts("Bob", "Red Kite")
    expect(alice.result("Red Kite")).to_contain_text("Place 2")
    expect(alice.page.get_by_role("button", name="Add all")).to_be_hidden()
    alice.photographs("finding-places")

    alice.may_hear("status of 409")
    alice.result("Red Kite").click()  # Who asks nonetheless is told.
    expect(alice.result("Red Kite")).to_contain_text("This song is queued already, at place 2.")


def test_an_artist_is_found_and_opened_by_keyboard(stub, alice):  # I6 I15
    page = alice.opens(f"/nest/{den()}").page
    searches(page, "nora")
    expect(results(alice).first).to_be_visible()

    tab_to(page, "Songs")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(results(alice)).to_contain_text("Nora Nulls")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(results(alice)).to_have_count(4)

    tab_to(page, "Artists")
    assert "Back to" in focused(page)
    page.keyboard.press("Enter")
    expect(results(alice)).to_contain_text("Artist")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(results(alice)).to_have_attribute("aria-selected", "true")

    page.keyboard.press("Enter")
    expect(results(alice)).to_have_count(4)
    page.keyboard.press("Escape")  # One step: out of the artist, not out of the search.
    expect(results(alice)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(results(alice)).to_have_count(4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    alice.sees_playing("Morning Nothing There")


def test_only_who_is_connected_looks_for_playlists(stub, alice, bob):  # SP4 I6
    code = den()
    Listener(stub, "Alice", code).connects()
    for tab in (alice, bob):
        tab.opens(f"/nest/{code}").searches("faults")
        expect(results(tab).first).to_be_visible()
    expect(kind(bob, "Playlists")).to_be_hidden()

    kind(alice, "Playlists").check()
    expect(results(alice)).to_have_count(1)
    expect(results(alice)).to_contain_text("Your playlist")
    results(alice).click()

    expect(results(alice)).to_have_count(catalogue.SONGS_OF_PLAYLIST)


def test_nothing_and_nobody_in_time_are_said_in_words(stub, alice):  # V4 I6
    alice.opens(f"/nest/{den()}").searches("zzzz")
    alice.sees("Nothing found for “zzzz”.")
    kind(alice, "Albums").check()
    alice.sees("No albums found for “zzzz”.")

    alice.searches("faults")
    expect(results(alice)).to_have_count(1)
    stub.goes_wrong(f"/albums/{FAULTS['id']}", status=503)
    results(alice).click()
    alice.sees("Spotify did not answer.")
    stub.goes_wrong("/search", status=503)
    alice.page.get_by_role("button", name="Back to Albums").click()
    kind(alice, "Artists").check()
    alice.sees("Spotify did not answer in time.")


def test_an_empty_nest_on_spotify_is_no_empty_page(stub, alice):  # I2
    alice.opens(f"/nest/{den()}")

    offered = alice.page.locator("#suggestions .row")
    expect(offered).to_have_count(3)
    offered.first.get_by_role("button").click()

    alice.sees_playing("Live: Piano Man")


@pytest.mark.parametrize("size", [SMALLEST, PHONE, LAPTOP])
def test_it_looks_as_it_should(stub, person, size):  # I14 I15
    alice = person("Alice", size=size)
    code = den()
    Listener(stub, "Alice", code).connects()
    alice.opens(f"/nest/{code}").searches("no")
    expect(results(alice).first).to_be_visible()
    for name in ("Albums", "Artists"):
        kind(alice, name).check()
        expect(results(alice).first).to_contain_text(name[:-1])
        alice.photographs(f"finding-{name.lower()}")
        alice.shows_no_sideways_scroll()
    kind(alice, "Albums").check()
    expect(results(alice).first).to_contain_text("Album")
    results(alice).first.click()
    expect(results(alice)).to_have_count(SONGS)
    alice.photographs("finding-opened")
    alice.shows_no_sideways_scroll()
    axed(alice, "opened")
    alice.page.get_by_role("button", name="Back to Albums").click()
    axed(alice, "albums")
