"""What nests ask of the floors above: functions handed down at start, never imported.

Until somebody hands one down it answers that nothing is known.
"""

from collections.abc import Callable
from dataclasses import dataclass


def nothing(_: str) -> None:
    return None


def never(_: str) -> bool:
    return False


def no_seed() -> None:
    return None


@dataclass
class HandedDown:
    # The genre of a track's URI; None where it cannot be found out.
    genre_of: Callable[[str], str | None] = nothing
    # What a nest without a seed begins from, where that is not the house's own; a track's URI.
    default_seed: Callable[[], str | None] = no_seed
    # Whether anything was ever played in a nest with this code.
    has_history: Callable[[str], bool] = never


from_above = HandedDown()
