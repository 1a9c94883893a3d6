"""A long recording is gone on with where somebody left it."""

from playwright.sync_api import expect

from player.history import progress
from player.models import Track

HOUR_MS = 3_600_000


def test_who_hears_a_long_recording_again_may_go_on_where_they_were(
    alice, bob, puts
):  # S-8.1 S-8.7
    track = Track.objects.get(title="Blue Lantern")
    Track.objects.filter(pk=track.pk).update(duration_ms=HOUR_MS)
    uri = Track.objects.get(pk=track.pk).uri
    reached = progress.Reached(754_000, HOUR_MS)
    progress.save_progress("bob@example.com", "main", uri, reached, 1)
    puts("Alice", "Blue Lantern")
    alice.opens()
    bob.opens()

    bob.photographs("go-on")
    bob.page.get_by_role("button", name="Go on at 12:34").click()

    expect(alice.part("now-playing", "elapsed")).to_contain_text("12:3")
