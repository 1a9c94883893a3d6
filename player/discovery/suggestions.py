"""What a nest is offered to add: of what it plays from, without a long wait."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import zip_longest
from random import Random
from typing import Any

from django.db.models import QuerySet

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from andre.protocol.shapes import Track
from nests.registry.records import Nest
from nests.registry.themes import THEMED_NAMES
from player.catalogues import CATALOGUES
from player.history import history
from player.history.listened import play_threshold_ms
from player.library.search import newest, suggest
from player.models import Play
from player.providers import lookup
from player.providers.base import Catalogue, OwnCatalogue, Wish
from player.providers.servers import SERVERS
from player.track_rows import track_of_play

SHOWN = 6
OFFERED = 12  # of a library of our own: the page leaves out what is queued meanwhile
LOOKED_AT = 1_000  # plays, the latest
HERE = 3  # What was loved in this very nest counts as much as thrice elsewhere in the house.
A_JAM = 2  # As much as being listened to twice.
LATE_SECONDS = 2.0
MINUTE_MS, DAY_MS = 60_000, 86_400_000
GENRES = sorted({themed.genre for themed in THEMED_NAMES})


def suggestions(
    nest: Nest | None,
    listener: str,
    no_repeat_ms: int,
    like: str = "",
    is_welcome: Callable[[Track], bool] = lambda _: True,
) -> list[dict[str, Any]]:
    """Never a refusal: a service that is limited or away is left out.

    What played within `no_repeat_ms` is not offered again, nor what is not welcome in the nest;
    `like` is a track of the library that they should go with, as what plays now.
    """
    if nest is None:
        return suggestion_rows(suggest(SHOWN))
    catalogue = CATALOGUES[nest.plays_from]
    recent = just_played(nest, no_repeat_ms)
    if isinstance(catalogue, OwnCatalogue):
        found = filter(is_welcome, of_our_own(catalogue, recent, like))
        return suggestion_rows(found, OFFERED)
    jammed = list(filter(is_welcome, jammed_tracks(nest, catalogue, listener, recent)))
    if len(jammed) < SHOWN:
        jammed += filter(is_welcome, search_in_time(nest, catalogue, recent))
    return suggestion_rows(jammed)


def suggestion_rows(tracks: Iterable[Track], most: int = SHOWN) -> list[dict[str, Any]]:
    each_once = {track.uri: track for track in tracks}
    return [track.model_dump() for track in list(each_once.values())[:most]]


def of_our_own(catalogue: OwnCatalogue, recent: frozenset[str], like: str) -> list[Track]:
    """By turns what goes with `like`, what is new here, and what chance brings."""
    wish = Wish(OFFERED // 3, Random(), recent | {like})
    near = ask_in_time(catalogue, lambda: going_with(catalogue, like, wish))
    far = (
        []
        if catalogue.is_near
        else ask_in_time(catalogue, partial(catalogue.long_unheard, [], wish))
    )
    turns = zip_longest(near, newest(OFFERED), suggest(OFFERED * 2), far)
    offered = [track for turn in turns for track in turn if track is not None]
    return [track for track in offered if track.uri not in wish.without]


def ask_in_time(catalogue: Catalogue, ask: Callable[[], list[Track]]) -> list[Track]:
    """At once where it is near; else within two seconds, or nothing."""
    if catalogue.is_near:
        return ask()
    try:
        return provider_pool(catalogue.name).call_within(LATE_SECONDS, ask)
    except (TimeoutError, Refusal):
        return []


def going_with(catalogue: OwnCatalogue, like: str, wish: Wish) -> list[Track]:
    try:
        is_ours = like.partition(":")[0] in {catalogue.name, *SERVERS}
        track = lookup(like) if is_ours else None
    except Refusal:
        return []  # It has gone from the library meanwhile.
    if track is None:
        return []
    return [*catalogue.near_artist(track, wish), *catalogue.of_album(track, wish)]


def just_played(nest: Nest, no_repeat_ms: int) -> frozenset[str]:
    """What the nest would not take again yet."""
    since = clock.now_ms() - no_repeat_ms
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
            tracks.setdefault(play.uri, track_of_play(play))
    return vary_artists([tracks[uri] for uri, _ in applause.most_common()])


def latest_here(nest: Nest) -> QuerySet[Play]:
    return Play.objects.filter(nest_id=nest.nest_id).order_by("-started_ms")[:LOOKED_AT]


def latest_elsewhere(nest: Nest, listener: str) -> list[Play]:
    """Read from the end of the server's history, so that its length does not matter."""
    visible = history.nests_visible_to(listener)
    latest = Play.objects.order_by("-pk")[:LOOKED_AT]
    return [play for play in latest if play.nest_id in visible - {nest.nest_id}]


def worth_of(play: Play) -> int:
    was_heard = play.heard_ms >= play_threshold_ms(play.duration_ms)
    return int(was_heard) + A_JAM * len(play.jams)


def vary_artists(tracks: list[Track]) -> list[Track]:
    """No two by the same artist while there are others."""
    firsts = {track.artist: track for track in reversed(tracks)}.values()
    return [track for track in tracks if track in firsts] + [
        track for track in tracks if track not in firsts
    ]


def search_in_time(nest: Nest, catalogue: Catalogue, recent: frozenset[str]) -> list[Track]:
    """In time, or nothing. What comes late is kept for whoever asks next."""
    pool = provider_pool(catalogue.name)
    try:
        return pool.call_within(LATE_SECONDS, ideas, nest, catalogue, recent)
    except TimeoutError:
        return []


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
    """Its genre, the song it begins from and more by the same, then a genre of the server's."""
    hint, seed = nest.genre_hint, nest.seed_uri
    if hint:
        yield lambda: catalogue.of_genre(hint, wish)
    if seed and seed.startswith(f"{catalogue.name}:"):
        yield lambda: [lookup(seed), *catalogue.by_artist(lookup(seed), wish)]
    yield lambda: catalogue.of_genre(wish.rng.choice(GENRES), wish)
