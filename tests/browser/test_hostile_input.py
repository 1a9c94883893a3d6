"""What nobody plans for: too long, too many, in every script, from the wrong hands, at the end."""

import pytest
from playwright.sync_api import expect

from andre.core.context import Actor, CommandContext
from nests.membership import members
from nests.registry import store
from player.queue import queue
from tests.browser.conftest import HOSTILE
from tests.browser.pressing import answered_at_once
from tests.browser.views import open_dialog
from tests.support.browser import LAPTOP, PHONE
from tests.support.nest import track
from tests.support.server import wait_for

LONG = "A Title Which Goes On And On Because Somebody Could Not Stop Before Eighty Letters"
HEBREW, ARABIC = "שיר של יום חולין בלילה", "أغنية قصيرة عن المطر"
JAPANESE = "夜明けまで起きている人たちのための長い長い曲"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TITLES = (LONG, HEBREW, ARABIC, JAPANESE, UNBROKEN, HOSTILE, "!")
# `bench/page.py` measures how smoothly; this is why.
DRAWN_WHEN_SEEN = """rows => rows.every(
  (row) => getComputedStyle(row).contentVisibility === "auto"
)"""


def fills(name: str, titles: list[str], nest: str = "main") -> None:
    """Queues what no library has to hold."""
    store.get_nest(nest)
    act = CommandContext(nest, Actor(f"{name.lower()}@example.com", name, ""))
    queue.add_tracks(act, [track(title, 200) for title in titles])


def test_every_title_keeps_its_place_on_every_screen(alice):  # I14 I16
    fills("Bob", list(TITLES))
    alice.opens()
    for size in ((320, 640), PHONE, LAPTOP):
        alice.measures(size)
        alice.sees_playing(LONG)
        expect(alice.page.locator("#queue .song")).to_have_count(len(TITLES) - 1)
        alice.shows_no_sideways_scroll()
        alice.photographs("worst-titles")

    lefts = alice.page.locator("#queue .song [data-part=title]").evaluate_all(
        "titles => titles.map((each) => each.getBoundingClientRect().left)"
    )
    assert max(lefts) - min(lefts) < 1  # From whichever side they are read.
    expect(alice.row(HEBREW).locator("[data-part=line]")).to_contain_text("The Band")


def test_a_song_without_a_picture_has_a_sleeve_that_is_always_the_same(alice, bob):  # I4
    fills("Bob", ["One", "Two", "Three"])
    for tab in (alice, bob):
        tab.opens().sees_playing("One")

    sleeves = [
        [
            tab.page.locator("#now-playing .cover.big svg").inner_html(),
            tab.row("Two").locator(".cover svg").inner_html(),
        ]
        for tab in (alice, bob)
    ]

    assert sleeves[0] == sleeves[1]
    assert sleeves[0][0] != sleeves[0][1]


def test_hostile_titles_are_characters_on_the_wall_in_the_lobby_and_in_history(alice, bob, puts):
    # I16
    puts("Bob", HOSTILE)
    bob.opens().sees_playing(HOSTILE)
    fills("Bob", [f"{HOSTILE} {turn}" for turn in range(3)])

    for path in ("/nest/main/wall", "/lobby"):
        alice.page.goto(alice.url + path)
        expect(alice.page.get_by_text(HOSTILE).first).to_be_visible()
        assert alice.page.locator("img[src=x]").count() == 0
    bob.removes(f"{HOSTILE} 0")
    expect(bob.page.locator("#toasts")).to_contain_text(HOSTILE)
    bob.skips()
    bob.skips()
    open_dialog(bob.page, "history")
    assert bob.page.locator("img[src=x]").count() == 0


def shown_and_told(tab) -> int:
    """Those who perch on the wire, and those whom a figure stands for."""
    shown = tab.page.locator("#listeners .listener:not(.more-listeners)").count()
    return shown + int(tab.page.locator("#listeners .more-listeners").text_content() or 0)


def test_forty_listeners_find_room(alice):  # I1 I4
    for number in range(39):
        members.enter(
            CommandContext("main", Actor(f"p{number}@example.com", f"Person {number}", "")), "tab"
        )
    members.publish_presence("main")
    alice.opens()

    expect(alice.part("bar", "count")).to_have_text("40")
    for size in ((320, 640), PHONE, LAPTOP):
        alice.measures(size)
        wait_for(lambda: shown_and_told(alice) == 40)
        alice.shows_no_sideways_scroll()
        alice.photographs("worst-crowd")
    alice.button("40 listening", "bar").click()
    expect(alice.dialog("Listening now").get_by_role("listitem")).to_have_count(40)


@pytest.mark.parametrize("many", [100, 500])
def test_a_long_queue_stays_smooth(alice, many):  # I4 I12
    for name in ("Bob", "Carol", "Dora", "Emil"):
        share = range(many // 4)
        fills(name, [f"{name} {number}" for number in share])
    alice.opens()
    expect(alice.page.locator("#queue .song")).to_have_count(many - 1)

    assert alice.page.locator("#queue .song").evaluate_all(DRAWN_WHEN_SEEN)
    last = alice.page.locator("#queue .song .vote-up").last
    assert answered_at_once(alice.page, last, last)
    alice.photographs(f"worst-queue-{many}")


def test_who_is_sent_out_is_told_so_and_may_come_back(bob, server):  # I13
    vibes = server.visitor("Alice").builds("Friday Vibes")
    bob.opens(f"/nest/{vibes['code']}")
    bob.page.wait_for_load_state("networkidle")

    server.visitor("Bob").asks("POST", f"/api/nests/{vibes['code']}/leave")

    bob.sees("You were asked to leave")
    bob.photographs("ended-sent-out")
    bob.page.get_by_role("link", name="Come back in").click()
    bob.is_in()
