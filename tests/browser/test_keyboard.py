"""Every task of the page, by keyboard alone. What a story does with the mouse is not in it."""

import re

import pytest
from playwright.sync_api import expect

from bender.filling import filler
from player.models import Track
from tests.player.external_providers.people import Listener, den, until
from tests.support.spotify_stub import catalogue

MOST_TABS = 90
ONE = next(iter(catalogue.TRACKS.values()))
NAME = """() => {
  const at = document.activeElement;
  return at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent.trim();
}"""


def tab_to(page, name: str) -> None:
    """Until what begins with this, or ends so, has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found = " ".join((focused(page) or "").split())
        if found.startswith(name) or found.endswith(name):
            return
    raise AssertionError(f"{MOST_TABS} presses of Tab never came to {name}.")


def focused(page) -> str | None:
    return page.evaluate(NAME)


def enters(page, *names: str) -> None:
    """Goes to each of them in turn, and presses Enter there."""
    for name in names:
        tab_to(page, name)
        page.keyboard.press("Enter")


def searches(page, words: str) -> None:
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def test_everything_is_done_with_the_keyboard(alice, puts):  # I15
    puts("Bob", "Blue Lantern", "Green Harbour")
    page = alice.opens().page
    page.locator("body").press("/")
    expect(page.get_by_role("combobox")).to_be_focused()

    page.keyboard.type("red kit")
    expect(alice.result("Red Kite")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(alice.result("Red Kite")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(alice.row("Red Kite")).to_be_visible()
    page.keyboard.press("Escape")

    tab_to(page, "Vote up Green Harbour")
    page.keyboard.press("Enter")
    expect(alice.row("Green Harbour").locator(".vote-up")).to_have_text("1")
    assert focused(page).startswith("Vote up Green Harbour")

    tab_to(page, "Remove Red Kite")
    page.keyboard.press("Enter")
    alice.sees_queue("Green Harbour")

    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press(" ")
    alice.sees_button("Play")
    tab_to(page, "Play")
    page.keyboard.press("Enter")
    alice.sees_button("Pause")


def test_the_rest_of_the_page_goes_by_keyboard_too(alice, bob, puts):  # I15
    puts("Bob", "Blue Lantern", "Green Harbour")
    bob.opens()
    page = alice.opens().page
    room = page.locator("body")

    room.press("j")
    expect(alice.button("Jam to Blue Lantern")).to_have_attribute("aria-pressed", "true")
    room.press("c")
    page.keyboard.type("Lovely")
    page.keyboard.press("Enter")
    expect(bob.page.locator("#now-playing .comments [data-part=comments]")).to_contain_text(
        "Lovely"
    )
    page.keyboard.press("Escape")
    room.press("h")
    expect(page.get_by_role("button", name="Classic")).to_be_focused()
    page.keyboard.press("Enter")
    expect(bob.page.locator("#airhorn-caption")).to_contain_text("Alice")
    room.press("m")
    expect(alice.button("Mute this device")).to_have_attribute("aria-pressed", "true")
    tab_to(page, "Volume of this device")
    page.keyboard.press("ArrowLeft")
    tab_to(page, "Position in the song")
    page.keyboard.press("End")
    for tab in (alice, bob):
        tab.sees_playing("Green Harbour")
    tab_to(page, "Previous")
    page.keyboard.press("Enter")
    for tab in (alice, bob):  # A skip is of the song that one's own page shows.
        tab.sees_playing("Blue Lantern")
    tab_to(page, "Skip")
    page.keyboard.press("Enter")
    bob.sees_playing("Green Harbour")

    room.press("?")
    expect(alice.dialog("Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    tab_to(page, "You: Alice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Lobby")).to_be_visible()
    tab_to(page, "History")
    page.keyboard.press("Enter")
    expect(alice.dialog("History")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_nest_is_built_named_shared_left_and_joined(alice):  # I1 I2 I15
    page = alice.opens().page
    enters(page, "Build a Nest")
    expect(alice.dialog("Build a Nest")).to_be_visible()
    page.keyboard.type("Friday Vibes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Fly there")).to_be_focused()
    page.keyboard.press("Enter")
    expect(alice.part("bar", "name")).to_have_text("Friday Vibes")
    alice.is_in()
    code = page.evaluate("() => window.NEST_CODE")

    enters(page, "Rename this nest")
    page.keyboard.type("Late Vibes")
    page.keyboard.press("Enter")
    expect(alice.part("bar", "name")).to_have_text("Late Vibes")
    expect(page.get_by_role("button", name="Rename this nest")).to_be_focused()
    enters(page, "Share Nest")
    expect(alice.dialog("Share Nest")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share Nest")).to_be_focused()
    enters(page, "You: Alice", "Back to Main Nest")
    expect(page).to_have_url(f"{alice.url}/")
    alice.is_in()

    enters(page, "Join a Nest")
    expect(alice.dialog("Join a Nest")).to_be_visible()
    page.keyboard.type(code.lower())

    expect(page).to_have_url(f"{alice.url}/nest/{code}")


def test_songs_are_pasted_and_added_all_at_once(alice):  # I6 I15
    page = alice.opens().page
    searches(page, Track.objects.get(title="Red Kite").uri)
    expect(alice.result("Red Kite")).to_be_visible()
    page.keyboard.press("Enter")
    alice.sees_playing("Red Kite")

    searches(page, "band")
    expect(page.locator("#search .result")).to_have_count(4)
    enters(page, "Add all 3")

    expect(page.locator("#queue .song")).to_have_count(3)


def test_a_code_is_copied_and_a_link_pasted(stub, person):  # I1 I6 I15
    code = den()
    alice = person("Alice", permissions=["clipboard-read", "clipboard-write"])
    page = alice.opens(f"/nest/{code}").page

    enters(page, f"Nest code {code}, copy")
    expect(alice.part("bar", "code")).to_have_text("copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == code
    link = f"https://open.spotify.com/track/{ONE['id']}?si=1"
    page.evaluate("text => navigator.clipboard.writeText(text)", link)
    page.keyboard.press("/")
    page.keyboard.press("Control+V")
    expect(page.get_by_role("combobox")).to_have_value(link)
    expect(alice.result(ONE["name"])).to_be_visible()
    page.keyboard.press("Enter")

    alice.sees_playing(ONE["name"])


def test_a_vote_is_cast_and_withdrawn_a_place_explained_the_queue_cleared_and_back(  # I4 I15
    alice, puts
):
    puts("Bob", "Blue Lantern", "Green Harbour", "Red Kite")
    page = alice.opens().page
    votes = alice.row("Green Harbour").locator(".vote-up")

    enters(page, "Vote down Green Harbour")
    expect(votes).to_have_text("−1")
    page.keyboard.press("Enter")
    expect(votes).to_have_text("")
    enters(page, "Why here?")
    expect(alice.row("Green Harbour").locator("[data-part=airtime]")).not_to_be_empty()
    page.evaluate("() => document.activeElement.blur()")
    enters(page, "Clear")
    expect(page.locator("#queue .song")).to_have_count(0)
    enters(page, "Undo")

    alice.sees_queue("Green Harbour", "Red Kite")


def test_what_played_is_searched_queued_again_and_taken_home(alice, played):  # I7 I15
    page = alice.opens().page
    enters(page, "You: Alice", "History")
    tab_to(page, "Search what played")
    page.keyboard.type("red")
    expect(alice.dialog("History").get_by_role("listitem")).to_have_count(1)

    enters(page, "Queue Red Kite again")
    alice.sees_playing("Red Kite")
    with page.expect_download() as taken:
        enters(page, "CSV")

    assert taken.value.suggested_filename.endswith(".csv")


@pytest.fixture
def played(server):
    from player.models import Play

    for number, title in enumerate(("Red Kite", "Green Harbour"), 1):
        Play.objects.create(
            nest_id="main",
            song_id=900 + number,
            uri=Track.objects.get(title=title).uri,
            title=title,
            artist="The Band",
            duration_ms=40_000,
            user="bob@example.com",
            started_ms=1_700_000_000_000 + number,
            ended_ms=1_700_000_040_000,
        )


def test_the_page_is_made_as_one_likes_it(alice, puts):  # I8 I11 I15
    puts("Bob", "Blue Lantern")
    page = alice.opens().page
    enters(page, "You: Alice", "Appearance and sound")
    worn = "name => document.documentElement.dataset[name]"

    tab_to(page, "As the system")
    page.keyboard.press("ArrowRight")
    until(lambda: page.evaluate(worn, "mode") == "light")
    tab_to(page, "Green")
    page.keyboard.press("ArrowRight")
    until(lambda: page.evaluate(worn, "accent") == "purple")
    page.keyboard.press("Tab")  # The switch.
    page.keyboard.press("Space")
    until(lambda: page.evaluate(worn, "faces") == "letters")
    enters(page, "5 ms more")
    expect(page.locator("#preferences-trim")).to_have_value("5")
    enters(page, "Sync audio here")
    page.keyboard.press("Escape")

    expect(alice.part("now-playing", "status")).to_contain_text("In step", timeout=10_000)


def test_sound_begins_and_the_nests_volume_turns(alice, puts):  # I3 I15
    puts("Bob", "Blue Lantern")
    page = alice.opens().page

    enters(page, "Listen here")
    until(lambda: alice.position_ms() is not None)
    enters(page, "Volume of the nest")
    tab_to(page, "Volume of this nest")
    before = alice.state("nest.volume")
    page.keyboard.press("ArrowLeft")

    until(lambda: alice.state("nest.volume") == before - 1)


def test_benders_idea_is_turned_away_and_taken(server, alice, puts):  # I5 I15
    code = server.visitor("Alice").builds("Friday Vibes")["code"]
    puts("Alice", "Blue Lantern", nest=code)
    page = alice.opens(f"/nest/{code}").page
    filler.fill_queue(code)
    idea = page.locator("#preview [data-part=title]")
    expect(idea).to_be_visible()
    turned_away = idea.text_content()

    enters(page, f"Not {turned_away}, something else")
    expect(idea).to_be_hidden()
    filler.fill_queue(code)
    expect(idea).to_be_visible()
    taken = idea.text_content()
    enters(page, f"Queue {taken}")

    assert taken != turned_away
    expect(alice.row(taken)).to_contain_text("you")


def test_the_ways_to_wall_and_lobby_and_out(alice, puts):  # I9 I10 I15
    puts("Bob", "Blue Lantern")
    page = alice.opens().page
    enters(page, "You: Alice", "On the wall")
    expect(page).to_have_url(re.compile("/wall$"))
    page.go_back()
    alice.is_in()
    enters(page, "You: Alice", "Lobby")
    expect(page).to_have_url(f"{alice.url}/lobby")
    enters(page, "Main Nest")
    expect(page).to_have_url(f"{alice.url}/")
    alice.is_in()

    enters(page, "You: Alice", "Sign out")

    expect(page).to_have_url(re.compile("/sign-in"))


def test_an_account_is_listened_on_disconnected_and_connected_anew(stub, alice):  # I8 SP5 I15
    code = den()
    listener = Listener(stub, "Alice", code).connects()
    alice.may_hear("favicon.ico")  # The stub's own page has none.
    listener.adds(ONE["uri"])
    page = alice.opens(f"/nest/{code}").page
    alice.sees_playing(ONE["name"])

    enters(page, "On another device")
    expect(page.get_by_role("button", name="This browser")).to_be_focused()
    enters(page, "Kitchen")
    until(lambda: listener.plays(ONE["uri"]))
    status = page.locator("#now-playing [data-part=status]")
    expect(status).to_have_text("Playing on Kitchen")
    enters(page, "Playing on Kitchen", "Nowhere")
    expect(status).to_have_text("Not listening here")

    enters(page, "You: Alice", "Appearance and sound", "Disconnect Spotify")
    mine = alice.dialog("Appearance and sound")
    expect(mine.get_by_role("button", name="Connect Spotify", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    enters(page, "alice")
    expect(page).to_have_url(f"{alice.url}/nest/{code}")
    alice.is_in()

    enters(page, "You: Alice", "Appearance and sound")

    expect(mine.get_by_text("Connected as alice")).to_be_visible()


def test_what_a_nest_plays_from_is_chosen(stub, server, alice):  # I2 I15
    code = server.visitor("Alice").builds("Friday Vibes")["code"]
    page = alice.opens(f"/nest/{code}").page

    enters(page, "You: Alice", "Nest settings")
    tab_to(page, "The library")
    page.keyboard.press("ArrowRight")

    until(lambda: alice.state("nest.nest.catalogue") == "spotify")
