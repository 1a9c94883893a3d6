"""The words of a song follow the music, on the page."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

WORDS = "[00:00]Down by the water\n[00:20]up on the hill\n[00:59.5]come on in\n"


@pytest.fixture(autouse=True)
def words(records: Path) -> Iterator[None]:
    """Beside "Blue Lantern", before anybody reads the library."""
    beside = records / "0.lrc"
    beside.write_text(WORDS)
    yield
    beside.unlink()


def test_alice_reads_along_and_a_press_on_a_line_moves_the_song(alice, puts, server):
    puts("Alice", "Blue Lantern")
    pause = {"type": "pause", "id": uuid.uuid4().hex}
    server.visitor("Alice").asks("POST", "/api/nests/main/commands", **pause)
    alice.opens()
    lines = alice.page.locator("#lyrics li")
    sung = alice.page.locator("#lyrics li[aria-current]")

    alice.page.get_by_role("button", name="Lyrics").click()
    expect(sung).to_have_text("Down by the water")
    lines.nth(1).click()

    expect(sung).to_have_text("up on the hill")
    expect(alice.part("now-playing", "elapsed")).to_have_text("0:20")
    expect(lines.nth(2)).to_have_css("cursor", "pointer")  # Its style has come, too.
