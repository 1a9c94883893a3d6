"""What nests ask of the floors above: functions handed down at start, never imported.

Until somebody hands one down it answers that nothing is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


class BenderCheck(Protocol):
    def __call__(
        self, profile: str | None, weights: Mapping[str, float] | None, *, is_main: bool
    ) -> None: ...


def nothing(_: str) -> None:
    return None


def never(_: str) -> bool:
    return False


def no_seed() -> None:
    return None


def no_player() -> None:
    return None


def nothing_to_say(
    profile: str | None, weights: Mapping[str, float] | None, *, is_main: bool
) -> None:
    return None


def no_titles() -> dict[str, str]:
    return {}


@dataclass
class Hooks:
    # The genre of a track's URI; None where it cannot be found out.
    genre_of: Callable[[str], str | None] = nothing
    # What a nest without a seed begins from, where that is not the house's own; a track's URI.
    default_seed: Callable[[], str | None] = no_seed
    # {"provider", "sdk"} of the service whose player a page can be; None without one.
    own_player: Callable[[], Mapping[str, str] | None] = no_player
    # What people call each source of music this house has: name -> title.
    titles: Callable[[], Mapping[str, str]] = no_titles
    # Raises Refusal for a profile or weights of Bender's that a nest cannot have.
    check_bender: BenderCheck = nothing_to_say
    # Whether anything was ever played in a nest with this code.
    has_history: Callable[[str], bool] = never


hooks = Hooks()
