"""Moving songs: by menu, keys, mouse and finger; the DJ any of them, everybody else their own."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import axed, photographed
from tests.support.browser import PHONE

FIRST = "Blue Lantern"
SONGS = ("Green Harbour", "Red Kite", "<img src=x onerror=alert(1)>")


@pytest.fixture(autouse=True)
def _patient(settle):
    """The music waits for no page that takes its time to open."""
    settle(AWAY_AFTER_SECONDS="120")


@pytest.fixture
def booth(server, puts):
    """Alice's nest, whose DJ she is; one song plays and three of Bob's wait."""
    alice = server.visitor("Alice")
    code = alice.builds("The Booth")["code"]
    alice.asks("PATCH", f"/api/nests/{code}", control_mode="dj", bender=False)
    puts("Alice", FIRST, nest=code)
    puts("Bob", *SONGS, nest=code)
    return code


def order(tab):
    return tab.page.locator("#queue .song [data-part=title]").all_text_contents()


def sees_order(tab, *titles):
    expect(tab.page.locator("#queue .song [data-part=title]")).to_have_text(list(titles))


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_dj_moves_a_song_by_keys_and_everybody_sees_it(booth, alice, bob):  # I15
    for tab in (alice, bob):
        tab.opens(f"/nest/{booth}")
        sees_order(tab, *SONGS)

    alice.row("Red Kite").get_by_role("button", name="Vote up").focus()
    alice.page.keyboard.press("Alt+ArrowUp")

    for tab in (alice, bob):
        sees_order(tab, "Red Kite", "Green Harbour", SONGS[2])
    expect(alice.part("queue", "moved")).to_have_text("“Red Kite” is now number 1 of 3.")
    expect(alice.row("Red Kite").get_by_role("button", name="Vote up")).to_be_focused()


def test_the_menu_says_what_a_move_means(booth, alice):
    alice.opens(f"/nest/{booth}")
    alice.row("Green Harbour").hover()

    alice.row("Green Harbour").get_by_role("button", name="Move Green Harbour", exact=True).click()
    menu = alice.part("queue", "moves")
    expect(menu).to_contain_text("whatever is voted")
    photographed(alice, "moves")
    axed(alice, "moves")
    menu.get_by_role("button", name="To the end").click()

    sees_order(alice, "Red Kite", SONGS[2], "Green Harbour")
    expect(menu).to_be_hidden()


def hovers_until_rows_can_be_dragged(tab):
    """What drags them is fetched when somebody first touches the page."""
    tab.row(SONGS[2]).hover()
    tab.page.wait_for_load_state("networkidle")


def test_a_row_is_dragged_by_its_cover(booth, alice):
    alice.opens(f"/nest/{booth}")
    cover = alice.row(SONGS[2]).locator(".cover")
    hovers_until_rows_can_be_dragged(alice)
    x, y = middle_of(cover)
    _, top = middle_of(alice.row("Green Harbour"))

    alice.page.mouse.move(x, y)
    alice.page.mouse.down()
    alice.page.mouse.move(x, top - 12, steps=6)
    alice.photographs("dragging")
    alice.page.mouse.up()

    sees_order(alice, SONGS[2], "Green Harbour", "Red Kite")


def test_escape_lets_go_of_a_row_where_it_was(booth, alice):
    alice.opens(f"/nest/{booth}")
    hovers_until_rows_can_be_dragged(alice)
    x, y = middle_of(alice.row(SONGS[2]).locator(".cover"))

    alice.page.mouse.move(x, y)
    alice.page.mouse.down()
    alice.page.mouse.move(x, y - 160, steps=6)
    alice.page.keyboard.press("Escape")
    alice.page.mouse.up()

    sees_order(alice, *SONGS)


def test_a_finger_drags_by_the_grip(booth, person):
    alice = person("Alice", size=PHONE, has_touch=True, is_mobile=True).opens(f"/nest/{booth}")
    row = alice.row("Red Kite")
    row.scroll_into_view_if_needed()
    row.get_by_role("button", name="More for Red Kite").tap()
    grip = row.get_by_role("button", name="Move Red Kite", exact=True)
    grip.tap(trial=True)  # Once it stands still, and nothing lies over it.
    x, y = middle_of(grip)
    _, top = middle_of(alice.row("Green Harbour"))
    touch = alice.page.context.new_cdp_session(alice.page)

    def touches(kind, *points):
        at = [{"x": x, "y": each} for each in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touches("touchStart", y)
    for part in (0.3, 0.6, 1):
        touches("touchMove", y + (top - 16 - y) * part)
    alice.photographs("dragging-by-finger")
    touches("touchEnd")

    sees_order(alice, "Red Kite", "Green Harbour", SONGS[2])


def test_bob_changes_the_turns_of_his_own_songs_and_alice_is_offered_none(server, puts, alice, bob):
    code = server.visitor("Alice").builds("The Commons")["code"]
    puts("Alice", FIRST, "Red Kite", nest=code)
    puts("Bob", "Green Harbour", SONGS[2], nest=code)
    for tab in (alice, bob):
        tab.opens(f"/nest/{code}")
    before = order(bob)
    bob.row(SONGS[2]).get_by_role("button", name="Vote up").focus()

    bob.page.keyboard.press("Alt+ArrowUp")

    changed = {"Green Harbour": SONGS[2], SONGS[2]: "Green Harbour", "Red Kite": "Red Kite"}
    sees_order(bob, *(changed[title] for title in before))
    alice.row("Red Kite").hover()
    expect(alice.page.locator("#queue [data-action=move]:visible")).to_have_count(0)
