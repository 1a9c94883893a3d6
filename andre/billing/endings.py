"""What comes of a subscription's end, beyond the plan: the apps above say what."""

from collections.abc import Callable

Ending = Callable[[str, str], None]

_endings: list[Ending] = []


def register_ending(ending: Ending) -> None:
    """Called with the address of whose plan opens no vanity code any more, and the reason.

    It may be called twice for the same end.
    """
    if ending not in _endings:
        _endings.append(ending)


def tell_end(email: str, reason: str) -> None:
    for ending in _endings:
        ending(email, reason)
