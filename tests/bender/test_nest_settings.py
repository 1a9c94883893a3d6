"""Bender as a nest is set to: on or off, by which profile, by which weights."""

import json
import random

import pytest

from andre.core import clock
from andre.core.context import Actor, CommandContext
from andre.core.errors import Refusal
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from bender.filling import filler, preview
from bender.models import BenderRun
from bender.runs import shadow
from bender.selection import strategies
from bender.state import context_json
from bender.state.frozen_context import freeze_context
from bender.state.nest_state import read_nest_state
from nests.registry import settings, store
from player.playback import maintenance
from tests.bender.support import evening, feed, hungry_at, shown
from tests.nests.support import ALICE, settings_of_the_house
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


@pytest.fixture
def den(shelf):
    """A nest of Alice's in which Bob listens."""
    with clock.freeze(1_700_000_000_000):
        story = NestStory(store.create_nest(ALICE, "Alice", "The Den").nest_id)
    story.person("Bob").listens()
    return story


def change(story, **wishes):
    with story.now():
        settings.change(CommandContext(story.nest_id, Actor(ALICE)), wishes)


def seen_by_bender(story):
    with story.now():
        return read_nest_state(store.get_nest(story.nest_id))


def strategies_of(story):
    runs = BenderRun.objects.filter(nest_id=story.nest_id)
    return {pick["strategy"] for run in runs for pick in run.picks}


def test_switched_off_he_stops_and_his_preview_goes_at_once(den):  # B8
    feed(den)
    had = shown(den)

    change(den, bender=False)
    gone, before = shown(den), den.order()
    den.person("Bob").skips()
    feed(den)

    assert had is not None
    assert [event["type"] for event in den.events()].count("preview_changed") >= 2
    assert gone is None
    assert len(before) == 1
    assert den.order() == []


def test_while_he_is_off_nobody_calls_him(den):  # B8
    feed(den)
    change(den, bender=False)
    redis().delete(GLOBAL.autoplay_due)

    den.person("Bob").skips()
    with den.now():
        maintenance.repair_nests()

    assert hungry_at(den) is None


def test_switched_on_again_he_comes_at_once(den):  # B8
    change(den, bender=False)
    redis().delete(GLOBAL.autoplay_due)

    change(den, bender=True)
    called = hungry_at(den)
    feed(den)

    assert called == den.now_ms
    assert den.plays() is not None
    assert shown(den) is not None


def test_what_he_thought_of_before_he_was_switched_off_is_not_shown(den):  # B8
    room = seen_by_bender(den)
    found = filler.choose_song(room, random.Random(1))

    change(den, bender=False)
    with den.now():
        preview.show(room, found)

    assert shown(den) is None


def test_what_was_shown_before_he_was_switched_off_is_not_queued(den):  # B8
    with den.now():
        room = seen_by_bender(den)
        preview.show(room, filler.choose_song(room, random.Random(1)))
        room = seen_by_bender(den)
        redis().hset(NestKeys(den.nest_id).nest_state, "bender", "0")

        preview.take_preview(room)

    assert (den.plays(), den.order()) == (None, [])


def test_a_strategy_of_weight_zero_is_never_drawn(den):  # B1
    change(den, bender_weights={"genre": 0, "artist_search": 0, "top_tracks": 0})

    for _ in range(12):
        feed(den)
        den.person("Bob").skips()

    assert strategies_of(den) <= {"album", "unheard"}
    assert "album" in strategies_of(den)


def test_the_weights_are_the_nests_own_over_the_houses(den, nest, bob, monkeypatch):  # B1
    with settings_of_the_house(monkeypatch, BENDER_STRATEGY_WEIGHTS="genre=10, album=3"):
        change(den, bender_weights={"genre": 70.0})
        here = freeze_context(seen_by_bender(den), random.Random(1)).weights
        there = freeze_context(seen_by_bender(nest), random.Random(1)).weights

    assert (here["genre"], here["album"], here["artist_search"]) == (70, 3, 25)
    assert there["genre"] == 10


def test_no_weight_brings_throwbacks_out_of_the_main_nest(den, nest, bob):  # B4
    settings.change(CommandContext("main"), {"bender_weights": {"throwback": 90}})
    redis().hset(NestKeys(den.nest_id).nest_state, "bender_weights", '{"throwback": 90}')

    there = freeze_context(seen_by_bender(den), random.Random(1))
    here = freeze_context(seen_by_bender(nest), random.Random(1))

    throwback = strategies.strategies()["throwback"]
    assert (throwback.supports(here), throwback.supports(there)) == (True, False)


def test_he_thinks_again_when_he_is_set_up_otherwise(den):  # B1 B10
    feed(den)
    change(den, bender_weights={"genre": 0, "artist_search": 0, "top_tracks": 0, "album": 9})
    still_there = shown(den)
    before = BenderRun.objects.count()

    feed(den)

    assert still_there is not None
    assert BenderRun.objects.count() == before + 1
    assert BenderRun.objects.first().picks[0]["strategy"] in {"album", "unheard"}


def test_what_he_finds_under_other_settings_meanwhile_is_thought_again(den):  # B1
    room = seen_by_bender(den)
    found = filler.choose_song(room, random.Random(1))
    change(den, bender_weights={"album": 9})

    with den.now():
        preview.show(room, found)

    assert shown(den) is not None
    assert not preview.is_current(seen_by_bender(den))


