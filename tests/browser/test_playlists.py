"""Playlists: a queue is kept, put in order by mouse and keys, shared, queued by somebody else."""

from playwright.sync_api import expect

SONGS = ("Blue Lantern", "Green Harbour", "Red Kite")


def opens_playlists(tab, where):
    tab.opens(where)
    tab.page.get_by_role("button", name="Browse the library").click()
    tab.page.get_by_role("radio", name="Playlists").check()


def sees_order(tab, *titles):
    expect(tab.page.locator("#library .entry [data-part=title]")).to_have_text(list(titles))


def drags(tab, title, above):
    rows = tab.page.locator("#library .entry")
    cover = rows.filter(has_text=title).locator(".cover").bounding_box()
    target = rows.filter(has_text=above).bounding_box()
    x = cover["x"] + cover["width"] / 2
    tab.page.mouse.move(x, cover["y"] + cover["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(x, target["y"] + 8, steps=6)
    tab.page.mouse.up()


def test_alice_keeps_a_queue_and_bob_plays_it_elsewhere(server, puts, person, bob):  # L11 U-6.5
    visitor = server.visitor("Alice")
    kept, other = (visitor.builds(name)["code"] for name in ("The Den", "The Loft"))
    for code in (kept, other):
        visitor.asks("PATCH", f"/api/nests/{code}", bender=False)
    puts("Alice", *SONGS, nest=kept)
    visitor.asks("POST", f"/api/nests/{kept}/playback/pause")  # However slow the pages open.
    alice, phone = person("Alice"), person("Alice")
    opens_playlists(alice, f"/nest/{kept}")

    alice.page.get_by_role("button", name="Save the queue").click()
    alice.page.get_by_label("Name of the playlist").fill("Late trains")
    alice.page.keyboard.press("Enter")
    sees_order(alice, *SONGS)
    opens_playlists(phone, f"/nest/{kept}")
    phone.page.get_by_role("button", name="Late trains").click()
    drags(alice, "Red Kite", above="Blue Lantern")
    for tab in (alice, phone):
        sees_order(tab, "Red Kite", "Blue Lantern", "Green Harbour")
    phone.page.get_by_role("button", name="More for Red Kite").focus()
    phone.page.keyboard.press("Alt+ArrowDown")
    for tab in (alice, phone):
        sees_order(tab, "Blue Lantern", "Red Kite", "Green Harbour")
    alice.page.get_by_role("button", name="Share").last.click()

    opens_playlists(bob, f"/nest/{other}")
    bob.page.get_by_role("button", name="Late trains").click()
    sees_order(bob, "Blue Lantern", "Red Kite", "Green Harbour")
    expect(bob.page.get_by_role("button", name="Rename")).to_be_hidden()
    bob.page.get_by_role("button", name="More for Red Kite").click()
    bob.page.get_by_role("button", name="Queue from here on").click()

    expect(bob.part("library", "playlist-note")).to_have_text("2 songs queued.")
    bob.page.keyboard.press("Escape")
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator("#now-playing [data-part=title]")).to_have_text("Red Kite")
    expect(bob.page.locator("#queue .song [data-part=title]")).to_have_text(["Green Harbour"])
