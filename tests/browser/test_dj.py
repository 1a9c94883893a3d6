"""An evening with a DJ: only she plays and skips, and the music waits when her laptop dies."""

import pytest
from playwright.sync_api import expect

from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.lifecycle import grace
from tests.browser.looking import axed, photographed
from tests.browser.views import open_dialog
from tests.player.external_providers.people import until

SONG = "Blue Lantern"


@pytest.fixture(autouse=True)
def _soon_away(settle):
    settle(AWAY_AFTER_SECONDS="0.5")


@pytest.fixture
def den(server, puts):
    """Alice's nest, in which anybody plays and skips at first."""
    code = server.visitor("Alice").builds("The Den")["code"]
    puts("Alice", SONG, "Green Harbour", nest=code)
    return code


@pytest.fixture
def evening(den, alice, bob):
    for tab in (alice, bob):
        tab.opens(f"/nest/{den}")
    alice.sees_playing(SONG)
    open_dialog(alice.page, "nest-settings")
    settings = alice.dialog("Nest settings")
    expect(settings.get_by_role("switch", name="The nest ends")).to_have_count(0)
    settings.get_by_role("radio", name="A DJ").check()
    expect(settings.get_by_role("switch", name="The nest ends")).not_to_be_checked()
    alice.photographs("dj-settings")
    alice.page.keyboard.press("Escape")
    return den


def looks_at_every_size(tab, name):
    photographed(tab, name)
    axed(tab, name)


def laptop_dies(tab):
    tab.page.context.close()


def test_the_laptop_of_the_dj_dies_and_the_music_waits_for_her(  # S-2.1 S-2.3 S-6.1
    evening, alice, bob, person
):
    expect(bob.part("now-playing", "dj")).to_have_text("Alice is the DJ")
    for name in ("Pause", "Skip", "Previous"):
        expect(bob.button(name)).to_be_hidden()
    expect(alice.button("Pause")).to_be_enabled()
    expect(alice.part("now-playing", "scope")).to_have_text("You are the DJ")
    looks_at_every_size(bob, "dj-listener")
    bob.page.keyboard.press(" ")
    assert bob.state("nest.playback.is_playing")

    laptop_dies(alice)

    banner = bob.part("now-playing", "dj-away")
    expect(banner).to_contain_text("Alice is away.")
    expect(banner).to_contain_text("9:5")
    expect(banner).to_contain_text("Then everybody plays and skips.")
    assert not bob.state("nest.playback.is_playing")
    frozen = bob.state("nest.playback.position_ms")
    looks_at_every_size(bob, "dj-away")

    back = person("Alice").opens(f"/nest/{evening}")

    expect(banner).to_be_hidden()
    until(lambda: bob.state("nest.playback.is_playing"))
    assert bob.state("nest.playback.position_ms") == frozen
    back.sees_button("Pause")


def test_grace_ends_and_everybody_plays_and_skips(evening, alice, bob):  # S-2.5
    laptop_dies(alice)
    banner = bob.part("now-playing", "dj-away")
    expect(banner).to_be_visible()
    redis().delete(NestKeys(evening).dj_grace)  # Ten minutes later, as Redis sees it.

    assert [grace.expire_nests() for _ in "12"] == [0, 0]

    expect(banner).to_be_hidden()
    bob.sees_button("Play")
    bob.plays()
    bob.sees_button("Pause")


def test_the_dj_passes_on_among_the_people(evening, alice, bob):  # S-6.10
    open_dialog(alice.page, "people")
    people = alice.dialog("Listening now")
    alice.photographs("dj-people")
    people.get_by_role("button", name="Pass on to Bob").click()
    expect(people.get_by_role("button", name="Make Alice the DJ")).to_be_visible()
    alice.photographs("dj-people-passed")
    alice.page.keyboard.press("Escape")

    expect(alice.part("now-playing", "dj")).to_have_text("Bob is the DJ")
    bob.pauses()
    bob.sees_button("Play")