def test_who_chooses_is_the_nests_own_and_stands_in_the_row(den, monkeypatch):  # B14
    with settings_of_the_house(monkeypatch, SMART_BENDER="true"):
        change(den, bender_profile="smart_only")
        feed(den)
    run = BenderRun.objects.get()

    assert run.profile == "smart_only"
    assert run.picks[0]["provider"] in {"vibe", "classic"}


def test_a_sound_that_the_house_switches_off_falls_back(den, monkeypatch):  # B14
    with settings_of_the_house(monkeypatch, SMART_BENDER="true"):
        change(den, bender_profile="smart_first", bender_weights={"vibe": 5})

    feed(den)

    run = BenderRun.objects.get()
    assert (run.profile, run.fallback_reason) == ("smart_first", "unsupported:vibe")


def test_a_run_without_a_profile_is_by_the_nests(den, monkeypatch):  # B14 B16
    named = {"SMART_BENDER": "true", "BENDER_SHADOW": "true"}
    with settings_of_the_house(monkeypatch, **named):
        change(den, bender_profile="smart_first", bender_weights={"album": 0})
        nest = store.get_nest(den.nest_id)
        own = shadow.request_run(nest, None, "shadow", "somebody", explicit=False)
        named = shadow.request_run(nest, "smart_only", "sync", "somebody", explicit=False)

    beside = BenderRun.objects.get(shadow_of=own)
    assert (own.profile, beside.profile, named.profile) == ("smart_first", "classic", "smart_only")
    assert beside.context["weights"]["album"] == 0


def test_what_another_catalogue_gave_is_forgotten_with_it(den, monkeypatch):  # B7
    spotify = {"SPOTIFY_CLIENT_ID": "a", "SPOTIFY_CLIENT_SECRET": "b"}
    with den.now():
        room = seen_by_bender(den)
        preview.show(room, filler.choose_song(room, random.Random(1)))
    before = redis().exists(NestKeys(den.nest_id).seed_info)

    with settings_of_the_house(monkeypatch, **spotify):
        change(den, catalogue="spotify")

    assert before
    assert shown(den) is None
    assert not redis().exists(NestKeys(den.nest_id).seed_info)


def artists_of(story):
    songs = [event["song"] for event in story.events() if event["type"] == "song_started"]
    return [song["artist"] for song in songs]


def test_he_leaves_out_what_the_host_leaves_out_even_where_nothing_else_is_left(den):  # S-16.1 B5
    change(den, blocked=["funk", "jazz", "metal", "ambient band 1", "ambient band 2"])
    feed(den)
    evening(den, 3_600)

    assert set(artists_of(den)) == {"Ambient Band 0"}
    change(den, blocked=["Band"])
    feed(den)
    assert shown(den) is None


def test_he_picks_nothing_longer_than_the_nest_plays(den):  # S-16.1
    change(den, max_song_minutes=2)
    feed(den)

    assert (den.plays(), shown(den)) == (None, None)


def test_he_picks_nothing_explicit_where_the_nest_plays_nothing_explicit(den):  # S-16.1
    change(den, explicit=False)
    frozen = freeze_context(seen_by_bender(den), random.Random(1))
    asked_for = freeze_context(seen_by_bender(den), random.Random(1), allows_explicit=True)
    change(den, explicit=None)
    by_default = freeze_context(seen_by_bender(den), random.Random(1))
    clean = freeze_context(seen_by_bender(den), random.Random(1), allows_explicit=False)

    allowed = [each.rules.allows_explicit for each in (frozen, asked_for, by_default, clean)]
    assert allowed == [False, False, True, False]


def test_songs_and_artists_rest_for_him_as_the_nest_says(den, monkeypatch):  # S-16.1
    with settings_of_the_house(monkeypatch, ARTIST_GAP_MINUTES="45", NO_REPEAT_MINUTES="20"):
        as_the_server = freeze_context(seen_by_bender(den), random.Random(1))
        change(den, artist_gap_minutes=5, no_repeat_minutes=90)
        as_the_nest = freeze_context(seen_by_bender(den), random.Random(1))
        change(den, artist_gap_minutes=0)
        without = freeze_context(seen_by_bender(den), random.Random(1))

    rests = [
        (each.artist_gap_ms // 60_000, each.no_repeat_ms // 60_000)
        for each in (as_the_server, as_the_nest, without)
    ]
    assert rests == [(45, 20), (5, 90), (0, 90)]


def test_what_he_shows_goes_with_a_new_rule_and_nobody_takes_it_meanwhile(den):  # S-16.2
    feed(den)
    had = shown(den)["track"]

    change(den, blocked=[had["artist"]])
    gone = shown(den)
    with den.now(), pytest.raises(Refusal) as refused:
        preview.queue(den.person("Bob").act, had["uri"])
    feed(den)

    assert gone is None
    assert refused.value.code == "preview_changed"
    assert shown(den)["track"]["artist"] != had["artist"]


def test_a_context_kept_for_later_has_the_same_rules(den):
    change(den, explicit=False, blocked=["Band"], max_song_minutes=4)
    context = freeze_context(seen_by_bender(den), random.Random(1))

    kept = json.loads(json.dumps(context_json.dump(context)))

    assert context_json.load(kept, random.Random(1)).rules == context.rules
