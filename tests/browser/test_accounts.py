"""Music that is heard on an account of one's own: connected, listened on, and done without."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from andre.accounts.models import Person
from tests.browser.looking import axed, photographed
from tests.browser.views import left_out, listened_elsewhere, open_dialog
from tests.player.external_providers.people import Listener, den, until
from tests.support.spotify_stub import catalogue

ONE, TWO, THREE = [each["uri"] for each in catalogue.TRACKS.values()][:3]
EXPLICIT = next(each["uri"] for each in catalogue.TRACKS.values() if each["explicit"])
TITLE = catalogue.TRACKS[ONE.rpartition(":")[2]]["name"]
NO_ICON = "favicon.ico"  # The stub's own page has none.
WAITING = re.compile(r"Spotify asks us to wait \d+ s\.")
SILENT = "Silent here without a Spotify account"


@pytest.fixture
def nest(stub):
    return f"/nest/{den()}"


@pytest.fixture
def connected(stub, nest):
    """Somebody whose account is connected, with a speaker in the kitchen."""

    def connect(name, **account):
        return Listener(stub, name, nest.removeprefix("/nest/"), **account).connects()

    return connect


def status(tab):
    return tab.part("now-playing", "status")


def where_it_sounds(tab):
    """The choice of devices, open."""
    status(tab).click()
    choice = tab.page.get_by_role("group", name="Where it sounds")
    expect(choice).to_be_visible()
    return choice


def test_an_account_is_connected_and_disconnected_from_the_page(stub, nest, alice):  # SP4 I8
    Person.objects.at("alice@example.com", name="Alice")
    stub.world.account("alice").gets("Kitchen", "Speaker")
    alice.may_hear(NO_ICON)
    alice.opens(nest)
    open_dialog(alice.page, "preferences")
    mine = alice.dialog("Appearance and sound")
    spotify = mine.get_by_role("listitem").filter(has_text="Spotify")
    expect(spotify.get_by_text("Not connected")).to_be_visible()

    mine.get_by_role("button", name="Connect Spotify").click()
    alice.page.get_by_role("link", name="alice").click()

    expect(alice.page).to_have_url(alice.url + nest)
    alice.is_in()
    open_dialog(alice.page, "preferences")
    expect(mine.get_by_text("Connected as alice")).to_be_visible()
    mine.get_by_role("button", name="Disconnect Spotify").click()
    expect(
        mine.get_by_text("Nothing of your Spotify account is kept here any more.")
    ).to_be_visible()
    expect(mine.get_by_role("button", name="Connect Spotify", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    ("ago", "warning"),
    [
        (160, "connect Spotify again before then"),
        (190, "Please connect your Spotify account again."),
    ],
)
def test_a_consent_that_ends_warns_before_and_after(nest, alice, connected, ago, warning):  # SP4 I8
    connected("Alice").consented(timedelta(days=ago))
    alice.opens(nest)

    open_dialog(alice.page, "preferences")

    mine = alice.dialog("Appearance and sound")
    expect(mine.locator(".account-warning")).to_contain_text(warning)
    expect(mine.get_by_role("button", name="Connect Spotify again")).to_be_visible()


def test_who_is_not_on_the_list_is_told_exactly_that(stub, nest, alice):  # SP4
    Person.objects.at("alice@example.com", name="Alice")
    stub.world.account("alice", is_listed=False)
    alice.may_hear("status of 403")
    alice.may_hear(NO_ICON)
    alice.opens(nest)
    open_dialog(alice.page, "preferences")

    alice.page.get_by_role("button", name="Connect Spotify").click()
    alice.page.get_by_role("link", name="alice").click()

    alice.sees(re.compile("not on the list of people who may use Andre with Spotify"))


def test_one_press_plays_it_here_and_another_in_the_kitchen(nest, alice, connected):  # SP5 I3
    listener = connected("Alice")
    listener.adds(ONE, TWO)
    alice.opens(nest).sees_playing(TITLE)
    expect(status(alice)).to_have_text("Not listening here")
    alice.sees("On your Spotify account, in step with everyone.")

    alice.listens_here()

    until(lambda: listener.plays(ONE))
    expect(status(alice)).to_have_text("Playing on This page")
    expect(alice.page.get_by_role("button", name="Listen here")).to_be_hidden()
    choice = where_it_sounds(alice)
    here = choice.get_by_role("button", name="This browser")
    expect(here).to_have_attribute("aria-pressed", "true")

    choice.get_by_role("button", name="Kitchen").click()

    expect(status(alice)).to_have_text("Playing on Kitchen")
    until(lambda: listener.account.player.device == listener.device)
    alice.skips()
    until(lambda: listener.plays(TWO))

    where_it_sounds(alice).get_by_role("button", name="Nowhere").click()

    expect(status(alice)).to_have_text("Not listening here")
    until(lambda: not listener.account.player.is_playing)


def test_this_browser_comes_back_after_a_reload(nest, alice, connected):  # SP5
    listener = connected("Alice")
    listener.adds(ONE)
    alice.opens(nest).listens_here()
    until(lambda: listener.plays(ONE))
    before = len(listener.calls("PUT", "/me/player/play"))

    alice.reloads()

    until(lambda: len(listener.calls("PUT", "/me/player/play")) > before)
    expect(status(alice)).to_have_text("Playing on This page")


def test_who_has_no_account_takes_part_and_is_told_why_it_is_silent(  # SP6
    stub, nest, alice, bob, connected
):
    connected("Alice").adds(ONE, TWO)
    alice.opens(nest)
    bob.opens(nest).sees_playing(TITLE)

    expect(status(bob)).to_have_text(SILENT)
    expect(bob.page.get_by_role("button", name="Listen here")).to_be_hidden()
    bob.page.locator("#now-playing [data-action=jam]").click()
    expect(alice.page.get_by_role("img", name="Jams: Bob")).to_be_visible()
    bob.page.locator("#queue .vote-up").first.click()
    expect(alice.page.locator("#queue .vote-up").first).to_have_text("1")
    choice = where_it_sounds(bob)
    expect(choice.get_by_text("Without one you still see, vote, queue and jam.")).to_be_visible()
    expect(choice.get_by_role("button", name="Connect Spotify")).to_be_visible()
    assert {call.account for call in stub.world.calls(path="/me")} == {"alice"}


def test_a_provider_that_wants_to_be_left_alone_is_named_with_its_time(  # SP2 SP5
    stub, nest, alice, connected
):
    connected("Alice").adds(ONE)
    alice.may_hear("status of 503")
    alice.opens(nest).sees_playing(TITLE)
    stub.goes_wrong("/me/player/devices", status=429, retry_after=40)

    alice.listens_here()

    expect(status(alice)).to_have_text(WAITING)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 404, "message": "Device not found"}, "Your device is not there any more."),
        (
            {"status": 403, "message": "Premium required", "reason": "PREMIUM_REQUIRED"},
            "Spotify plays here for Premium accounts only.",
        ),
    ],
)
def test_whatever_is_in_the_way_is_said_beside_the_button(  # SP5
    stub, nest, alice, connected, fault, sentence
):
    listener = connected("Alice")
    alice.opens(nest)
    stub.goes_wrong("/me/player/play", **fault)
    where_it_sounds(alice).get_by_role("button", name="Kitchen").click()
    expect(status(alice)).to_have_text("Listening on Kitchen")

    listener.adds(ONE)

    expect(status(alice)).to_contain_text(sentence, timeout=8_000)


def test_a_nest_is_built_on_a_catalogue_and_changes_it_while_nothing_waits(  # I2 SP8
    stub, alice, person
):
    alice.opens().button("Build a Nest", "bar").click()
    building = alice.dialog("Build a Nest")
    building.get_by_role("radio", name="Spotify").check()
    building.get_by_role("button", name="Build it").click()
    building.get_by_role("link", name="Fly there").click()
    alice.is_in()
    box = alice.page.locator("#search-box")
    expect(box).to_have_attribute("placeholder", "Search Spotify, or paste a link")
    visitor = person("Bob").opens(alice.page.url.removeprefix(alice.url))
    open_dialog(visitor.page, "nest-settings")
    expect(
        visitor.dialog("Nest settings").get_by_role("radio", name="The library")
    ).to_be_disabled()

    open_dialog(alice.page, "nest-settings")
    alice.dialog("Nest settings").get_by_role("radio", name="The library").check()

    expect(box).to_have_attribute("placeholder", "Search, or paste a link")
    expect(visitor.dialog("Nest settings").get_by_role("radio", name="The library")).to_be_checked()
    alice.page.keyboard.press("Escape")
    alice.adds("Blue Lantern", "Green Harbour")
    alice.may_hear("status of 409")
    open_dialog(alice.page, "nest-settings")
    alice.dialog("Nest settings").get_by_role(
        "radio", name="Spotify"
    ).click()  # It does not stay so.
    alice.sees("It changes only while the queue is empty.")
    expect(alice.dialog("Nest settings").get_by_role("radio", name="The library")).to_be_checked()


@pytest.fixture
def every_view(stub, nest, person, connected):
    """One view after the other: of Alice, who has an account, and of Bob, who has none."""

    def views(**how):
        alice, bob = person("Alice", **how), person("Bob", **how)
        connected("Alice").adds(ONE, TWO, EXPLICIT)
        yield from ((alice, name) for name in listened_elsewhere(alice, nest))
        yield from ((bob, name) for name in left_out(bob, nest))

    return views


@pytest.mark.timeout(120)
def test_every_view_of_it_fits_its_screen_and_has_its_picture(every_view):  # I14 I15
    for tab, name in every_view(reduced_motion="reduce"):
        photographed(tab, name)


@pytest.mark.timeout(120)
def test_axe_finds_nothing_in_it(every_view):  # I15
    for tab, name in every_view(reduced_motion="reduce"):
        axed(tab, name)
