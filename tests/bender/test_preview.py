"""Bender's next idea is shown before it plays, for anyone to take or turn away."""

import pytest

from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.shapes import SongRow
from bender import tasks
from bender.filling import preview
from bender.models import Rejection
from player.models import Track
from tests.bender.support import feed, played, shown
from tests.support.nest import NestStory
from tests.support.reducer import Mirror, comparable

pytestmark = pytest.mark.django_db
WEEK_MS = 7 * 86_400_000


def takes(person, track):
    with person.nest.now():
        return preview.queue(person.act, track)


def turns_away(person, track):
    with person.nest.now():
        return preview.reject_preview(person.act, track)


def test_who_takes_the_preview_has_a_song_of_their_own(nest, alice, shelf):  # B11
    feed(nest)
    wanted = shown(nest)["track"]

    answer = takes(alice, wanted["uri"])

    row = nest.row(wanted["title"])
    assert answer["song_id"] == row["song_id"]
    assert (row["user"], row["auto"], row["reason"]) == (alice.id, False, "")
    assert nest.order()[0] == wanted["title"]
    assert shown(nest) is None


def test_their_next_song_comes_after_it(nest, alice, shelf):  # B11 Q7
    feed(nest)
    takes(alice, shown(nest)["track"]["uri"])

    alice.adds("Blue")

    assert nest.row("Blue")["tag"] == 180


def test_what_is_no_longer_the_preview_is_not_taken(nest, alice, bob, shelf):  # B11
    feed(nest)
    old = shown(nest)["track"]["uri"]
    takes(bob, old)
    feed(nest)

    with pytest.raises(Refusal) as refused:
        takes(alice, old)

    assert refused.value.code == "preview_changed"


def test_of_two_who_take_it_at_once_one_has_it(nest, alice, bob, shelf):  # B11
    feed(nest)
    wanted = shown(nest)["track"]["uri"]
    takes(alice, wanted)

    with pytest.raises(Refusal):
        takes(bob, wanted)


def test_a_throwback_that_is_taken_cheers_for_whoever_queued_it_then(nest, alice, shelf):  # B11 Q12
    old = nest.now_ms - 3 * WEEK_MS
    for track in shelf.tracks:
        played(track.uri, track.artist, user="carol@example.com", at=old, title=track.title)
    for seed in range(40):
        feed(nest, seed)
        if shown(nest)["strategy"] == "throwback":
            break
        turns_away(alice, shown(nest)["track"]["uri"])
    wanted = shown(nest)

    takes(alice, wanted["track"]["uri"])

    jams = nest.row(wanted["track"]["title"])["jams"]
    assert wanted["original_user"] == person_id("carol@example.com")
    assert "Carol queued it here on Tuesday, 24 October 2023." in wanted["reason"]
    assert [(jam["id"], jam["name"], jam["throwback"]) for jam in jams] == [
        (wanted["original_user"], "Carol", True)
    ]


def test_a_preview_that_is_turned_away_makes_place_for_another(nest, bob, shelf):  # B12
    feed(nest)
    turned_away = shown(nest)["track"]

    answer = turns_away(bob, turned_away["uri"])
    at_once = shown(nest)
    with nest.now():
        tasks.reject_preview(nest.nest_id, bob.email, turned_away["uri"], turned_away["artist"])

    assert answer["rev"]
    assert at_once is None
    assert shown(nest)["track"]["uri"] != turned_away["uri"]
    assert Rejection.objects.get().artist == turned_away["artist"]


def test_turning_away_sends_bender_at_once(nest, bob, shelf):  # B12
    feed(nest)
    redis().delete("bender")

    turns_away(bob, shown(nest)["track"]["uri"])

    assert redis().llen("bender") == 1


def test_turning_away_answers_also_when_the_preview_has_just_been_queued(nest, bob, shelf):  # B12
    feed(nest)
    old = shown(nest)["track"]
    bob.skips()
    feed(nest)

    answer = turns_away(bob, old["uri"])

    assert answer["rev"]
    assert old["title"] in nest.order()
    assert redis().get(NestKeys(nest.nest_id).filter_prefix + old["uri"]) == "rejected"


