"""What a nest is offered to add: of what it plays from, without a long wait."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import wait
from itertools import zip_longest
from random import Random
from typing import Any

from django.db.models import QuerySet

from andre.core import clock
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from nests.registry.records import Nest
from nests.registry.themes import THEMED_NAMES
from player.catalogues import CATALOGUES
from player.discovery import search
from player.history import history
from player.library.search import newest, suggest
from player.models import Play
from player.providers import lookup
from player.providers.base import Catalogue, OwnCatalogue, Wish
from player.queue import repeats

SHOWN = 6
OFFERED = 12  # of a library of our own: the page leaves out what is queued meanwhile
LOOKED_AT = 1_000  # plays, the latest
HERE = 3  # What was loved in this very nest counts as much as thrice elsewhere in the house.
A_JAM = 2  # As much as being listened to twice.
LISTENED_MS = 240_000  # Or half of it.
MINUTE_MS, DAY_MS = 60_000, 86_400_000
GENRES = sorted({themed.genre for themed in THEMED_NAMES})


def suggestions(nest: Nest | None, listener: str, like: str = "") -> list[dict[str, Any]]:
    """Never a refusal: a service that is limited or away is left out.

    `like` is a track of the library that they should go with, as what plays now.
    """
    if nest is None:
        return suggestion_rows(suggest(SHOWN))
    catalogue = CATALOGUES[nest.plays_from]
    recent = just_played(nest)
    if isinstance(catalogue, OwnCatalogue):
        return suggestion_rows(of_our_own(catalogue, recent, like), OFFERED)
    found = jammed_tracks(nest, catalogue, listener, recent)
    if len(found) < SHOWN:
        found += search_in_time(nest, catalogue, recent)
    return suggestion_rows(found)


def suggestion_rows(tracks: Iterable[Track], most: int = SHOWN) -> list[dict[str, Any]]:
    each_once = {track.uri: track for track in tracks}
    return [track.model_dump() for track in list(each_once.values())[:most]]


def of_our_own(catalogue: OwnCatalogue, recent: frozenset[str], like: str) -> list[Track]:
    """By turns what goes with `like`, what is new here, and what chance brings."""
    wish = Wish(OFFERED // 3, Random(), recent | {like})
    near = going_with(catalogue, like, wish)
    turns = zip_longest(near, newest(OFFERED), suggest(OFFERED * 2))
    offered = [track for turn in turns for track in turn if track is not None]
    return [track for track in offered if track.uri not in wish.without]


def going_with(catalogue: OwnCatalogue, like: str, wish: Wish) -> list[Track]:
    try:
        track = lookup(like) if like.startswith(f"{catalogue.name}:") else None
    except Refusal:
        return []  # It has gone from the library meanwhile.
    if track is None:
        return []
    return [*catalogue.near_artist(track, wish), *catalogue.of_album(track, wish)]


def just_played(nest: Nest) -> frozenset[str]:
    """What the nest would not take again yet."""
    since = clock.now_ms() - repeats.no_repeat_ms(nest)
    plays = Play.objects.filter(nest_id=nest.nest_id, started_ms__gt=since)
    return frozenset(plays.values_list("uri", flat=True))


def jammed_tracks(
    nest: Nest, catalogue: Catalogue, listener: str, recent: frozenset[str]
) -> list[Track]:
    """What was listened to and jammed in the nests the listener may look into, this one first."""
    applause: Counter[str] = Counter()
    tracks: dict[str, Track] = {}
    for play in (*latest_here(nest), *latest_elsewhere(nest, listener)):
        is_offered = play.uri.startswith(f"{catalogue.name}:track:") and play.uri not in recent
        worth = worth_of(play) * (HERE if play.nest_id == nest.nest_id else 1)
        if worth and is_offered:
            applause[play.uri] += worth
            tracks.setdefault(play.uri, track_of(play, catalogue))
    return vary_artists([tracks[uri] for uri, _ in applause.most_common()])


def latest_here(nest: Nest) -> QuerySet[Play]:
    return Play.objects.filter(nest_id=nest.nest_id).order_by("-started_ms")[:LOOKED_AT]


def latest_elsewhere(nest: Nest, listener: str) -> list[Play]:
    """Read from the end of the house's history, so that its length does not matter."""
    visible = history.nests_visible_to(listener)
    latest = Play.objects.order_by("-pk")[:LOOKED_AT]
    return [play for play in latest if play.nest_id in visible - {nest.nest_id}]


def worth_of(play: Play) -> int:
    was_heard = play.heard_ms >= min(play.duration_ms / 2, LISTENED_MS)
    return int(was_heard) + A_JAM * len(play.jams)


def track_of(play: Play, catalogue: Catalogue) -> Track:
    return Track(
        uri=play.uri,
        provider=catalogue.name,
        title=play.title,
        artist=play.artist,
        album=play.album,
        duration_ms=play.duration_ms,
        image=play.image,
    )


def vary_artists(tracks: list[Track]) -> list[Track]:
    """No two by the same artist while there are others."""
    firsts = {track.artist: track for track in reversed(tracks)}.values()
    return [track for track in tracks if track in firsts] + [
        track for track in tracks if track not in firsts
    ]


def search_in_time(nest: Nest, catalogue: Catalogue, recent: frozenset[str]) -> list[Track]:
    """In time, or nothing. What comes late is kept for whoever asks next."""
    asking = search.searchers("suggestions").submit(
        search.search_one, ideas, nest, catalogue, recent
    )
    wait([asking], timeout=search.LATE_SECONDS)
    found = search.answer_of(asking)
    return found if isinstance(found, list) else []


def ideas(nest: Nest, catalogue: Catalogue, recent: frozenset[str]) -> list[Track]:
    """From the first of its sources that have enough, whichever of them refuse."""
    day = clock.now_ms() // DAY_MS  # The same all day, so that the answers of one day are kept.
    wish = Wish(SHOWN, Random(f"{nest.nest_id} {day}"), recent)
    found: list[Track] = []
    for source in sources(nest, catalogue, wish):
        if len(found) >= SHOWN:
            break
        try:
            found += source()
        except Refusal:
            continue
    return found


def sources(nest: Nest, catalogue: Catalogue, wish: Wish) -> Iterator[Callable[[], list[Track]]]:
    """Its genre, the song it begins from and more by the same, then a genre of the house's."""
    hint, seed = nest.genre_hint, nest.seed_uri
    if hint:
        yield lambda: catalogue.of_genre(hint, wish)
    if seed and seed.startswith(f"{catalogue.name}:"):
        yield lambda: [lookup(seed), *catalogue.by_artist(lookup(seed), wish)]
    yield lambda: catalogue.of_genre(wish.rng.choice(GENRES), wish)
