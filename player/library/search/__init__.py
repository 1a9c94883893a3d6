"""Finds tracks by what people type: beginnings of words, in any order, misspelled too.

The database offers candidates (each in its own way, see sqlite.py and postgres.py), and RapidFuzz
puts them in the order a person would.
"""

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from django.db import connection
from django.db.models import Max, Min
from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from andre.protocol import shapes
from player.library.search import postgres, sqlite
from player.library.search.base import Index
from player.library.shapes import shape
from player.library.words import fold, words
from player.models import Track

MOST_CANDIDATES = 250
MOST_WORDS = 8
MOST_CORRECTIONS = 6
SHORTEST_CORRECTED = 3  # letters; a typo in fewer could be anything
LONGEST_QUERY = 200
SUGGESTION_TRIES = 12  # ids drawn for each suggestion wanted
NEWEST_LOOKED_AT = 15  # rows for each wanted: about one album

INDEXES: dict[str, Index] = {"sqlite": sqlite.Index(), "postgresql": postgres.Index()}


def index() -> Index:
    return INDEXES[connection.vendor]


def search(query: str, limit: int = 10, offset: int = 0) -> list[Track]:
    """The best matches among available tracks, best first."""
    asked = words(query[:LONGEST_QUERY])[:MOST_WORDS]
    if not asked:
        return []
    best = ranked(" ".join(asked), candidates(asked))[offset : offset + limit]
    rows = Track.objects.in_bulk(best)
    return [rows[track_id] for track_id in best if track_id in rows]


def candidates(asked: list[str]) -> set[int]:
    ids = set(index().starting_with(" ".join(asked), MOST_CANDIDATES // 2))
    for meant in meanings(asked):
        ids.update(index().with_words(meant, MOST_CANDIDATES))
        if ids:
            break
    return ids


def meanings(asked: list[str]) -> Iterator[list[list[str]]]:
    """As typed; then, for whom that finds nothing, with words that may be slips of the fingers."""
    known = [index().begins_a_word(word) for word in asked]
    if all(known):
        yield [[word] for word in asked]
    else:
        yield [[word] if fine else corrected(word) for word, fine in zip(asked, known, strict=True)]
    yield [[word, *corrected(word)] for word in asked]


def corrected(word: str) -> list[str]:
    """Words of the catalogue that are one slip (in long words two) from what was typed."""
    if len(word) < SHORTEST_CORRECTED:
        return [word]
    slips = 1 if len(word) <= 4 else 2
    near = [(slips_between(word, other, slips), other) for other in index().words_like(word)]
    return [other for far, other in sorted(near) if far <= slips][:MOST_CORRECTIONS] or [word]


def slips_between(typed: str, word: str, most: int) -> int:
    """Exchanged neighbours count once. The word may go on: people type beginnings."""
    begun = word[: len(typed) + 1]
    return min(
        DamerauLevenshtein.distance(typed, other, score_cutoff=most)
        for other in (word, begun, begun[:-1])
    )


def ranked(query: str, ids: Iterable[int]) -> list[int]:
    """Those of `ids` that can be played, best first. Only what ranking needs is read of them."""
    rows = Track.objects.filter(pk__in=ids, available=True).values_list("pk", "title", "folded")
    order = [(-likeness(query, title, text), len(text), pk) for pk, title, text in rows]
    return [pk for _, _, pk in sorted(order)]


def likeness(query: str, title: str, text: str) -> float:
    """0 to about 110: the words themselves, and a little more for a title that begins so."""
    title = fold(title)
    alike = max(fuzz.WRatio(query, title), fuzz.token_set_ratio(query, text))
    return alike * 0.9 + fuzz.ratio(query, title) * 0.12 + (8 if title.startswith(query) else 0)


def suggest(n: int, dice: Random | None = None) -> list[shapes.Track]:
    """A handful for an empty nest, no two by the same artist while there are enough."""
    drawn = drawn_at_random(n * SUGGESTION_TRIES, dice or Random())
    one_each = {track.artist_key: track for track in drawn}.values()
    more = [track for track in drawn if track not in one_each]
    return [shape(track) for track in [*one_each, *more][:n]]


def newest(n: int) -> list[shapes.Track]:
    """What came last. Albums come whole, so one of each comes first."""
    latest = list(Track.objects.filter(available=True).order_by("-pk")[: n * NEWEST_LOOKED_AT])
    one_each = {track.album_key: track for track in reversed(latest)}.values()
    firsts = sorted(one_each, key=lambda track: -track.pk)
    others = [track for track in latest if track not in firsts]
    return [shape(track) for track in [*firsts, *others][:n]]


def drawn_at_random(n: int, chance: Random) -> list[Track]:
    """Ids have few gaps, so drawing ids beats sorting a hundred thousand rows by chance."""
    ends = Track.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return []
    span = range(ends["low"], ends["high"] + 1)
    ids: Sequence[int] = span if len(span) <= n else chance.sample(span, n)
    drawn = list(Track.objects.filter(pk__in=ids, available=True).order_by("pk"))
    chance.shuffle(drawn)
    return drawn
