"""Finds tracks by what people type: beginnings of words, in any order, misspelled too.

meanings.py says what may be meant, the database offers candidates (each in its own way, see
sqlite.py and postgres.py), and RapidFuzz puts them in the order a person would.
"""

from collections.abc import Iterable, Sequence
from random import Random

from django.db.models import Max, Min
from rapidfuzz import fuzz

from andre.core.text import clean_text
from andre.protocol import shapes
from player.library.search.indexes import index
from player.library.search.meanings import MOST_WORDS, meanings
from player.library.terms import line_of
from player.library.text_folding import words
from player.models import Track
from player.track_rows import to_track

MOST_CANDIDATES = 250
LONGEST_QUERY = 200
SUGGESTION_TRIES = 12  # ids drawn for each suggestion wanted
NEWEST_LOOKED_AT = 15  # rows for each wanted: about one album


def search(query: str, limit: int = 10, offset: int = 0) -> list[Track]:
    """The best matches among available tracks, best first."""
    query = clean_text(query, LONGEST_QUERY)
    best = rank(line_of(query), candidates(query))[offset : offset + limit]
    rows = Track.objects.in_bulk(best)
    return [rows[track_id] for track_id in best if track_id in rows]


def candidates(query: str) -> set[int]:
    spoken = words(query)[:MOST_WORDS]
    if not spoken:
        return set()
    ids = set(index().starting_with(" ".join(spoken), MOST_CANDIDATES // 2))
    for level in meanings(query):
        for meant in level:
            ids.update(index().with_words(meant, MOST_CANDIDATES // len(level) + 1))
        if ids:
            break
    return ids


def rank(query: str, ids: Iterable[int]) -> list[int]:
    """Those of `ids` that can be played, best first. Only what ranking needs is read of them."""
    rows = Track.objects.filter(pk__in=ids, available=True).values_list("pk", "title", "folded")
    order = [(-likeness(query, title, text), len(text), pk) for pk, title, text in rows]
    return [pk for _, _, pk in sorted(order)]


def likeness(query: str, title: str, text: str) -> float:
    """0 to about 110: the words themselves, a little more if they are all, and if it begins so."""
    title = line_of(title)
    alike = max(fuzz.WRatio(query, title), fuzz.token_set_ratio(query, text))
    whole = 100 if query == text else fuzz.ratio(query, title)
    return alike * 0.9 + whole * 0.12 + (8 if title.startswith(query) else 0)


def suggest(n: int, rng: Random | None = None) -> list[shapes.Track]:
    """A handful for an empty nest, no two by the same artist while there are enough."""
    drawn = sample_tracks(n * SUGGESTION_TRIES, rng or Random())
    one_each = {track.artist_key: track for track in drawn}.values()
    more = [track for track in drawn if track not in one_each]
    return [to_track(track) for track in [*one_each, *more][:n]]


def newest(n: int) -> list[shapes.Track]:
    """What came last. Albums come whole, so one of each comes first."""
    latest = list(Track.objects.filter(available=True).order_by("-pk")[: n * NEWEST_LOOKED_AT])
    one_each = {track.album_key: track for track in reversed(latest)}.values()
    firsts = sorted(one_each, key=lambda track: -track.pk)
    others = [track for track in latest if track not in firsts]
    return [to_track(track) for track in [*firsts, *others][:n]]


def sample_tracks(n: int, chance: Random) -> list[Track]:
    """Ids have few gaps, so drawing ids beats sorting a hundred thousand rows by chance."""
    ends = Track.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if ends["low"] is None:
        return []
    span = range(ends["low"], ends["high"] + 1)
    ids: Sequence[int] = span if len(span) <= n else chance.sample(span, n)
    drawn = list(Track.objects.filter(pk__in=ids, available=True).order_by("pk"))
    chance.shuffle(drawn)
    return drawn
