"""Two people in one nest, each with a page of their own."""

import re

import pytest
from playwright.sync_api import expect

from andre.core.context import Actor, CommandContext
from bender.filling import filler, preview
from bender.selection.context import Pick
from bender.state.nest_state import read_nest_state
from nests.registry import store
from player.queue import queue
from tests.support.nest import track


@pytest.fixture
def both(alice, bob, puts):
    """Alice's record plays, one of hers and one of Bob's wait; both pages show it."""
    puts("Alice", "Blue Lantern", "Green Harbour")
    puts("Bob", "Red Kite")
    for tab in (alice, bob):
        tab.opens()
        tab.sees_playing("Blue Lantern")
        expect(tab.page.locator("#queue .song")).to_have_count(2)


def test_what_one_adds_is_on_the_others_screen(alice, bob, puts):  # I6 I12
    puts("Bob", "Blue Lantern")
    alice.opens()
    bob.opens()
    alice.searches("Green Harbour")
    expect(alice.result("Green Harbour")).to_be_visible()

    alice.result("Green Harbour").click()

    bob.sees_queue("Green Harbour")
    expect(alice.result("Green Harbour")).to_have_class(re.compile("is-added"))


def test_a_vote_moves_a_row_on_both_screens(alice, bob, both):  # I4
    before = [row.text_content() for row in titles(alice)]
    last = before[-1]
    voter = bob if last == "Green Harbour" else alice

    voter.votes_up(last)

    for tab in (alice, bob):
        tab.sees_queue(*reversed(before))
    expect(voter.row(last).get_by_role("button", name=f"Vote up {last}")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_ones_own_song_is_up_to_the_others_and_is_said_where_one_clicked(alice, both):  # I12
    button = alice.row("Green Harbour").get_by_role("button", name="Vote up Green Harbour")

    button.click()

    refusal = alice.page.get_by_role("alert").filter(has_text="Your own song is up to the others.")
    expect(refusal).to_be_visible()
    bubble, pressed = refusal.bounding_box(), button.bounding_box()
    assert abs(bubble["y"] - pressed["y"]) < 100
    assert bubble["x"] - 100 < pressed["x"] < bubble["x"] + bubble["width"] + 100
    expect(button).to_have_attribute("aria-pressed", "false")


def test_pausing_playing_and_seeking_are_seen_by_both(alice, bob, both):  # I3
    alice.pauses()
    bob.sees_button("Play")

    bob.seeks(30)
    expect(alice.part("now-playing", "elapsed")).to_have_text("0:30")
    expect(bob.part("now-playing", "elapsed")).to_have_text("0:30")

    bob.plays()
    for tab in (alice, bob):
        tab.sees_button("Pause")
        assert tab.state("nest.playback.is_playing") is True


def test_a_skip_brings_the_next_song_to_both(alice, bob, both):  # I3
    following = titles(alice)[0].text_content()

    bob.skips()

    for tab in (alice, bob):
        tab.sees_playing(following)
        expect(tab.page.locator("#queue .song")).to_have_count(1)
        expect(tab.page.locator("#announcer")).to_have_text(f"Now playing: {following} by The Band")


def test_a_song_that_ends_gives_way_to_the_next_by_itself(alice, bob, both):  # I3
    following = titles(alice)[0].text_content()

    alice.seeks(59)

    for tab in (alice, bob):
        tab.sees_playing(following)
        expect(tab.row(following)).to_have_count(0)
        tab.sees_button("Pause")


def test_what_was_removed_can_be_brought_back(alice, bob, both):  # I4
    before = [row.text_content() for row in titles(alice)]

    alice.removes("Green Harbour")
    bob.sees_queue("Red Kite")
    toast = alice.page.locator("#toasts li")
    expect(toast).to_contain_text("Removed “Green Harbour”")
    toast.get_by_role("button", name="Undo").click()

    for tab in (alice, bob):
        tab.sees_queue(*before)
    expect(toast).to_have_count(0)


def test_a_reload_keeps_everything(alice, bob, both):  # I1 I4
    bob.votes_up("Green Harbour")
    bob.pauses()
    bob.sees_button("Play")
    bob.sees_queue("Green Harbour", "Red Kite")

    bob.reloads()

    bob.sees_playing("Blue Lantern")
    bob.sees_queue("Green Harbour", "Red Kite")
    bob.sees_button("Play")
    expect(bob.part("bar", "count")).to_have_text("2")
    vote = bob.row("Green Harbour").get_by_role("button", name="Vote up Green Harbour")
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(vote).to_have_text("1")


def titles(tab):
    return tab.page.locator("#queue .song [data-part=title]").all()


@pytest.fixture
def idea(server, alice, bob, puts):
    """Alice's record plays in her nest, one of Bender's waits, and he has thought of another."""
    code = server.visitor("Alice").builds("Friday Vibes")["code"]
    puts("Alice", "Blue Lantern", nest=code)
    for tab in (alice, bob):
        tab.opens(f"/nest/{code}").sees_playing("Blue Lantern")
    filler.fill_queue(code)
    shown = alice.page.get_by_role("region", name="Bender's idea")
    expect(shown).to_be_visible()
    return shown


def test_benders_idea_has_its_reason_and_is_taken_with_one_press(alice, bob, idea):  # I5
    title = idea.locator("[data-part=title]").text_content()
    assert idea.locator("[data-part=reason]").text_content()
    expect(alice.page.get_by_role("img", name="Bender")).to_be_visible()  # On the wire.

    idea.get_by_role("button", name=f"Queue {title}", exact=True).click()

    for tab in (alice, bob):
        expect(tab.row(title)).to_have_count(1)
    expect(alice.row(title)).to_contain_text("you")
    expect(idea).to_be_hidden()  # Until he has another one.


def test_benders_idea_is_turned_away_for_everyone(alice, bob, idea):  # I5
    title = idea.locator("[data-part=title]").text_content()

    idea.get_by_role("button", name=f"Not {title}, something else").click()

    for tab in (alice, bob):
        expect(tab.page.locator("#preview")).to_be_hidden()
    filler.fill_queue(alice.state("nest.nest.code"))
    for tab in (alice, bob):
        expect(tab.page.locator("#preview")).to_be_visible()
        expect(tab.page.locator("#preview [data-part=title]")).not_to_have_text(title)


def test_a_throwback_shows_whose_it_was_and_what_is_explicit_is_marked(
    server, alice, bob
):  # I5 Q12
    code = server.visitor("Alice").builds("Friday Vibes")["code"]
    act = CommandContext(code, Actor("alice@example.com", "Alice", ""))
    queue.add_tracks(act, [track("One"), track("Two").model_copy(update={"explicit": True})])
    thrown = Pick(track("Three"), "Bob queued it here.", "bob@example.com", strategy="throwback")
    preview.show(read_nest_state(store.get_nest(code)), thrown)
    for tab in (alice, bob):
        tab.opens(f"/nest/{code}").sees_playing("One")

    expect(alice.row("Two").get_by_text("Explicit", exact=True)).to_have_count(1)
    idea = alice.page.get_by_role("region", name="Bender's idea")
    expect(idea.get_by_role("img", name="Jams: Bob, who brought it once")).to_be_visible()
    idea.get_by_role("button", name="Queue Three", exact=True).click()

    jam = bob.row("Three").get_by_role("img", name="Jams: Bob, who brought it once")
    expect(jam).to_be_visible()
