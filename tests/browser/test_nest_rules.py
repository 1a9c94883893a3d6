"""What a host sets for songs, and what everybody else meets of it."""

import pytest
from playwright.sync_api import expect

from nests.registry import store
from tests.browser.looking import SMALLEST, axed
from tests.browser.test_nest_settings import set_up
from tests.support.browser import LAPTOP, PHONE
from tests.support.server import wait_for


@pytest.fixture
def vibes(server):
    """A nest of Alice's."""
    return server.visitor("Alice").builds("Friday Vibes")["code"]


def proposals(tab):
    return tab.page.get_by_role("region", name="Waiting for approval")


def test_a_song_waits_the_creator_approves_it_and_it_plays(vibes, alice, bob):  # S-16.1
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
    hers = set_up(alice)
    hers.get_by_role("switch", name="Songs wait for approval").check()
    alice.page.keyboard.press("Escape")

    bob.searches("lantern")
    bob.result("Blue Lantern").click()
    expect(bob.result("Blue Lantern")).to_contain_text("Waits for approval")
    bob.searches("")
    bob.searches("kite")
    bob.result("Red Kite").click()
    bob.page.keyboard.press("Escape")
    bob.page.keyboard.press("Escape")

    expect(proposals(alice).get_by_role("listitem")).to_have_count(2)
    expect(proposals(bob)).to_contain_text("Not decided yet")
    for size in (LAPTOP, PHONE, SMALLEST):
        for tab in (alice, bob):
            tab.measures(size)
            tab.shows_no_sideways_scroll()
            tab.photographs(f"approval-{tab.name}")
    axed(alice, "approval")
    proposals(alice).get_by_role("button", name="Approve Blue Lantern").click()

    for tab in (alice, bob):
        tab.sees_playing("Blue Lantern")
    proposals(alice).get_by_role("button", name="Refuse Red Kite").click()
    expect(bob.page.locator("#toasts")).to_contain_text("“Red Kite” was not approved.")
    expect(proposals(alice)).to_be_hidden()
    expect(proposals(bob)).to_be_hidden()


def test_what_is_blocked_says_so_before_the_press_and_after(vibes, alice, bob):  # S-16.1 S-16.2
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
    bob.searches("band")
    expect(bob.result("Red Kite")).not_to_contain_text("not played here")
    hers = set_up(alice)

    hers.get_by_role("textbox", name="Words, artists and songs").fill("KITE")
    hers.get_by_role("textbox", name="Words, artists and songs").blur()

    expect(bob.result("Red Kite")).to_contain_text("“KITE” is not played here")
    bob.photographs("blocked-before")
    bob.may_hear("status of 409")
    bob.result("Red Kite").click()
    expect(bob.result("Red Kite")).to_contain_text("“KITE” is not played in this nest.")
    bob.photographs("blocked-after")
    bob.result("Green Harbour").click()
    bob.sees_playing("Green Harbour")


def test_what_one_is_typing_stays_whatever_else_changes(vibes, server, alice):  # S-16.1 I5
    alice.opens(f"/nest/{vibes}")
    hers = set_up(alice)
    words = hers.get_by_role("textbox", name="Words, artists and songs")
    words.fill("KITE")

    server.visitor("Alice").asks("PATCH", f"/api/nests/{vibes}", airhorns=False)
    expect(hers.get_by_role("switch", name="Airhorns", exact=True)).not_to_be_checked()

    expect(words).to_have_value("KITE")
    words.blur()
    wait_for(lambda: store.get_nest(vibes).setting("blocked") == ["KITE"])
    server.visitor("Alice").asks("PATCH", f"/api/nests/{vibes}", blocked=["Harbour"])
    expect(words).to_have_value("Harbour")


def test_a_preset_sets_all_rules_at_one_press(vibes, alice, bob):  # S-16.1 S-16.2
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
    hers, his = set_up(alice), set_up(bob)
    expect(his.get_by_role("button", name="Office")).to_be_hidden()
    for size in (LAPTOP, PHONE, SMALLEST):
        for tab in (alice, bob):
            tab.measures(size)
            tab.shows_no_sideways_scroll()
            tab.photographs(f"rules-{tab.name}")
    axed(alice, "rules")

    hers.get_by_role("button", name="Office").click()

    expect(his.get_by_role("switch", name="Airhorns", exact=True)).not_to_be_checked()
    expect(his.get_by_role("spinbutton", name="Longest song")).to_have_value("10")
    expect(bob.page.locator("[data-action=airhorns]")).to_be_hidden()
    for box in ("Votes move songs", "Songs can be voted down"):
        expect(his.get_by_role("switch", name=box)).to_be_checked()
    hers.get_by_role("button", name="Open evening").click()
    expect(his.get_by_role("spinbutton", name="Longest song")).to_have_value("")
    alice.photographs("rules-open")


def test_a_skip_is_voted_on_and_passes_at_half_of_those_present(vibes, server, alice, bob, puts):
    # S-6.9 S-16.1 I5
    puts("Alice", "Blue Lantern", "Green Harbour", nest=vibes)
    server.visitor("Alice").asks("PATCH", f"/api/nests/{vibes}", skip_mode="vote")
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes}")
        tab.sees_playing("Blue Lantern")
    with server.visitor("Carol").opens(vibes):
        button = bob.page.locator("#now-playing [data-action=skip]")
        expect(button).to_have_accessible_name("Vote to skip, 0 of 2")
        button.click()
        expect(button).to_have_accessible_name("You voted to skip, 1 of 2")
        expect(alice.part("now-playing", "skip-tally")).to_have_text("1/2")
        bob.photographs("skip-vote")
        bob.sees_playing("Blue Lantern")

        alice.page.locator("#now-playing [data-action=skip]").click()

        for tab in (alice, bob):
            tab.sees_playing("Green Harbour")
            expect(tab.part("now-playing", "skip-tally")).to_be_hidden()
