"""What the player does when the nest below it empties, wakes, is set up or ends."""

from typing import Any

from django.dispatch import receiver

from nests.signals import nest_emptied, nest_ending, nest_set, nest_woken
from player.history import history
from player.playback import autoplay_requests, playback
from player.remote_players import followers


@receiver(nest_emptied)
def look_again(nest: str, **_: Any) -> None:
    """A nest without listeners has something due: the moment at which it freezes."""
    playback.tick(nest)


@receiver(nest_woken)
def wake(nest: str, **_: Any) -> None:
    playback.wake(nest)


@receiver(nest_set)
def tell_bender(nest: str, **_: Any) -> None:
    """He may have a say again, or choose by something else from now on."""
    autoplay_requests.request_autoplay(nest)


@receiver(nest_ending)
def keep_history(nest: str, **_: Any) -> None:
    history.record(nest)
    followers.dismiss_all(nest)
