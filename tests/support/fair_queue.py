"""The arithmetic of the fair queue: airtime, not song count.

Start-time fair queueing (Goyal, Vin and Cheng, 1996) with people as flows and seconds of music as
packets. `player/queue/lua/fair_queue.lua` does the same inside Redis; a test holds the two
together.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

BENDER_ORDER = 1e9  # Behind every song of people, whatever their tags and votes.


@dataclass(frozen=True)
class Turn:
    """A song that waits: whose, how long (seconds), and the virtual time when it was added."""

    song_id: int
    user: str
    seconds: float
    floor: float


def millis(seconds: float) -> float:
    """Rounded to a thousandth, as tags are kept."""
    return math.floor(seconds * 1000 + 0.5) / 1000


def chain_tags(turns: Iterable[Turn], had: float) -> dict[int, float]:
    """Song id to tag for one person's waiting songs, after `had`, the finish of what was started.

    Each begins where the one before ends, and none below its floor.
    """
    tags = {}
    finish = had
    for turn in sorted(turns, key=lambda each: each.song_id):
        tags[turn.song_id] = tag = millis(max(turn.floor, finish))
        finish = tag + turn.seconds
    return tags


def order_of(tag: float, net_votes: int, *, worth: float, cap: int) -> float:
    """Where a song stands: lowest plays next."""
    return millis(tag - worth * max(-cap, min(cap, net_votes)))


def virtual_time(before: float, tag: float, order: float) -> float:
    """After a person's song has started. Votes never push it ahead."""
    return max(before, min(tag, order))