def test_what_was_never_benders_idea_leaves_no_trace(nest, bob):  # B12
    before = set(redis().scan_iter(match=f"{NestKeys(nest.nest_id).filter_prefix}*"))

    turns_away(bob, "library:track:anything")

    assert set(redis().scan_iter(match=f"{NestKeys(nest.nest_id).filter_prefix}*")) == before


def test_a_full_queue_keeps_the_preview(bob, shelf, monkeypatch):  # B11 Q3
    from andre.core import clock
    from nests.registry import store
    from tests.nests.support import settings_of_the_house

    with clock.freeze(1_700_000_000_000):
        story = NestStory(store.create_nest("alice@example.com", "Alice", "One").nest_id)
    listener = story.person("Bob")
    listener.listens()
    with settings_of_the_house(monkeypatch, NEST_MAX_QUEUE_DEPTH="1"):
        listener.adds("Blue")
        listener.adds("Green")
        feed(story)
        wanted = shown(story)

        with pytest.raises(Refusal) as refused:
            takes(listener, wanted["track"]["uri"])

    assert refused.value.code == "queue_full"
    assert shown(story) == wanted


def test_everybody_sees_the_same_preview_by_events_or_at_once(nest, alice, bob, shelf):  # R8 B10
    mirror = Mirror(bob.sees(), bob.id, bob.sees()["rev"])

    feed(nest)
    takes(alice, shown(nest)["track"]["uri"])
    feed(nest)
    turns_away(bob, shown(nest)["track"]["uri"])
    feed(nest)
    for event in nest.events(mirror.rev):
        mirror.apply(event)

    assert mirror.state["preview"] is not None
    assert comparable(mirror.state) == comparable(bob.sees())


def test_the_switchboard_knows_both_commands(nest, alice, shelf):
    from andre.protocol import commands
    from andre.web import dispatch
    from bender import commands as bender_commands

    alice.listens()
    feed(nest)
    track = shown(nest)["track"]["uri"]
    with nest.now():
        dispatch.dispatch_command(alice.act, commands.QueuePreview(track=track, id="1"))
        again = dispatch.dispatch_command(alice.act, commands.QueuePreview(track=track, id="1"))

    assert again["song_id"]
    assert set(bender_commands.HANDLERS) == {
        commands.QueuePreview,
        commands.FilterPreview,
        commands.SetFallbackSongs,
    }


def test_an_episode_is_never_the_seed(nest, alice, shelf):  # B2
    from bender.state.frozen_context import seed_of
    from bender.state.nest_state import read_nest_state
    from nests.registry import store

    row = Track.objects.first()
    keys = NestKeys(nest.nest_id)
    redis().set(keys.last_queued, "spotify:episode:512ojhOuo1ktJprKbVcKyQ")
    redis().set(keys.last_bender, row.uri)

    seed, by = seed_of(read_nest_state(store.get_nest("main")))

    assert (seed.uri, by) == (row.uri, "")


def test_the_seed_is_a_persons_last_song_then_benders_then_what_plays_then_the_nests(
    nest, alice, shelf
):  # B2
    from dataclasses import replace

    from bender.state.frozen_context import seed_of
    from bender.state.nest_state import read_nest_state
    from nests.registry import store

    first, second, third, fourth = (track.uri for track in shelf.tracks[:4])
    plain = read_nest_state(store.get_nest("main"))
    song = SongRow(
        song_id=1, trackid=third, src="library", title="x", artist="y", album="z", duration_ms=1,
        img="", big_img="", user="", user_name="", user_picture="", auto=True, strategy="",
        reason="",
        explicit=False, gain_db=0.0, status="playing", added_ms=0, tag=0.0, order=0.0, vote=0,
    ).model_dump()  # fmt: skip
    room = replace(plain, nest=replace(plain.nest, seed_uri=fourth), song=song)

    seeds = [
        seed_of(each)[0].uri
        for each in (
            replace(room, last_queued=first, last_bender=second),
            replace(room, last_bender=second),
            room,
            replace(room, song=None),
        )
    ]

    assert seeds == [first, second, third, fourth]


def test_a_themed_seed_needs_no_catalogue_to_be_known(db):  # B2 N11
    from bender.state.frozen_context import lookup_known

    assert lookup_known("spotify:track:4XRkQloZFcRrCONN7ZQ49Y").artist == "Parliament"
    assert lookup_known("spotify:track:0000000000000000000000") is None
