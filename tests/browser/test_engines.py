"""One evening in each of the three engines: Chromium's, Firefox's and WebKit's.

Alice is at the browser, Bob is a program, so that one engine is tried at a time. Presses and keys
are real input, and what she hears goes to a sound card that is nowhere.
"""

import json
import re
import shutil
from collections.abc import Iterator

import pytest

from bench.pulse import Card, sound_card
from tests.browser.conftest import failed
from tests.support.browser import PICTURES
from tests.support.engines import ENGINES, Engine, launch, missing
from tests.support.recordings import recording, shelved
from tests.support.server import Server, serving

LISTEN = "#now-playing [data-action=listen]"
SOON_S = 30.0  # A browser that starts while others draw.
NEAR_MS = 100

STATUS = "document.querySelector('#now-playing [data-part=status]').textContent"
POSITION = "window.andre.player.position()"
TEXTS = "[...document.querySelectorAll('%s [data-part=title]')].map(each => each.textContent)"
TITLES, RESULTS = TEXTS % "#queue .song", TEXTS % "#search .result"
PLAYING = "document.querySelector('#now-playing [data-part=title]').textContent"
COUNT = "document.querySelector('#bar [data-part=count]')?.textContent"
NAME = "document.querySelector('#bar [data-part=name]')?.textContent"

SHELF = "document.querySelector('#library [data-part=scroll]')"
DRAWN_ALBUMS = "document.querySelectorAll('#library .tiles > li').length"
SEEN_ALBUMS = """[...document.querySelectorAll("#library .tiles > li")].filter((tile) => {
  const { top, bottom } = tile.getBoundingClientRect();
  const view = document.querySelector("#library [data-part=scroll]").getBoundingClientRect();
  return bottom > view.top && top < view.bottom;
}).map((tile) => tile.querySelector("[data-part=title]").textContent)"""

SWATCHES = """[...document.querySelectorAll(".swatch input")]
  .map((each) => getComputedStyle(each).backgroundColor)"""

# A moment at which the page says that it is in step: what it says, and how far it is from the nest.
IN_STEP = """(() => {
  const status = document.querySelector("#now-playing [data-part=status]").textContent;
  const position = window.andre.player.position();
  if (!status.startsWith("In step, ") || position === null) return null;
  const { duration_ms, ends_at_ms } = window.andre.state().nest.playback;
  return { status, off_ms: position - (duration_ms - (ends_at_ms - window.andre.clock.now())) };
})()"""


@pytest.fixture(scope="module")
def card() -> Iterator[Card]:
    """Firefox stands still without one; Chromium and WebKit would play to nobody all the same."""
    if not shutil.which("pulseaudio"):
        pytest.skip("PulseAudio is not installed (Debian: apt-get install pulseaudio).")
    with sound_card(1) as card:
        yield card


@pytest.fixture(scope="module", params=ENGINES)
def browser(request: pytest.FixtureRequest, card: Card) -> Iterator[Engine]:
    """One for all its stories; the server of each is new to it."""
    if packages := missing(request.param):
        pytest.skip(f"Not installed for {request.param} (Debian): {', '.join(packages)}.")
    with launch(request.param, environment=card.environment(0)) as engine:
        yield engine


