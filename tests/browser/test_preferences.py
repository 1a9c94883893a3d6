"""What is my own: how the page looks, what the lock screen does, what I paste, what I build."""

import re

from playwright.sync_api import expect

from andre.accounts.models import Preferences
from player.models import Track
from tests.browser.views import open_dialog
from tests.support.server import wait_for

LOCK_SCREEN = """() => {
  window.lockScreen = {};
  const session = navigator.mediaSession;
  const real = session.setActionHandler.bind(session);
  session.setActionHandler = (name, handle) => {
    window.lockScreen[name] = handle;
    real(name, handle);
  };
}"""
PASTE = """(box, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const how = { clipboardData, bubbles: true, cancelable: true };
  box.dispatchEvent(new ClipboardEvent("paste", how));
}"""
WORN = "() => [document.documentElement.dataset.mode, document.documentElement.dataset.accent]"


def test_how_i_like_the_page_goes_with_me_to_my_other_device(person):  # I8 I11
    laptop = person("Alice").opens()
    open_dialog(laptop.page, "preferences")
    mine = laptop.dialog("Appearance and sound")
    mine.get_by_role("radio", name="Light", exact=True).check()
    mine.get_by_role("radio", name="Pink").check()
    wait_for(lambda: saved("alice@example.com").get("accent") == "pink")
    wait_for(lambda: laptop.page.evaluate(WORN) == ["light", "pink"])

    phone = person("Alice").opens()

    wait_for(lambda: phone.page.evaluate(WORN) == ["light", "pink"])
    phone.reloads()
    wait_for(lambda: phone.page.evaluate(WORN) == ["light", "pink"])


def saved(email):
    row = Preferences.objects.filter(email=email).first()
    return row.chosen if row else {}


def test_two_of_my_browsers_agree_at_once_how_the_page_looks(person, bob):  # R20 I8
    laptop, phone = person("Alice").opens(), person("Alice").opens()
    bob.opens()
    before = bob.page.evaluate(WORN)
    open_dialog(laptop.page, "preferences")
    mine = laptop.dialog("Appearance and sound")

    mine.get_by_role("radio", name="Light", exact=True).check()
    mine.get_by_role("radio", name="Pink").check()

    wait_for(lambda: phone.page.evaluate(WORN) == ["light", "pink"])
    assert bob.page.evaluate(WORN) == before

    open_dialog(phone.page, "preferences")
    phone.dialog("Appearance and sound").get_by_role("radio", name="Gold").check()

    expect(mine.get_by_role("radio", name="Gold")).to_be_checked()
    wait_for(lambda: laptop.page.evaluate(WORN) == ["light", "gold"])


def test_a_pause_on_the_lock_screen_is_for_me_only(person, bob, puts):  # C6 P6
    puts("Bob", "Blue Lantern")
    alice = person("Alice")
    alice.page.add_init_script(f"({LOCK_SCREEN})()")
    for tab in (alice, bob):
        tab.opens().listens_here()
        wait_for(lambda tab=tab: tab.position_ms() is not None)
    title = "() => navigator.mediaSession.metadata?.title"
    wait_for(lambda: alice.page.evaluate(title) == "Blue Lantern")

    alice.page.evaluate("() => window.lockScreen.pause()")

    wait_for(lambda: alice.position_ms() is None)
    expect(alice.part("now-playing", "status")).to_have_text("Not listening here")
    assert bob.position_ms() is not None
    assert bob.state("nest.playback.is_playing") is True

    alice.page.evaluate("() => window.lockScreen.play()")
    wait_for(lambda: alice.position_ms() is not None)


def test_the_nest_has_a_volume_that_everyone_shares(alice, bob, puts):  # P5a I3
    puts("Bob", "Blue Lantern")
    for tab in (alice, bob):
        tab.opens()
        tab.button("Volume of the nest").click()

    alice.page.get_by_role("slider", name="Volume of this nest").fill("40")

    for tab in (alice, bob):
        expect(tab.page.locator("#nest-volume [data-part=volume]")).to_have_text("40")
    assert bob.state("nest.volume") == 40


