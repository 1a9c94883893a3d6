"""The way to the server is cut and mended; the page takes it calmly."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.browser import CUT_OFF, PHONE, Cable

BACK_WITHIN_MS = 12_000  # Three or four attempts, each after a time that chance chooses.

# Everything that would be a flash: rows that go, or a title that is another for a moment.
WATCH = """() => {
  const seen = { gone: [], titles: new Set() };
  const title = document.querySelector("#now-playing [data-part=title]");
  new MutationObserver((changes) => changes.forEach(({ removedNodes }) =>
    seen.gone.push(...[...removedNodes].map((node) => node.textContent)),
  )).observe(document.querySelector("#queue .list"), { childList: true });
  new MutationObserver(() => seen.titles.add(title.textContent))
    .observe(title, { childList: true, characterData: true, subtree: true });
  return seen;
}"""
SEEN = "seen => ({ gone: seen.gone, titles: [...seen.titles] })"


@pytest.fixture
def cable(server) -> Iterator[Cable]:
    made = Cable(server.port)
    yield made
    made.cut()


@pytest.fixture
def alice(person, cable):
    """Alice is at the end of the cable; Bob is not."""
    tab = person("Alice", size=PHONE, url=cable.url)
    tab.may_hear(CUT_OFF)
    return tab


@pytest.fixture(autouse=True)
def two_songs(puts) -> None:
    puts("Alice", "Blue Lantern", "Green Harbour")


def test_a_lost_connection_comes_back_by_itself_without_a_flash(alice, bob, cable, puts):  # I13 R7
    bob.opens()
    alice.opens().sees_queue("Green Harbour")
    # A window so low that there is a way to scroll.
    alice.page.set_viewport_size({"width": 1366, "height": 500})
    alice.page.wait_for_function(
        "() => { window.scrollTo(0, 150); return window.scrollY === 150; }"
    )
    watch = alice.page.evaluate_handle(WATCH)

    cable.cut()
    alice.sees("Connection lost. We are reconnecting.")
    puts("Bob", "Red Kite")
    bob.votes_up("Green Harbour")
    cable.mend()

    expect(alice.page.locator("#connection")).to_be_hidden(timeout=BACK_WITHIN_MS)
    alice.sees_queue("Green Harbour", "Red Kite")
    expect(alice.row("Green Harbour").locator(".vote-up")).to_have_text("1")
    assert watch.evaluate(SEEN) == {"gone": [], "titles": []}
    assert alice.page.evaluate("() => window.scrollY") == 150


def test_what_one_presses_while_away_is_done_on_return(alice, bob, cable):  # I13
    alice.opens()
    bob.opens().sees_playing("Blue Lantern")
    cable.cut()
    alice.sees("Connection lost. We are reconnecting.")

    alice.skips()
    cable.mend()

    for tab in (alice, bob):
        tab.sees_playing("Green Harbour", within_ms=10_000)


def test_what_cannot_be_said_for_ten_seconds_is_refused(alice, bob, cable):  # I13
    alice.opens()
    alice.page.clock.install()
    cable.cut()
    alice.page.clock.run_for(1_000)
    alice.sees("Connection lost. We are reconnecting.")

    alice.skips()
    alice.page.clock.run_for(10_001)

    alice.sees("No connection: this did not arrive.")
    bob.opens().sees_playing("Blue Lantern")


def test_a_blip_is_not_worth_a_word(alice, cable, puts):  # I13
    alice.opens()
    said = alice.page.evaluate_handle(
        """() => {
          const said = { bar: false };
          const bar = document.getElementById("connection");
          new MutationObserver(() => { said.bar ||= !bar.hidden; })
            .observe(bar, { attributes: true });
          return said;
        }"""
    )

    cable.cut()
    cable.mend()
    puts("Bob", "Red Kite")

    expect(alice.row("Red Kite")).to_be_visible()
    assert said.evaluate("said => said.bar") is False
