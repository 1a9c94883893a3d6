"""What is seen and reached in every browser, on every screen, in whatever colours and place."""

import re

import pytest
from playwright.sync_api import expect

from player.models import Play, Track
from tests.support.browser import CUT_OFF, LAPTOP, PHONE, Cable
from tests.support.server import wait_for

SMALLEST = (320, 640)
LOWEST = (1366, 650)  # A small laptop, less what its browser takes.
WIDE = (1920, 1080)
FINGER_PX = 44
TALLEST_LETTERS = 1.362  # Noto's from the top of Å to the foot of g, in ems.

TOO_SMALL = """() => [...document.querySelectorAll("button, a[href], input, [role=option]")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => !each.closest(".visually-hidden"))
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 1 && (width < 43.5 || height < 43.5))
  .map(([each, { width, height }]) =>
    `${each.getAttribute("aria-label") ?? each.textContent.trim()} ${width} x ${height}`)"""
GROUND = "each => getComputedStyle(each).backgroundColor"
LINE = """each => {
  const { lineHeight, fontSize } = getComputedStyle(each);
  return parseFloat(lineHeight) / parseFloat(fontSize);
}"""


def opacity_of_the_bars_ground(tab):
    return tab.page.evaluate(
        "() => Number(getComputedStyle(document.getElementById('bar'), '::before').opacity)"
    )


@pytest.fixture
def room(person, puts):
    """Alice's page in a Main Nest where two songs wait and one plays."""
    puts("Bob", "Blue Lantern", "Green Harbour", "Red Kite")

    def opened(**how):
        tab = person("Alice", **{"reduced_motion": "reduce"} | how)
        tab.opens().sees_queue("Green Harbour", "Red Kite")
        return tab

    return opened


def test_the_bar_has_a_ground_once_the_page_is_scrolled(room):  # page.md
    alice = room(size=SMALLEST)
    assert opacity_of_the_bars_ground(alice) == 0

    alice.page.mouse.wheel(0, 300)

    expect(alice.page.locator("html")).to_have_class("is-scrolled")
    assert opacity_of_the_bars_ground(alice) == 1
    assert "animation-timeline" not in alice.page.content()


def test_what_is_chosen_is_seen_where_the_system_forces_its_colours(room):  # I11 I15
    alice = room(forced_colors="active")
    page = alice.page
    paper = page.locator("body").evaluate(
        "() => getComputedStyle(document.documentElement).backgroundColor"
    )

    assert alice.part("now-playing", "done").evaluate(GROUND) not in (paper, "rgba(0, 0, 0, 0)")
    page.locator("#bar .avatar-button").click()
    page.get_by_role("button", name="Appearance and sound").click()
    mine = alice.dialog("Appearance and sound")
    chosen = mine.locator(".choice input:checked + span").first
    other = mine.locator(".choice input:not(:checked) + span").first
    assert chosen.evaluate(GROUND) != other.evaluate(GROUND)
    swatches = mine.locator(".swatch input")
    grounds = {swatch.evaluate(GROUND) for swatch in swatches.all()}
    assert len(grounds) == 9  # Each its own colour still.
    outlined = "each => getComputedStyle(each).outlineStyle"
    assert mine.locator(".swatch input:checked").evaluate(outlined) == "solid"
    switch = mine.get_by_role("switch").first
    off = switch.evaluate(GROUND)
    switch.check()
    wait_for(lambda: switch.evaluate(GROUND) != off)
    page.keyboard.press("Escape")

    up = alice.row("Green Harbour").get_by_role("button", name="Vote up Green Harbour")
    before = up.evaluate(GROUND)
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    wait_for(lambda: up.evaluate(GROUND) != before)


@pytest.mark.parametrize("size", [SMALLEST, PHONE])
def test_everything_is_large_enough_for_a_finger(room, size):  # I14
    alice = room(size=size, has_touch=True)

    assert alice.page.evaluate(TOO_SMALL) == []
    alice.row("Green Harbour").get_by_role("button", name="More for Green Harbour").click()
    assert alice.page.evaluate(TOO_SMALL) == []
    alice.searches("band")
    expect(alice.page.locator("#search .result").first).to_be_visible()
    assert alice.page.evaluate(TOO_SMALL) == []


def test_on_the_lowest_of_laptops_no_button_is_squeezed_or_sticks_out(room):  # page.md
    alice = room(size=LOWEST)
    stage = alice.page.locator("#now-playing").bounding_box()
    buttons = alice.page.locator(
        "#now-playing :is(.listen-overlay, .transport, .device) button:visible"
    )
    play = alice.part("now-playing", "toggle")

    boxes, before = [each.bounding_box() for each in buttons.all()], play.bounding_box()
    alice.listens_here()
    expect(alice.page.get_by_role("button", name="Listen here")).to_be_hidden()
    boxes, after = boxes + [each.bounding_box() for each in buttons.all()], play.bounding_box()

    assert len(boxes) == 11 + 10  # Without a DJ nobody shuffles, and there is one device.
    for box in boxes:
        assert box["x"] >= stage["x"] - 0.5
        assert box["x"] + box["width"] <= stage["x"] + stage["width"] + 0.5
    assert before["width"] == before["height"] == pytest.approx(48)
    assert after["width"] == after["height"] == pytest.approx(60)


