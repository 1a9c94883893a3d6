"""What a page shows of the worst nights of its house: nothing, or one honest sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.player.library_shelf import flac
from tests.support.browser import CUT_OFF, LAPTOP, Tab
from tests.support.crowd import until
from tests.support.store_away import restarts, restarts_empty
from tests.support.whole_house import House, signal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SONGS = ("Blue Lantern", "Green Harbour", "Red Kite")
BACK_WITHIN_MS = 20_000  # When a page tries again is chance, and the machine is busy.
REBUILT = "This nest was rebuilt, and what was queued here is lost."


@pytest.fixture
def house(browser: Browser, tmp_path: Path) -> Iterator[House]:
    for title in SONGS:
        flac(tmp_path / "house.music" / f"{title}.flac", 60, title=title, artist="The Band")
    made = House(tmp_path / "house", USE_BENDER="false")
    try:
        made.comes_up(120)
        yield made
    finally:
        print(made.log.read_text()[-20_000:])
        made.ends(signal.SIGTERM)


@pytest.fixture
def alice(browser: Browser, house: House) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
    tab = Tab("Alice", context.new_page(), house.url)
    tab.may_hear(CUT_OFF)
    tab.may_hear("status of 503")
    tab.page.goto(tab.url)
    tab.page.get_by_label("Name").fill("Alice")
    tab.page.get_by_role("button", name="Come in").click()
    tab.is_in()
    found = f"{tab.url}/api/search?q={SONGS[-1].replace(' ', '%20')}"
    until(lambda: tab.page.request.get(found).json()["results"], 30)
    yield tab
    context.close()
    assert tab.unexpected() == []


def test_a_store_that_comes_back_is_not_worth_a_word_and_one_that_forgot_is_admitted(
    house, alice
):  # F1 R7 R18
    alice.adds(*SONGS)
    alice.sees_queue(*SONGS[1:])

    # With all it knew: the page recovers by itself, and the music goes on.
    restarts(house)

    expect(alice.page.locator("#connection")).to_be_hidden(timeout=BACK_WITHIN_MS)
    alice.seeks(59)
    alice.sees_playing(SONGS[1], within_ms=BACK_WITHIN_MS)
    alice.sees_queue(SONGS[2])

    # Without: the page says so, nobody signs in again, and the room is open at once.
    restarts_empty(house)

    expect(alice.page.get_by_text(REBUILT)).to_be_visible(timeout=BACK_WITHIN_MS)
    alice.sees_queue()
    alice.adds(SONGS[2])
    alice.sees_playing(SONGS[2])