def test_pasted_lines_are_added_together_and_each_is_answered(alice):  # I6
    alice.opens()
    blue, red = (Track.objects.get(title=title).uri for title in ("Blue Lantern", "Red Kite"))
    box = alice.page.get_by_role("combobox")
    lines = [blue, red, "library:track:999999", "that one from the party"]

    box.evaluate(PASTE, "\n".join(lines))
    rows = alice.page.locator("#search .result")
    shown = ["Blue Lantern", "Red Kite", *reversed(lines[2:])]
    expect(rows.locator("[data-part=title]")).to_have_text(shown)
    expect(rows.nth(2)).to_contain_text("No song, album, artist or playlist of ours")
    box.press("Enter")

    for added in (0, 1):
        expect(rows.nth(added)).to_have_class(re.compile("is-added"))
    expect(rows.nth(3)).to_contain_text("This track is not in the library.")
    expect(rows.nth(3)).not_to_have_class(re.compile("is-added"))
    alice.sees_playing("Blue Lantern")
    alice.sees_queue("Red Kite")


def test_all_that_was_found_is_added_with_one_press(alice):  # I6
    alice.opens().searches("band")
    expect(alice.page.locator("#search .result")).to_have_count(4)

    alice.page.get_by_role("button", name="Add all 4").click()

    expect(alice.page.locator("#search .result.is-added")).to_have_count(4)
    expect(alice.page.locator("#queue .song")).to_have_count(3)


def test_what_played_is_queued_again_from_history(alice, puts):  # I7
    from player.models import Play

    puts("Alice", "Blue Lantern")
    alice.opens().sees_playing("Blue Lantern")
    track = Track.objects.get(title="Red Kite")
    Play.objects.create(
        nest_id="main",
        song_id=99,
        uri=track.uri,
        title=track.title,
        artist="The Band",
        duration_ms=40_000,
        user="alice@example.com",
        started_ms=1_700_000_000_000,
        ended_ms=1_700_000_040_000,
    )
    open_dialog(alice.page, "history")
    history = alice.dialog("History")

    history.get_by_role("button", name="Queue Red Kite again").click()

    expect(history.get_by_text("Queued “Red Kite” again.")).to_be_visible()
    expect(alice.row("Red Kite")).to_have_count(1)


def test_a_nest_with_a_name_may_have_an_emoji_and_a_song_to_begin_from(alice):  # I2
    alice.opens().button("Build a Nest", "bar").click()
    building = alice.dialog("Build a Nest")
    seed = building.get_by_label("Begins from")
    expect(seed).to_be_hidden()
    building.get_by_label("Name").fill("Friday Vibes")
    seed.fill("red")
    building.get_by_role("button", name="Red Kite").click()
    expect(seed).to_have_value("Red Kite · The Band")
    building.get_by_label("Emoji").fill("🪺")

    with alice.page.expect_response("**/api/nests") as answer:
        building.get_by_role("button", name="Build it").click()

    built = answer.value.json()
    assert built["seed_uri"] == Track.objects.get(title="Red Kite").uri
    assert built["emoji"] == "🪺"
    building.get_by_role("link", name="Fly there").click()
    expect(alice.page).to_have_url(f"{alice.url}/nest/{built['code']}")  # By way of its slug.
    og = alice.page.locator("meta[property='og:title']")
    expect(og).to_have_attribute("content", "🪺 Friday Vibes: listen with me")


def test_the_lobby_shows_the_cover_of_what_plays(alice, bob, puts):  # I10
    puts("Bob", "Blue Lantern")
    bob.opens().sees_playing("Blue Lantern")

    alice.page.goto(f"{alice.url}/lobby")

    cover = alice.page.locator("#lobby .card", has_text="Main Nest").locator(".cover img")
    expect(cover).to_have_attribute("src", re.compile("/media/covers/"))
