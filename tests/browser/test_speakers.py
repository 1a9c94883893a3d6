"""One person with two browsers and several tabs, of which one sounds."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed
from tests.support.browser import PHONE, Tab
from tests.support.server import wait_for

IN_STEP = re.compile(r"^In step, \d+ ms$")
REFUSED = "status of 403"

# When this page begins or ends to sound: ms on the clock that all pages of a machine share.
NOTE = """(begins) => new Promise((resolve) => {
  const look = () => {
    const position = window.andre.player.position();
    if ((position !== null) !== begins) return void setTimeout(look, 5);
    const { duration_ms, ends_at_ms } = window.andre.state().nest.playback;
    const expected = duration_ms - (ends_at_ms - window.andre.clock.now());
    resolve({ at: performance.timeOrigin + performance.now(), off: position - expected });
  };
  look();
})"""


@pytest.fixture
def phone(person, puts) -> Tab:
    """Alice's, on which she listens."""
    puts("Alice", "Blue Lantern", "Green Harbour")
    tab = person("Alice", size=PHONE)
    tab.opens().listens_here()
    sounds(tab)
    return tab


@pytest.fixture
def laptop(person, phone) -> Tab:
    return person("Alice").opens()


def sounds(tab: Tab) -> None:
    expect(tab.part("now-playing", "status")).to_have_text(IN_STEP, timeout=20_000)


def is_silent(tab: Tab) -> bool:
    return tab.position_ms() is None


def test_one_of_two_browsers_sounds_and_the_other_takes_over(phone, laptop):  # U-3.4 U-3.5 U-4.8
    laptop.sees("Sounds on Linux (Chrome)")
    assert is_silent(laptop)
    laptop.photographs("speaker-elsewhere")
    laptop.page.evaluate(f"() => {{ window.noted = ({NOTE})(true); }}")
    phone.page.evaluate(f"() => {{ window.noted = ({NOTE})(false); }}")
    version = laptop.state("nest.playback.version")

    pressed = laptop.page.evaluate(
        """() => {
          document.querySelector("[data-action=take-over]").click();
          return performance.timeOrigin + performance.now();
        }"""
    )
    begun, ended = (tab.page.evaluate("() => window.noted") for tab in (laptop, phone))

    print(
        f"silent here after {ended['at'] - pressed:.0f} ms, heard there after"
        f" {begun['at'] - pressed:.0f} ms, {begun['off']:+.0f} ms from the nest's position"
    )
    sounds(laptop)
    assert is_silent(phone)
    phone.sees("Sounds on Linux (Chrome)")
    phone.photographs("speaker-elsewhere")
    axed(phone, "speaker-elsewhere")
    assert laptop.state("nest.playback.version") == version


def test_what_the_silent_one_may_still_ask_for_is_refused(phone, laptop):  # U-3.7 U-4.8 U-4.9
    wish = """async () => {
      const { nest, here } = window.andre.state();
      const body = JSON.stringify({ track: nest.song.trackid, ...here });
      const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
      const address = `/api/nests/${window.NEST_CODE}/media-token`;
      const asked = await fetch(address, { method: "POST", headers, body });
      return [asked.status, (await asked.json()).url ?? null];
    }"""
    status, url = phone.page.evaluate(wish)
    assert status == 200
    phone.may_hear(REFUSED)

    laptop.button("Play here instead").click()
    sounds(laptop)

    assert phone.page.evaluate(f"async () => (await fetch('{url}')).status") == 403
    assert phone.page.evaluate(wish) == [403, None]
    phone.pauses()
    wait_for(lambda: is_silent(laptop))


def test_of_two_tabs_of_one_browser_one_sounds(phone):  # U-3.4
    second = phone.another_tab()
    second.opens()
    second.sees("Sounds in another tab")
    assert is_silent(second)

    second.button("Play here instead").click()
    sounds(second)
    assert is_silent(phone)

    second.page.close()
    sounds(phone)


def test_any_device_is_chosen_from_any_other_by_its_name(phone, laptop):  # U-3.1 U-3.4
    phone.button("Listening on").click()
    menu = phone.page.locator("#listening-on")
    row = menu.get_by_role("listitem").filter(has_text="This browser")
    row.get_by_role("button", name=re.compile("^Rename")).click()
    row.get_by_role("textbox").fill("My phone")
    row.get_by_role("button", name="Save").click()
    laptop.sees("Sounds on My phone")
    phone.photographs("listening-on")

    laptop.button("Listening on").click()
    expect(laptop.page.locator("#listening-on")).to_be_visible()
    laptop.photographs("listening-on")
    axed(laptop, "listening-on")
    laptop.page.keyboard.press("Escape")
    menu.get_by_role("button", name="Linux (Chrome)", exact=True).click()

    phone.sees("Sounds on Linux (Chrome)")
    assert is_silent(phone)
    assert laptop.state("nest.mine.speaker.device") == laptop.state("here.device")


def test_who_wants_both_hears_both(phone, laptop):  # U-3.4
    laptop.page.locator("#now-playing [data-action=listening-on]").focus()
    phone.button("Adjust this device").click()
    dialog = phone.dialog("Appearance and sound")
    dialog.get_by_role("switch", name=re.compile("several devices")).check()
    phone.page.keyboard.press("Escape")

    laptop.listens_here()

    for tab in (phone, laptop):
        sounds(tab)


def test_after_a_reload_the_same_browser_sounds_again(phone, laptop):  # U-6.4
    phone.reloads()

    sounds(phone)
    laptop.sees("Sounds on Linux (Chrome)")
    assert is_silent(laptop)
