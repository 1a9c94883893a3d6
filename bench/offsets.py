"""What placed sound comes to: how far apart two listeners are, how soon they are in step, and the
silence, jumps and pitch of each.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench.placing import HOP_MS, Expected, Heard, expected_at
from bench.report import percentile

SETTLE_MS = 1_500  # What C2 gives a song change, a seek or a join.
IN_STEP_MS = 20
STAYS_WINDOWS = 10  # In step is who stays so for a second.
TOLD_WITHIN_MS = 2_000
JUMP_MS = 3  # In a tenth of a second; two percent of rate are two.
PITCH_WINDOWS = 20  # Over two seconds the place is known to a few parts in a hundred thousand.
# What a page says that does not tell of a silence.
CLAIMS_SOUND = ("In sync", "In step", "Listening here", "Finding the beat", "Getting in step")


def is_near(at_ms: float, disturbed: Sequence[float]) -> bool:
    return any(-HOP_MS * 2 <= at_ms - each <= SETTLE_MS for each in disturbed)


def offsets(both: Sequence[tuple[Heard, Heard]], disturbed: Sequence[float]) -> list[float]:
    """How far the second is ahead of the first, in ms, wherever both should be in step."""
    return [
        other.position_ms - one.position_ms
        for one, other in both
        if one.song and one.song == other.song and not is_near(one.at_ms, disturbed)
    ]


def in_step_after(both: Sequence[tuple[Heard, Heard]], begin: float, end: float) -> float | None:
    """From `begin` to the first moment of a second in step; None where that is not to be had."""
    span = [pair for pair in both if begin <= pair[0].at_ms < end]
    if end - begin < SETTLE_MS * 2:
        return None
    good = 0
    for one, other in span:
        is_good = one.song is not None and one.song == other.song
        is_good = is_good and abs(other.position_ms - one.position_ms) < IN_STEP_MS
        good = good + 1 if is_good else 0
        if good == STAYS_WINDOWS:
            return max(0.0, one.at_ms - (STAYS_WINDOWS - 1) * HOP_MS - begin)
    return end - begin


def quiet_spells(track: Sequence[Heard], plan: Sequence[Expected]) -> list[tuple[float, float]]:
    """From when to when it was silent while the nest played."""
    spells: list[tuple[float, float]] = []
    begin: float | None = None
    for each in track:
        expected = expected_at(plan, each.at_ms)
        is_quiet = each.is_silent and expected is not None and expected.song is not None
        if is_quiet and begin is None:
            begin = each.at_ms
        elif not is_quiet and begin is not None:
            spells.append((begin, each.at_ms))
            begin = None
    return spells if begin is None else [*spells, (begin, track[-1].at_ms)]


def untold_ms(spell: tuple[float, float], samples: Sequence[dict[str, Any]]) -> float:
    """How much of a silence, after two seconds, the page went on claiming sound."""
    begin, end = spell
    claims = [
        sample
        for sample in samples
        if begin + TOLD_WITHIN_MS < sample["at_ms"] < end
        and sample["status"].startswith(CLAIMS_SOUND)
    ]
    return float(len(claims) * 100)


def leads(track: Sequence[Heard]) -> Iterator[list[tuple[float, float]]]:
    """Unbroken stretches of one song: (wall ms, position less wall)."""
    stretch: list[tuple[float, float]] = []
    before: Heard | None = None
    for each in track:
        goes_on = before and each.song == before.song and each.at_ms - before.at_ms < HOP_MS * 1.5
        if stretch and not goes_on:
            yield stretch
            stretch = []
        if each.song:
            stretch.append((each.at_ms, each.position_ms - each.at_ms))
        before = each
    if stretch:
        yield stretch


def count_jumps(track: Sequence[Heard]) -> int:
    return sum(
        abs(after - before) > JUMP_MS
        for stretch in leads(track)
        for (_, before), (_, after) in itertools.pairwise(stretch)
    )


def most_cents(track: Sequence[Heard]) -> float:
    """The 99th percentile of how far the pitch was off, over two seconds each, jumps left out."""
    found = [0.0]
    for stretch in leads(track):
        for first in range(len(stretch) - PITCH_WINDOWS):
            piece = stretch[first : first + PITCH_WINDOWS]
            steps = [after[1] - before[1] for before, after in itertools.pairwise(piece)]
            if max(map(abs, steps)) > JUMP_MS:
                continue
            slope = np.polyfit(*np.array(piece).T, 1)[0]
            found.append(abs(1_200 * float(np.log2(1 + slope))))
    return percentile(found, 99)