@pytest.fixture
def server(library: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def alice(browser: Engine, server: Server, settings, request) -> Iterator[Engine]:
    """At the door of the server. What was on her screen when a story failed is kept."""
    settings.DEBUG = True  # Opens the development sign-in.
    browser.open(server.url)
    yield browser
    if failed(request.node):
        PICTURES.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
        browser.screenshot(PICTURES / f"failed-{name}.png")
    browser.open("about:blank")  # So that no page is left looking for a server that is gone.


def sign_in(page: Engine, name: str) -> None:
    page.fill("#name", name)
    page.click(".simple-page-form button[type=submit]")
    page.wait_until(f"/^[1-9]/.test({COUNT})", SOON_S)  # It was welcomed.


def test_alice_signs_in_and_hears_the_song_where_the_nest_is(alice, server, puts):  # C2 C4 C5
    puts("Bob", "Blue Lantern")
    sign_in(alice, "Alice")
    alice.wait_until(f"{PLAYING} === 'Blue Lantern'")
    assert alice.evaluate(STATUS) == "Not listening here"
    assert alice.evaluate(POSITION) is None

    alice.click(LISTEN)

    moment = alice.wait_until(IN_STEP, SOON_S)
    print(f"{alice.name}: {moment['status']}, {moment['off_ms']:+.1f} ms from the nest")
    assert abs(moment["off_ms"]) < NEAR_MS
    alice.wait_until(f"{POSITION} > {alice.evaluate(POSITION)} + 1500")
    assert not alice.evaluate(f"document.querySelector({json.dumps(LISTEN)}).checkVisibility()")

    with server.visitor("Bob").opens("main") as bob:
        bob.does("pause")
        alice.wait_until(f"{POSITION} === null && {STATUS} === 'Listening here'")
        bob.does("play")
        alice.wait_until(IN_STEP, SOON_S)
    alice.click("[data-action=listen-toggle]")
    alice.wait_until(f"{POSITION} === null && {STATUS} === 'Not listening here'")


def test_alice_adds_a_song_votes_for_bobs_and_skips_to_it(alice, server, puts):  # I3 I4 I6
    puts("Bob", "Green Harbour", "Red Kite")
    sign_in(alice, "Alice")
    alice.wait_until(f"{PLAYING} === 'Green Harbour'")

    with server.visitor("Bob").opens("main") as bob:
        alice.fill("#search-box", "blue lan")
        alice.wait_until(f"{RESULTS}.join() === 'Blue Lantern'")
        alice.click("#search .result")
        assert bob.hears("songs_added")["songs"][0]["title"] == "Blue Lantern"
        alice.press("Escape")
        alice.wait_until(f"{TITLES}.toSorted().join() === 'Blue Lantern,Red Kite'")

        alice.click("#queue .vote-up[aria-label^='Vote up Red Kite']")
        assert bob.hears("vote_cast")["direction"] == 1
        alice.wait_until(f"{TITLES}.join() === 'Red Kite,Blue Lantern'")
        alice.wait_until("document.querySelector('#queue .vote-up').ariaPressed === 'true'")

        alice.click("#now-playing [data-action=skip]")
        assert bob.hears("song_started")["song"]["title"] == "Red Kite"
    alice.wait_until(f"{PLAYING} === 'Red Kite' && {TITLES}.join() === 'Blue Lantern'")


def test_alice_builds_a_nest_and_bob_joins_it_by_its_code(alice, server):  # I1 I2
    sign_in(alice, "Alice")
    alice.click("#bar [data-action=create-nest]")
    alice.fill("#create-nest-name", "Friday Vibes")
    alice.click("#create-nest [type=submit]")
    code = alice.wait_until("document.querySelector('#create-nest [data-part=code]').textContent")
    alice.click("#create-nest [data-part=go]")
    alice.wait_until(f"location.pathname === '/nest/{code}' && {COUNT} === '1'", SOON_S)
    assert alice.evaluate(NAME) == "Friday Vibes"

    with server.visitor("Alice").opens(code):  # Elsewhere, too; and Bob takes her place here.
        alice.click("#bar .avatar-button")
        alice.click("#me [action='/sign-out/'] button")
        alice.wait_until("location.pathname === '/sign-in/'", SOON_S)
        bob = alice
        sign_in(bob, "Bob")
        bob.click("#bar [data-action=join]")
        bob.fill("#join-code", code.lower())

        bob.wait_until(f"location.pathname === '/nest/{code}' && {COUNT} === '2'", SOON_S)
    assert bob.evaluate(NAME) == "Friday Vibes"


def test_alice_walks_through_a_long_library_and_back(alice):  # L13
    """What is drawn fills the view, wherever she looks, and is little."""
    shelved(*(recording("Song", f"Artist {each:03}", f"Album {each:03}") for each in range(300)))
    sign_in(alice, "Alice")
    alice.click("[data-action=library]")
    alice.click("#library input[value=albums]")
    alice.wait_until(f"{SEEN_ALBUMS}[0] === 'Album 000'")

    alice.evaluate(f"{SHELF}.scrollTo(0, 1e9)")
    alice.wait_until(f"{SEEN_ALBUMS}.at(-1) === 'One' && {SEEN_ALBUMS}.at(-2) === 'Album 299'")
    assert alice.evaluate(DRAWN_ALBUMS) < 100

    alice.evaluate(f"{SHELF}.scrollTo(0, {SHELF}.scrollHeight / 2)")
    alice.wait_until(f"/^Album 1/.test({SEEN_ALBUMS}[0]) && {SEEN_ALBUMS}.every(Boolean)")
    alice.click("#library .tiles > li:nth-child(20) .tile")
    title = alice.wait_until(
        "document.querySelector('#library [data-part=opened-title]').textContent"
    )
    alice.press("Escape")

    alice.wait_until(f"{SEEN_ALBUMS}.includes('{title}')")
    alice.wait_until(f"document.activeElement.title === '{title}'")
    assert alice.evaluate(DRAWN_ALBUMS) < 100
    alice.press("Escape")


def test_each_accent_keeps_its_colour_where_firefox_forces_its_own(card, server, settings):  # I15
    if packages := missing("firefox"):
        pytest.skip(f"Not installed for Firefox (Debian): {', '.join(packages)}.")
    settings.DEBUG = True  # Opens the development sign-in.
    colours = {"browser.display.document_color_use": 2}  # As a contrast theme of the system does.
    with launch("firefox", environment=card.environment(0), preferences=colours) as alice:
        alice.open(server.url)
        sign_in(alice, "Alice")
        assert alice.evaluate("matchMedia('(forced-colors: active)').matches")
        assert len(set(alice.evaluate(SWATCHES))) == 9
