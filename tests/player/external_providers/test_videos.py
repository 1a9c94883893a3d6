"""Videos whose length nobody tells: a page measured it once, and the house remembers."""

import pytest
from django.core.management import call_command

from bender.filling import filler
from player.history import history
from player.models import Play
from player.providers import lookup
from player.queue import queue
from tests.support.canned import canned

pytestmark = pytest.mark.django_db(transaction=True)

VIDEO = "youtube:video:dQw4w9WgXcQ"


@pytest.fixture
def tube(settle):
    with canned() as server:
        server.answers("/oembed", {"title": "Never Gonna", "author_name": "Rick"})
        settle(YOUTUBE_OEMBED_URL=f"{server.url}/oembed", NO_REPEAT_MINUTES="0")
        yield server


def played(*lengths_ms):
    for number, length_ms in enumerate(lengths_ms):
        Play.objects.create(
            nest_id="main",
            song_id=900 + number,
            uri=VIDEO,
            title="Never Gonna",
            duration_ms=length_ms,
            started_ms=number,
            ended_ms=number,
        )


def test_a_video_that_played_is_queued_again_without_a_page(nest, alice, tube):  # I7 V2
    with nest.now():
        queue.add(alice.act, [VIDEO], {VIDEO: 213_000})
    nest.passes(214)
    history.record(nest.nest_id)

    with nest.now():
        answer = queue.add(alice.act, [VIDEO])

    assert answer["rejected"] == []
    assert alice.sees()["song"]["duration_ms"] == 213_000


def test_of_several_lengths_the_most_frequent_counts_then_the_latest(tube):  # V2
    played(60_000, 213_000, 213_000)
    mostly = lookup(VIDEO).duration_ms
    played_since = Play.objects.filter(duration_ms=213_000).first()
    played_since.delete()

    assert (mostly, lookup(VIDEO).duration_ms) == (213_000, 213_000)


def test_what_a_page_has_just_measured_is_believed_first(nest, alice, tube):  # V2
    played(60_000)

    queue.add(alice.act, [VIDEO], {VIDEO: 213_000})

    assert alice.sees()["song"]["duration_ms"] == 213_000


def test_benders_idea_may_be_a_video_that_played(nest, alice, tube):  # I5 B11
    played(213_000)
    alice.adds("Blue")
    call_command("set_fallback_songs", VIDEO, verbosity=0)

    filler.fill_queue(nest.nest_id)
    (song,) = alice.sees()["queue"]

    assert (song["trackid"], song["duration_ms"]) == (VIDEO, 213_000)
    assert song["auto"]
