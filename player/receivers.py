"""What the player does when the nest below it empties, wakes or ends."""

from typing import Any

from django.dispatch import receiver

from nests.signals import nest_emptied, nest_ending, nest_woken
from player.services import history, playback


@receiver(nest_emptied)
def look_again(nest: str, **_: Any) -> None:
    """A nest without listeners has something due: the moment at which it freezes."""
    playback.tick(nest)


@receiver(nest_woken)
def wake(nest: str, **_: Any) -> None:
    playback.wake(nest)


@receiver(nest_ending)
def keep_history(nest: str, **_: Any) -> None:
    history.record(nest)
