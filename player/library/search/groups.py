"""Finds albums and artists by what people type, as forgivingly as songs.

A word of a song's title does not make its album one: the words have to be the album's own.
"""

from heapq import nsmallest
from typing import Literal, NamedTuple

from andre.core.text import clean_text
from player.library.search import LONGEST_QUERY, likeness
from player.library.search.indexes import index
from player.library.search.meanings import meanings
from player.library.terms import ALBUM, ARTIST, line_of, terms_of, whole_name
from player.models import Track

MOST_CANDIDATES = 400  # songs: an album or artist has many of them with the same words
MOST_RANKED = 150
Group = Literal["album", "artist"]

# What tells one of a kind from the other, and the names that are its own, the title first.
KEYS: dict[Group, str] = {"album": "album_key", "artist": "artist_key"}
MARKS: dict[Group, str] = {"album": ALBUM, "artist": ARTIST}
NAMES: dict[Group, tuple[str, ...]] = {"album": ("album", "album_artist"), "artist": ("artist",)}


class Row(NamedTuple):
    """One song, and what it says of its album or artist."""

    song: int
    key: str
    title: str
    text: str  # all terms of its names


def search_groups(group: Group, query: str, limit: int = 10, offset: int = 0) -> list[Track]:
    """The best matches, best first, each by one song that stands for it."""
    best = [row.song for row in rank_groups(query, group)][offset : offset + limit]
    rows = Track.objects.in_bulk(best)
    return [rows[track_id] for track_id in best if track_id in rows]


def rank_groups(query: str, group: Group) -> list[Row]:
    query = clean_text(query, LONGEST_QUERY)
    for level in meanings(query):
        found = {row.key: row for meant in level for row in match_groups(meant, group)}
        if found:
            typed = line_of(query)
            # All have the words; those with the fewest others are the likeliest to be meant.
            short = nsmallest(MOST_RANKED, found.values(), key=lambda row: len(row.text))
            return sorted(short, key=lambda row: (-likeness(typed, row.title, row.text), row.key))
    return []


def match_groups(meant: list[list[str]], group: Group) -> list[Row]:
    """One song for each whose names have all the words; one with a cover, if there is any."""
    ids = index().with_words(meant, MOST_CANDIDATES)
    if len(ids) == MOST_CANDIDATES:  # Its name itself may be among those left out.
        beginning = whole_name(MARKS[group], (options[0] for options in meant))
        ids += index().with_words([[beginning]], MOST_CANDIDATES)
    rows = Track.objects.filter(pk__in=ids, available=True)
    found = rows.values_list("cover", "pk", KEYS[group], *NAMES[group])
    chosen: dict[str, Row] = {}
    for _, song, key, *names in sorted(found, key=lambda row: (not row[0], row[1])):
        text = terms_of(*names)
        if has_words(text, meant):
            chosen.setdefault(key, Row(song, key, names[0], text))
    return list(chosen.values())


def has_words(text: str, meant: list[list[str]]) -> bool:
    spoken = text.split()
    return all(
        any(word.startswith(option) for word in spoken for option in options) for options in meant
    )
