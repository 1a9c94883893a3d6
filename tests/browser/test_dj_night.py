"""A host's first evening: a DJ night from the Main Nest, by the buttons that a newcomer sees."""

import re

from playwright.sync_api import expect

PRESSES = 7  # docs/hosting.md tells each of them.


def test_a_new_host_sets_up_a_dj_night_in_seven_presses(alice, bob, puts):  # S-16.1 S-3.1
    presses = 0

    def press(button):
        nonlocal presses
        button.click()
        presses += 1

    page = alice.opens().page
    press(alice.button("Build a Nest", "bar"))
    building = alice.dialog("Build a Nest")
    press(building.get_by_role("button", name="Build it"))
    shown = building.locator(".big-code")
    expect(shown).to_have_text(re.compile(r"\w{5}"))
    code = shown.text_content()
    press(building.get_by_role("link", name="Fly there"))
    expect(page).to_have_url(f"{alice.url}/nest/{code}")
    alice.is_in()
    press(page.get_by_role("button", name="You: Alice"))
    press(page.locator("#me").get_by_role("button", name="Nest settings"))
    settings = alice.dialog("Nest settings")
    press(settings.get_by_role("button", name="DJ night"))
    expect(settings.get_by_role("radio", name="A DJ")).to_be_checked()
    press(settings.get_by_role("button", name="Close"))

    assert presses == PRESSES
    puts("Alice", "Blue Lantern", nest=code)
    bob.opens(f"/nest/{code}")
    expect(bob.part("now-playing", "dj")).to_have_text("Alice is the DJ")
    expect(bob.button("Skip")).to_be_hidden()
    bob.searches("kite")
    bob.result("Red Kite").click()
    expect(bob.result("Red Kite")).to_contain_text("Waits for approval")
    expect(page.get_by_role("button", name=re.compile("^Approve Red Kite"))).to_be_visible()
