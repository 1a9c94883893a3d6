"""What the player does when the nest below it empties, wakes, is set up or ends, and when the
library has changed.
"""

from collections.abc import Collection, Mapping
from typing import Any

from celery import current_app
from django.dispatch import receiver

from nests.signals import (
    dj_left,
    dj_returned,
    listeners_changed,
    nest_emptied,
    nest_ending,
    nest_set,
    nest_woken,
)
from player.history import history
from player.history.signals import plays_recorded
from player.library.signals import (
    lengths_corrected,
    library_changed,
    tracks_gone,
    tracks_silent,
)
from player.playback import autoplay_requests, failures, playback
from player.playback.unavailable_tracks import GONE, fail_everywhere
from player.providers.music_servers import scrobbles
from player.providers.servers import configured_servers
from player.queue import repeats
from player.remote_players import followers

TELL_PLAY = "player.tasks.tell_play"  # By name: the tasks stand above this.


@receiver([nest_emptied, dj_left])
def look_again(nest: str, **_: Any) -> None:
    """A nest without listeners or DJ has something due: the moment at which it freezes."""
    playback.tick(nest)


@receiver(listeners_changed)
def count_skip_votes(nest: str, **_: Any) -> None:
    """Of those who are here now, enough may want the song skipped."""
    playback.settle_skip_votes(nest)


@receiver(dj_returned)
def return_dj(nest: str, **_: Any) -> None:
    playback.return_dj(nest)


@receiver(nest_woken)
def wake(nest: str, **_: Any) -> None:
    playback.wake(nest)


@receiver(nest_set)
def tell_bender(nest: str, **_: Any) -> None:
    """He may have a say again, or choose by something else from now on."""
    autoplay_requests.request_autoplay(nest)


@receiver(nest_set)
def look_for_dj(nest: str, **_: Any) -> None:
    """It may have a DJ from now on who is not here, or wait for none any more."""
    playback.tick(nest)
    playback.wake(nest)


@receiver(nest_ending)
def keep_history(nest: str, **_: Any) -> None:
    history.record(nest)
    followers.dismiss_all(nest)


@receiver(plays_recorded)
def tell_music_servers(plays: Collection[str], **_: Any) -> None:
    for told in scrobbles.plays_to_tell(plays, configured_servers()):
        current_app.signature(TELL_PLAY, told).apply_async()


@receiver(tracks_gone)
def fail_gone(uris: Collection[str], **_: Any) -> None:
    fail_everywhere(uris, GONE)


@receiver(tracks_silent)
def fail_silent(uris: Collection[str], **_: Any) -> None:
    fail_everywhere(uris, failures.NO_SOUND)


@receiver(lengths_corrected)
def correct_lengths(lengths: Mapping[str, int], **_: Any) -> None:
    for uri, length_ms in lengths.items():
        failures.correct_everywhere(uri, length_ms)


@receiver(library_changed)
def measure_catalogue_again(**_: Any) -> None:
    repeats.measure_lengths()
