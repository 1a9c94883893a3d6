"""A song of a real music server, on two pages at once, and while that server is away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_engines import IN_STEP as MOMENT
from tests.browser.test_sound import IN_STEP
from tests.support import supysonic
from tests.support.supysonic import title_of

pytestmark = pytest.mark.slow

FIRST = title_of(0, 1)
NEAR_MS = 100  # Of the nest, and so two pages of each other.
AWAY = "The recording cannot be reached right now."

SOUNDS_WHERE_THE_NEST_IS = f"""() => {{
  const moment = {MOMENT};
  return moment !== null && Math.abs(moment.off_ms) < {NEAR_MS};
}}"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with supysonic.running(tmp_path_factory.mktemp("supysonic"), albums=1) as running:
        yield running


@pytest.fixture
def music(house, settle, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settle(**house.settings)
    with house.back_afterwards():
        yield house


def test_a_song_of_a_music_server_is_heard_in_step_after_a_seek_too(music, alice, bob):
    # V5 V8 C1 C2
    for tab in (alice, bob):
        tab.opens()
    alice.adds(FIRST)
    for tab in (alice, bob):
        tab.listens_here()
    for tab in (alice, bob):
        expect(tab.part("now-playing", "status")).to_have_text(IN_STEP, timeout=15_000)

    bob.seeks(30)

    for tab in (alice, bob):
        expect(tab.part("now-playing", "elapsed")).to_have_text(re.compile("^0:[3-5][0-9]$"))
        tab.page.wait_for_function(SOUNDS_WHERE_THE_NEST_IS, timeout=20_000)


def test_while_it_is_away_the_page_says_so_and_sounds_when_it_is_back(music, alice):  # V9
    alice.may_hear("503")
    alice.opens()
    alice.adds(FIRST)
    alice.sees_playing(FIRST)
    music.kill()

    alice.listens_here()
    alice.sees(AWAY)
    music.start()

    expect(alice.part("now-playing", "status")).to_have_text(IN_STEP, timeout=15_000)
    alice.sees_playing(FIRST)