def test_letters_are_not_cut_below_their_line(room):  # page.md
    alice = room()

    lines = [
        alice.part("now-playing", "title").evaluate(LINE),
        alice.part("bar", "name").evaluate(LINE),
    ]
    alice.page.goto(f"{alice.url}/nest/main/wall")
    lines.append(alice.part("now-playing", "title").evaluate(LINE))

    assert min(lines) >= TALLEST_LETTERS


def test_the_lost_connections_line_leaves_the_volume_free(person, server, puts):  # I13
    puts("Bob", "Blue Lantern")
    cable = Cable(server.port)
    alice = person(
        "Alice", size=(800, 700), url=cable.url
    )  # Where a line in the middle would meet it.
    alice.may_hear(CUT_OFF)
    alice.opens().sees_playing("Blue Lantern")

    cable.cut()
    alice.sees("Connection lost.")

    line = alice.page.locator("#connection").bounding_box()
    stage = alice.page.locator("#now-playing").bounding_box()
    assert line["x"] >= stage["x"] + stage["width"]


@pytest.mark.parametrize(("path", "says"), [("/lobby", "Main Nest"), ("/nest/main/wall", "wall")])
def test_without_scripts_a_page_says_what_it_is(person, path, says):  # I9 I10
    alice = person("Alice", java_script_enabled=False)

    alice.page.goto(alice.url + path)

    expect(alice.page.locator(".noscript")).to_contain_text(says)
    expect(alice.page.locator(".noscript")).to_be_visible()


@pytest.mark.parametrize(("locale", "half"), [("en-US", True), ("de-DE", False)])
def test_times_are_written_as_where_the_browser_is_from(room, locale, half):  # I4
    alice = room(locale=locale)

    when = alice.part("queue", "when").text_content()

    assert bool(re.search("[AP]M", when)) == half, when


def test_benders_reason_stands_under_his_songs_title_on_every_screen(room, alice, puts):  # I5
    tab = room(size=WIDE)
    preview = tab.page.locator("#preview")
    preview.evaluate("each => { each.hidden = false; }")
    tab.part("preview", "title").evaluate("each => each.textContent = 'Title'")
    tab.part("preview", "reason").evaluate("each => each.textContent = 'Because.'")

    for size in (LAPTOP, WIDE, (2560, 1440)):
        tab.measures(size)
        left = tab.part("preview", "title").bounding_box()["x"]
        reason = tab.part("preview", "reason")
        starts = reason.evaluate(
            "each => each.getBoundingClientRect().x"
            " + parseFloat(getComputedStyle(each).paddingLeft)"
        )
        assert starts == pytest.approx(left, abs=1)


def test_a_refusal_goes_with_the_dialog_it_was_said_in(room):  # I12
    Play.objects.create(
        nest_id="main",
        song_id=1,
        uri="library:track:999999",
        title="Lost Tape",
        duration_ms=50_000,
        user="alice@example.com",
        started_ms=1_700_000_000_000,
        ended_ms=1_700_000_050_000,
    )
    alice = room()
    alice.page.locator("#queue [data-action=history]").click()
    history = alice.dialog("History")
    history.get_by_role("button", name="Queue Lost Tape again").click()
    expect(alice.page.locator("#refusal")).to_contain_text("not in the library")

    alice.page.keyboard.press("Escape")

    expect(history).to_be_hidden()
    expect(alice.page.locator("#refusal")).to_be_hidden(timeout=1_000)


def test_escape_leaves_the_search_also_after_going_back_by_mouse(alice):  # I6
    alice.opens().searches("one")
    alice.page.locator("#search").get_by_role("radio", name="Albums").check()
    alice.page.locator("#search .result").click()
    expect(alice.page.locator("#search .result")).to_have_count(4)
    alice.page.get_by_role("button", name="Back to Albums").click()
    expect(alice.page.locator("#search .result")).to_have_count(1)

    alice.page.keyboard.press("Escape")

    expect(alice.page.locator("#search [data-part=panel]")).to_be_hidden()
    expect(alice.page.get_by_role("combobox")).to_have_value("")


def test_what_was_pasted_and_added_by_mouse_leaves_an_empty_box(alice):  # I6 V2
    alice.opens()
    alice.page.get_by_role("combobox").fill(Track.objects.get(title="Red Kite").uri)

    alice.result("Red Kite").click()

    alice.sees_playing("Red Kite")
    expect(alice.page.get_by_role("combobox")).to_have_value("")
