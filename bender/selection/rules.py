"""What Bender may not pick now: predicates over a track and the context.

Where nothing passes, the context becomes more lenient, one step at a time: first an artist need
not rest for so long, then what was merely played may come again, at last anything that neither
waits nor was turned away. So a small library never falls silent. What a nest's host leaves out
stays out.
"""

from collections.abc import Callable

from andre.protocol.shapes import Track
from bender.selection.context import AGAIN, HALF, Context, artist_of
from player.providers.base import SHORTEST_MS
from player.queue.rules import is_within

STRICT, SAME_ARTIST, ANYTHING = 0, 1, 3
LENIENCIES = (STRICT, SAME_ARTIST, AGAIN, ANYTHING)

Rule = Callable[[Track, Context], bool]


def is_not_queued(track: Track, context: Context) -> bool:
    return track.uri not in context.queued


def is_not_filtered(track: Track, context: Context) -> bool:
    why = context.filtered.get(track.uri)
    return why is None or (why != "rejected" and context.leniency >= AGAIN)


def has_not_just_played(track: Track, context: Context) -> bool:
    if context.leniency >= ANYTHING:
        return True
    ended = context.recent.get(track.uri)
    return ended is None or ended + no_repeat_ms(context) <= context.begins_ms


def no_repeat_ms(context: Context) -> int:
    """Bender's own: a small catalogue comes round sooner than the server's rule allows."""
    if context.leniency >= ANYTHING:
        return 0
    if context.leniency >= AGAIN:
        return min(context.no_repeat_ms, context.catalogue_ms // HALF)
    return context.no_repeat_ms


def artist_has_rested(track: Track, context: Context) -> bool:
    if context.leniency >= SAME_ARTIST:
        return True
    heard = context.heard.get(artist_of(track))
    return heard is None or heard + context.artist_gap_ms <= context.now_ms


def others_come_between(track: Track, context: Context) -> bool:
    if context.leniency >= ANYTHING or not context.artist_gap:
        return True
    return artist_of(track) not in context.lineup[-context.artist_gap :]


def has_a_length(track: Track, _: Context) -> bool:
    return track.duration_ms >= SHORTEST_MS


def is_within_rules(track: Track, context: Context) -> bool:
    """What the nest's host has set holds however lenient he is."""
    return is_within(track, context.rules)


RULES: tuple[Rule, ...] = (
    is_not_queued,
    is_not_filtered,
    has_not_just_played,
    artist_has_rested,
    others_come_between,
    has_a_length,
    is_within_rules,
)


def is_welcome(track: Track, context: Context) -> bool:
    return all(rule(track, context) for rule in RULES)
