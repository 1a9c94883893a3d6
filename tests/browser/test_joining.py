"""Coming in, being several, and having to go."""

import re

import pytest
from playwright.sync_api import expect

from tests.player.external_providers.people import until
from tests.support.browser import NOT_FOUND


@pytest.fixture
def vibes(server):
    return server.visitor("Alice").builds("Friday Vibes")


def test_who_signs_in_lands_where_they_wanted_to_go(person, settings, vibes):  # I1
    settings.DEBUG = True  # Opens the development sign-in.
    charlie = person("Charlie", known=False)

    charlie.page.goto(f"{charlie.url}/nest/{vibes['code']}")
    expect(charlie.page).to_have_url(re.compile("/sign-in/"))
    charlie.page.get_by_label("Name").fill("Charlie")
    charlie.page.get_by_role("button", name="Come in").click()

    expect(charlie.page).to_have_url(f"{charlie.url}/nest/{vibes['code']}")
    expect(charlie.part("bar", "name")).to_have_text("Friday Vibes")
    charlie.is_in()


def test_one_builds_a_nest_and_the_other_joins_with_its_code(alice, bob):  # I1 I2
    alice.opens().button("Build a Nest", "bar").click()
    building = alice.dialog("Build a Nest")
    building.get_by_label("Name").fill("Friday Vibes")
    building.get_by_role("button", name="Build it").click()
    expect(building.get_by_label("Share link")).to_have_value(re.compile("^http"))
    code = building.locator(".big-code").text_content()
    building.get_by_role("link", name="Fly there").click()
    expect(alice.page).to_have_url(f"{alice.url}/nest/{code}")

    bob.opens().button("Join a Nest", "bar").click()
    bob.dialog("Join a Nest").get_by_label("Nest code").fill(code.lower())

    expect(bob.page).to_have_url(f"{bob.url}/nest/{code}")
    for tab in (alice, bob):
        expect(tab.part("bar", "name")).to_have_text("Friday Vibes")
        expect(tab.part("bar", "count")).to_have_text("2")
    expect(alice.page.locator("#listeners .listener")).to_have_count(2)


def test_a_code_that_nobody_was_given_is_refused_in_the_dialog(bob):  # I1
    bob.may_hear(NOT_FOUND)
    bob.opens().button("Join a Nest", "bar").click()

    bob.dialog("Join a Nest").get_by_label("Nest code").fill("ZZZZZ")

    bob.sees("No nest has this code.")
    expect(bob.page).to_have_url(f"{bob.url}/")


def test_the_dialog_of_nests_lists_the_others_with_what_plays(alice, bob, vibes, puts):  # I2
    puts("Alice", "Blue Lantern", nest=vibes["code"])
    alice.opens(f"/nest/{vibes['code']}").sees_playing("Blue Lantern")
    bob.opens().button("Join a Nest", "bar").click()

    row = bob.dialog("Join a Nest").get_by_role("link", name="Friday Vibes")

    expect(row).to_contain_text("Blue Lantern")
    row.click()
    bob.sees_playing("Blue Lantern")


@pytest.mark.parametrize("address", ["/friday-vibes", "/nest/{code}", "/{code}"])
def test_whoever_has_the_address_is_in(bob, vibes, address):  # I1
    bob.opens(address.format(**vibes))

    expect(bob.part("bar", "name")).to_have_text("Friday Vibes")
    expect(bob.part("bar", "code")).to_have_text(vibes["code"])


def test_an_address_where_nobody_lives_says_so(bob):  # I1
    bob.may_hear(NOT_FOUND)

    bob.page.goto(f"{bob.url}/nest/ZZZZZ")

    bob.sees("No nest here")
    bob.page.get_by_role("link", name="Back to Main Nest").click()
    bob.is_in()


def test_the_creator_gives_the_nest_another_name_and_all_see_it(alice, bob, vibes):  # I1
    for tab in (alice, bob):
        tab.opens(f"/nest/{vibes['code']}")
    expect(bob.button("Rename this nest", "bar")).to_be_hidden()

    alice.button("Rename this nest", "bar").click()
    alice.page.get_by_label("Name of this nest").fill("Saturday")
    alice.page.keyboard.press("Enter")

    expect(bob.part("bar", "name")).to_have_text("Saturday")
    expect(bob.page).to_have_title("Saturday · Andre")


def test_sharing_copies_the_link_and_shows_what_a_phone_can_read(person, vibes):  # I1
    alice = person("Alice", permissions=["clipboard-read", "clipboard-write"])
    alice.opens(f"/nest/{vibes['code']}").button("Share Nest", "bar").click()
    sharing = alice.dialog("Share Nest")

    expect(sharing.locator(".big-code")).to_have_text(vibes["code"])
    expect(sharing.get_by_role("button", name="Copied")).to_be_visible()
    copied = alice.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{alice.url}/nest/{vibes['code']}"
    expect(sharing.get_by_role("img", name=re.compile("QR code"))).to_have_js_property(
        "complete", True
    )
    until(lambda: sharing.get_by_role("img").evaluate("picture => picture.naturalWidth") > 0)


def test_everybody_who_listens_is_named(alice, bob):  # I1
    bob.opens()
    alice.opens()
    expect(alice.part("bar", "count")).to_have_text("2")

    alice.button("2 listening", "bar").click()

    people = alice.dialog("Listening now").get_by_role("listitem")
    expect(people).to_have_count(2)
    expect(people.filter(has_text="Bob")).to_be_visible()
    expect(people.filter(has_text="Alice (you)")).to_be_visible()


def test_signing_out_ends_the_other_page_with_a_sentence(person, server):  # R6 R10
    here = person("Alice").opens()
    there = here.another_tab().opens()

    # The first press loads the rest of the page, which would be refused once they are signed out.
    with here.page.expect_response("**/api/favourites/uris"):
        here.button("You: Alice", "bar").click()
    here.page.get_by_role("button", name="Sign out").click()
    expect(here.page).to_have_url(re.compile("/sign-in/"))

    there.sees("Your sign-in has ended while you were here.")
    expect(there.page.get_by_role("link", name="Sign in")).to_be_focused()


def test_a_deleted_nest_says_goodbye(bob, server, vibes):  # R6
    bob.opens(f"/nest/{vibes['code']}")
    bob.page.wait_for_load_state("networkidle")  # Its QR code, too, is of a nest that still is.

    server.visitor("Alice").asks("DELETE", f"/api/nests/{vibes['code']}")

    bob.sees("This nest is closed")
    bob.page.get_by_role("link", name="Back to Main Nest").last.click()
    expect(bob.page).to_have_url(f"{bob.url}/")
    bob.is_in()
