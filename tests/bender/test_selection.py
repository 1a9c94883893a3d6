"""How Bender chooses: strategies by weight, songs by rules and tastes."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from andre.core.errors import Refusal
from bender.evaluation.synthetic import SyntheticCatalogue
from bender.selection import selector, strategies, tastes
from bender.selection.context import Context, NoPick, Pick
from bender.selection.history import Played
from bender.selection.rules import ANYTHING, is_welcome, no_repeat_ms
from bender.selection.strategies import StrategyFault, ask_strategy
from bender.selection.strategies.throwback import DAYS_ASKED, WEEK_MS, Throwback
from bender.selection.tastes import Listener
from player.providers import ProviderError
from player.queue.rules import SongRules

pytestmark = pytest.mark.django_db

CATALOGUE = SyntheticCatalogue(3)
FIRST = CATALOGUE.tracks[0]
MINUTE = 60_000
NOW_MS = 1_700_000_000_000


def context(**more) -> Context:
    plain = {
        "nest": "main",
        "is_main": True,
        "catalogue": CATALOGUE,
        "now_ms": NOW_MS,
        "rng": random.Random(7),
        "weights": strategies.weights(),
        "seed": FIRST,
        "artist_gap": 2,
        "artist_gap_ms": 60 * MINUTE,
        "no_repeat_ms": 30 * MINUTE,
        "catalogue_ms": CATALOGUE.length_ms(),
    }
    return Context(**plain | more)


def shares(found: Context) -> dict[str, float]:
    weights = selector.eligible(found, found.weights)
    drawn = Counter(selector.draw_strategy(weights, found.rng) for _ in range(10_000))
    return {name: count / 100 for name, count in drawn.items()}


EVERYWHERE = {"artist_search": 25, "top_tracks": 5, "album": 5}


@pytest.mark.parametrize(
    ("is_main", "hint", "expected"),
    [
        (True, None, EVERYWHERE | {"genre": 35, "throwback": 30}),
        (True, "x", EVERYWHERE | {"genre": 55, "throwback": 30}),
        (False, None, EVERYWHERE | {"genre": 35}),
        (False, "x", EVERYWHERE | {"genre": 55}),
    ],
)
def test_ten_thousand_draws_match_the_weights(is_main, hint, expected):  # B1 B4
    found = shares(context(is_main=is_main, hint=hint))

    whole = sum(expected.values())
    assert set(found) == set(expected)
    for name, weight in expected.items():
        assert abs(found[name] - 100 * weight / whole) <= 2


def test_what_yields_nothing_is_excluded_and_the_draw_repeats():  # B1
    asked_for = []

    def only_album(strategy, found):
        asked_for.append(strategy.name)
        return strategy.pick(found) if strategy.name == "album" else []

    found = selector.choose(context(artist_gap_ms=0), strategies.weights(), only_album)

    assert isinstance(found, Pick)
    assert found.strategy == "album"
    assert len(asked_for) == len(set(asked_for))
    assert set(found.reasons.values()) <= {f"empty:{name}" for name in asked_for}


class Away:
    """A provider that does not answer."""

    name, is_near = "away", True

    def genres_of(self, *_):
        raise ProviderError("away", 30)

    of_genre = by_artist = top_of_artist = of_album = genres_of

    def still_there(self, tracks):
        return tracks


class Tuesdays:
    """Bob queued a song a minute before this time of the day in each of a hundred weeks, and
    another one a minute after it.
    """

    def __init__(self):
        self.played = [
            Played(track, "bob@example.com", "Bob", NOW_MS - number // 2 * WEEK_MS + minute)
            for number, track in enumerate(CATALOGUE.tracks[:200])
            for minute in [(-MINUTE, MINUTE)[number % 2]]
        ]

    def began_ms(self):
        return min(each.started_ms for each in self.played)

    def queues_between(self, spans, provider):
        self.asked = spans
        return [
            each
            for each in self.played
            if each.track.provider == provider
            and any(begin <= each.started_ms < end for begin, end in spans)
        ]


def test_a_throwback_is_of_this_weekday_and_two_weeks_old_at_least():  # B1
    history = Tuesdays()
    started = {each.track.uri: each.started_ms for each in history.played}

    picks = [
        pick
        for seed in range(60)
        for pick in Throwback().pick(context(history=history, rng=random.Random(seed)))
    ]

    ages = {NOW_MS - started[pick.track.uri] for pick in picks}
    assert min(ages) == 2 * WEEK_MS + MINUTE
    assert max(ages) > 90 * WEEK_MS
    assert len(history.asked) == DAYS_ASKED
    assert {pick.original_user for pick in picks} == {"bob@example.com"}
    assert "Bob queued it here on Tuesday, 31 October 2023." in {pick.reason for pick in picks}


def test_a_house_without_a_past_throws_nothing_back():  # B1
    assert Throwback().pick(context()) == []


def test_all_exhausted_is_no_pick_with_the_reasons():  # B1 B9
    found = selector.choose(
        context(catalogue=Away(), is_main=False),
        strategies.weights(),
        ask_strategy,
    )

    assert isinstance(found, NoPick)
    assert set(found.reasons) == {"genre", "artist_search", "top_tracks", "album"}
    assert all("away" in reason for reason in found.reasons.values())


def test_without_genre_and_hint_that_strategy_is_out_of_the_draw():  # B3
    assert "genre" not in selector.eligible(context(seed=None), strategies.weights())


def test_the_hint_counts_twice_among_the_seed_artists_genres():  # B3
    found = context(hint="genre b")

    picks = [strategies.strategies()["genre"].pick(found) for _ in range(800)]

    # What is of the genre itself comes before what goes well with it.
    drawn = Counter(CATALOGUE.genre_of[first.track.artist] for first, *_ in picks)
    assert set(drawn) == {"genre a", "genre b"}
    assert 0.6 < drawn["genre b"] / drawn.total() < 0.73


def test_what_waits_was_played_or_turned_away_is_not_welcome():  # B5
    now = context().now_ms
    plain = context(seed=None)

    assert is_welcome(FIRST, plain)
    assert not is_welcome(FIRST, replace(plain, queued=frozenset([FIRST.uri])))
    assert not is_welcome(FIRST, replace(plain, recent={FIRST.uri: now - 29 * MINUTE}))
    assert is_welcome(FIRST, replace(plain, recent={FIRST.uri: now - 30 * MINUTE}))
    assert not is_welcome(FIRST, replace(plain, filtered={FIRST.uri: "queued"}))
    assert not is_welcome(FIRST, replace(plain, lineup=("band a0", "band b1")))
    assert is_welcome(FIRST, replace(plain, lineup=("band a0", "band b1", "band c1")))
    assert not is_welcome(FIRST, replace(plain, heard={"band a0": now - 59 * MINUTE}))
    explicit = FIRST.model_copy(update={"explicit": True})
    assert not is_welcome(explicit, replace(plain, rules=SongRules(allows_explicit=False)))
    assert not is_welcome(FIRST.model_copy(update={"duration_ms": 0}), plain)


def test_when_nothing_remains_the_least_lately_played_return_and_never_a_rejected_one():  # B5
    now = context().now_ms
    uris = [track.uri for track in CATALOGUE.tracks]
    filtered = dict.fromkeys(uris, "picked") | {uris[1]: "rejected"}
    recent = {uri: now - 3_000 * MINUTE + place for place, uri in enumerate(uris)}
    recent |= {uris[1]: 0, uris[40]: 1}
    everything = context(filtered=filtered, recent=recent)

    found = selector.choose(everything, {"genre": 1.0}, ask_strategy)
    anything = selector.choose(replace(everything, seed=None), {}, ask_strategy)

    assert isinstance(found, Pick)
    assert found.track.uri != uris[1]
    assert isinstance(anything, Pick)
    assert anything.track.uri == uris[40]


def test_benders_own_no_repeat_time_shrinks_to_half_the_catalogue():  # B5
    small = context(catalogue_ms=20 * MINUTE)

    assert no_repeat_ms(small) == 30 * MINUTE
    assert no_repeat_ms(replace(small, leniency=2)) == 10 * MINUTE
    assert no_repeat_ms(replace(small, leniency=ANYTHING)) == 0


def listener(name, served=0.0, **counted):
    found = {kind: Counter(names) for kind, names in counted.items()}
    return Listener(f"{name.lower()}@example.com", name, served_minutes=served, **found)


def test_jams_and_plays_raise_a_songs_chance_and_rejections_lower_it():  # B6
    fan = listener("Bob", jams={FIRST.uri: 2})
    friend = listener("Bob", plays={"band a0": 1})
    foe = listener("Bob", rejections={FIRST.uri: 1})

    chances = [tastes.chance(FIRST, [each]) for each in (foe, listener("Bob"), friend, fan)]

    assert chances == sorted(chances)
    assert len(set(chances)) == 4
    assert chances[1] == 1.0


def test_who_was_served_least_weighs_most():  # B6
    hungry = tastes.chance(FIRST, [listener("Bob", 0, jams={FIRST.uri: 1})])
    full = tastes.chance(FIRST, [listener("Bob", 30, jams={FIRST.uri: 1})])

    assert hungry > full > 1.0


def test_the_reason_says_whose_taste_it_is():  # B6
    pick = Pick(FIRST, "Because Alice queued Parliament: more funk.")
    here = (listener("Bob", jams={FIRST.uri: 2}), listener("Carol"))

    told = selector.explain_pick(pick, context(listeners=here, seed_by="Alice"), {})

    assert told.reason == "Because Alice queued Parliament: more funk. Bob jammed it twice."


@pytest.mark.parametrize(
    ("counted", "sentence"),
    [
        ({"plays": {FIRST.uri: 1}}, "Bob has queued it before."),
        ({"jams": {"band a0": 3}}, "Bob has jammed to Band A0."),
        ({"plays": {"band a0": 3}}, "Bob likes Band A0."),
        ({"rejections": {FIRST.uri: 1}}, ""),
    ],
)
def test_each_kind_of_liking_has_its_sentence(counted, sentence):  # B6
    assert tastes.explain_taste(FIRST, [listener("Bob", **counted)]) == sentence


def test_the_same_context_chooses_the_same_again():
    picks = [
        selector.choose(context(rng=random.Random(5)), strategies.weights(), ask_strategy).track.uri
        for _ in range(2)
    ]

    assert picks[0] == picks[1]


def test_an_album_that_is_gone_takes_its_strategy_out_of_the_draw():  # B1
    class Gone(SyntheticCatalogue):
        def of_album(self, track, wish):
            raise Refusal("not_found", "There is no such album.")

    found = selector.choose(
        context(catalogue=Gone(3)), {"album": 100.0, "genre": 1.0}, ask_strategy
    )

    assert isinstance(found, Pick)
    assert "album" in found.reasons


class Slow(SyntheticCatalogue):
    is_near = False


def test_a_catalogue_that_hangs_is_abandoned(monkeypatch):  # B13
    import threading

    monkeypatch.setattr(strategies, "PATIENCE_SECONDS", 0.05)
    released = threading.Event()

    class Hanging(Slow):
        def of_album(self, track, wish):
            released.wait(5)
            return []

    with pytest.raises(StrategyFault, match="no answer"):
        ask_strategy(strategies.strategies()["album"], context(catalogue=Hanging(3)))
    released.set()
