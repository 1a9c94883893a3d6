"""Shuffle and repeat beside the transport, as the DJ and as everybody else sees them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed, photographed

SONGS = ("Blue Lantern", "Green Harbour", "Red Kite")


@pytest.fixture
def booth(server, puts, settle):
    """Alice's nest, whose DJ she is."""
    settle(AWAY_AFTER_SECONDS="120")
    alice = server.visitor("Alice")
    code = alice.builds("The Booth")["code"]
    alice.asks("PATCH", f"/api/nests/{code}", control_mode="dj", bender=False)
    puts("Alice", *SONGS, nest=code)
    return code


def test_the_dj_shuffles_and_repeats_and_a_listener_sees_it(booth, alice, bob):  # U-5.8 P5
    for tab in (alice, bob):
        tab.opens(f"/nest/{booth}")
    alice.sees_playing(SONGS[0])
    expect(alice.button("Shuffle, off")).to_be_visible()
    expect(bob.page.locator("#now-playing .option:visible")).to_have_count(0)

    alice.button("Shuffle, off").click()
    alice.button("Repeat, off").click()

    for tab in (alice, bob):
        expect(tab.part("queue", "summary")).to_have_text(re.compile("shuffled · repeats"))
        expect(tab.button("Repeat, all songs")).to_have_attribute("aria-pressed", "true")
    expect(bob.button("Shuffle, on")).to_be_disabled()
    bob.reloads()
    expect(bob.button("Shuffle, on")).to_be_visible()
    for tab in (alice, bob):
        photographed(tab, f"options-{tab.name.lower()}")
        axed(tab, f"options-{tab.name.lower()}")
