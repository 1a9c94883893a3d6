"""A nest that sounds in the room: a wall is its loudspeaker, and phones are remote controls."""

import re

from playwright.sync_api import expect

from tests.browser.looking import axed
from tests.browser.views import open_dialog
from tests.support.browser import LAPTOP, PHONE

IN_STEP = re.compile(r"^In step, \d+ ms$")


def test_a_wall_is_the_loudspeaker_of_its_room(server, alice, bob, puts):  # H7a
    den = server.visitor("Alice").builds("The Den")["code"]
    puts("Alice", "Blue Lantern", "Green Harbour", nest=den)
    alice.opens(f"/nest/{den}")
    bob.measures(PHONE)
    bob.opens(f"/nest/{den}")
    expect(bob.page.get_by_role("button", name="Listen here")).to_be_visible()

    open_dialog(alice.page, "nest-settings")
    alice.dialog("Nest settings").get_by_role("radio", name="In the room").check()

    expect(bob.page.get_by_role("button", name="Listen along here")).to_be_visible()
    expect(bob.page.get_by_role("button", name="Listen here")).to_be_hidden()
    bob.photographs("remote-control")
    wall = alice.another_tab()
    wall.measures(LAPTOP)
    wall.goes(f"/nest/{den}/wall")
    wall.sees("nothing sounds here yet")
    wall.photographs("wall-silent")
    axed(wall, "wall-silent")
    wall.page.get_by_role("button", name="Sound here").click()
    wall.page.wait_for_function("() => window.andre.state().device.error_ms !== null")
    expect(wall.page.get_by_role("button", name="Sounds here")).to_have_attribute(
        "aria-pressed", "true"
    )
    wall.photographs("wall-sounding")

    bob.page.get_by_role("button", name="Listen along here").click()
    expect(bob.part("now-playing", "status")).to_have_text(IN_STEP, timeout=10_000)
