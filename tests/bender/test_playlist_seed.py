"""Bender begins from a playlist where the nest is set to it."""

import random

import pytest
from structlog.testing import capture_logs

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.protocol.commands import COMMAND
from andre.web import dispatch
from bender.filling import preview
from bender.selection.strategies.base import because
from bender.state import context_json
from bender.state.frozen_context import freeze_context, seed_of
from bender.state.nest_state import read_nest_state
from nests.registry import settings, store
from player.models import Playlist, PlaylistEntry
from player.playlists import playlists
from tests.bender.support import feed, shown
from tests.nests.support import ALICE, BOB, asks, visitor
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def den(shelf):
    """A nest of Alice's in which Bob listens."""
    with clock.freeze(1_700_000_000_000):
        story = NestStory(store.create_nest(ALICE, "Alice", "The Den").nest_id)
    story.person("Bob").listens()
    return story


def playlist_of(owner, tracks, *, shared=False, **more):
    made = Playlist.objects.create(
        user=owner, name="Late trains", shared=shared, created_ms=1, changed_ms=1
    )
    for place, each in enumerate(tracks):
        PlaylistEntry.objects.create(
            playlist=made,
            place=place,
            uri=more.get("uri", each.uri),
            title=each.title,
            artist=each.artist,
            duration_ms=each.duration_ms,
        )
    return made


def sets(story, playlist, who="Alice"):
    wish = {"type": "change_nest_settings", "bender_playlist": playlist and playlist.pk}
    with story.now():
        dispatch.dispatch_command(story.person(who).act, COMMAND.validate_python(wish))


def seen_by_bender(story):
    with story.now():
        return read_nest_state(store.get_nest(story.nest_id))


def seeds_of(story, runs=30):
    """The addresses that so many runs begin from, chance handed in."""
    state = seen_by_bender(story)
    return {freeze_context(state, random.Random(number)).seed.uri for number in range(runs)}


def metal(shelf):
    return [track for track in shelf.tracks if track.genre == "metal"][:3]


def test_each_run_begins_from_a_song_of_the_playlist_by_chance(den, shelf):
    songs = metal(shelf)
    sets(den, playlist_of(ALICE, songs))
    den.person("Bob").adds("Blue")

    assert seeds_of(den) == {song.uri for song in songs}


def test_the_same_chance_is_the_same_song(den, shelf):
    sets(den, playlist_of(ALICE, metal(shelf)))
    state = seen_by_bender(den)

    one, other = (freeze_context(state, random.Random(5)).seed for _ in range(2))

    assert one == other


def test_what_he_then_chooses_is_near_the_playlist(den, shelf):
    with den.now():
        settings.change(
            CommandContext(den.nest_id, Actor(ALICE)), {"bender_weights": {"genre": 1, "album": 0}}
        )
    sets(den, playlist_of(ALICE, metal(shelf)))

    feed(den)

    idea = shown(den)
    assert shelf.genre_of(idea["track"]["uri"]) == "metal"
    assert "is on the playlist" in idea["reason"]


def test_the_reason_says_where_it_comes_from(den, shelf):
    songs = metal(shelf)[:1]
    sets(den, playlist_of(ALICE, songs))
    context = freeze_context(seen_by_bender(den), random.Random(1))

    assert because(context, "genre metal") == f"{songs[0].artist} is on the playlist: genre metal"
    assert context_json.load(context_json.dump(context), context.rng).is_from_playlist is True


def test_he_thinks_again_as_soon_as_another_playlist_is_chosen(den, shelf):
    feed(den)
    assert preview.is_current(seen_by_bender(den))

    sets(den, playlist_of(ALICE, metal(shelf)))

    assert not preview.is_current(seen_by_bender(den))


def test_a_deleted_playlist_is_as_if_none_had_been_chosen_and_the_log_says_so(den, shelf):
    chosen = playlist_of(ALICE, metal(shelf))
    sets(den, chosen)
    playlists.delete_playlist(ALICE, chosen.pk)

    state = seen_by_bender(den)
    with capture_logs() as logs:
        context = freeze_context(state, random.Random(1))

    assert (context.seed, context.seed_by) == seed_of(state)
    assert {"event": "bender_playlist_unreadable", "nest": den.nest_id}.items() <= logs[0].items()


def test_one_that_is_shared_no_longer_is_left(den, shelf):
    chosen = playlist_of(BOB, metal(shelf), shared=True)
    sets(den, chosen)
    assert seeds_of(den) <= {song.uri for song in metal(shelf)}

    playlists.change_playlist(BOB, chosen.pk, shared=False)

    state = seen_by_bender(den)
    assert freeze_context(state, random.Random(1)).seed == seed_of(state)[0]


def test_a_playlist_without_a_song_that_is_known_is_left(den, shelf):
    sets(den, playlist_of(ALICE, metal(shelf), uri=""))

    state = seen_by_bender(den)
    with capture_logs() as logs:
        assert freeze_context(state, random.Random(1)).seed == seed_of(state)[0]

    assert logs[0]["event"] == "bender_playlist_empty"


def test_songs_of_the_nests_own_catalogue_come_first(den, shelf):
    chosen = playlist_of(ALICE, metal(shelf)[:1])
    elsewhere = {"playlist": chosen, "place": 9, "title": "Far", "duration_ms": 1}
    PlaylistEntry.objects.create(uri="spotify:track:3utq2FgD1pkmIoaWfjXWAU", **elsewhere)
    PlaylistEntry.objects.create(uri="spotify:episode:512ojhOuo1ktJprKbVcKyQ", **elsewhere)
    sets(den, chosen)

    assert seeds_of(den) == {metal(shelf)[0].uri}

    chosen.entries.filter(uri__startswith="library:").delete()
    assert seeds_of(den) == {"spotify:track:3utq2FgD1pkmIoaWfjXWAU"}


@pytest.mark.parametrize("shared", [False, True])
def test_one_of_somebody_else_is_taken_only_where_it_is_shared(den, shelf, shared):
    chosen = playlist_of(BOB, metal(shelf), shared=shared)

    if shared:
        sets(den, chosen)
    else:
        with pytest.raises(Refusal) as refused:
            sets(den, chosen)
        assert refused.value.code == "playlist_not_found"
    assert store.get_nest(den.nest_id).setting("bender_playlist") == (chosen.pk if shared else None)


def test_a_new_nest_has_it_from_its_first_moment_over_http(shelf):
    chosen, bobs = playlist_of(ALICE, metal(shelf)), playlist_of(BOB, metal(shelf))
    alice = visitor("Alice")

    made = asks(alice, "post", "/api/nests", name="Trains", bender_playlist=chosen.pk).json()
    refused = asks(alice, "post", "/api/nests", name="Boats", bender_playlist=bobs.pk)

    assert store.get_nest(made["code"]).setting("bender_playlist") == chosen.pk
    assert (refused.status_code, refused.json()["error"]) == (404, "playlist_not_found")
    left = asks(alice, "patch", f"/api/nests/{made['code']}", bender_playlist=None)
    assert left.status_code == 200
    assert store.get_nest(made["code"]).setting("bender_playlist") is None
