"""The tick and what it leaves for others to do."""

from celery import shared_task
from celery.signals import worker_ready

from player.history import history
from player.playback import (
    autoplay_requests,
    failures,
    maintenance,
    playback,
    scheduler,
    worker_heartbeats,
)
from player.providers import LinkedProvider, configured_providers
from player.remote_players import followers, remote_controller

SOUNDS_AT_ONCE = 4


@shared_task(ignore_result=True, expires=1)
def tick_all() -> None:
    worker_heartbeats.record_heartbeat("ticks")
    autoplay_requests.send_due()
    if scheduler.send_due():
        tick_all.delay()  # Behind whatever is due meanwhile.


master_player_tick_all = tick_all  # What other programs call it.


@shared_task(ignore_result=True)
def tick_nest(nest: str) -> None:
    playback.tick(nest)


@shared_task(ignore_result=True)
def show_life() -> None:
    worker_heartbeats.record_heartbeat("upkeep")


@shared_task(ignore_result=True)
def record_play(nest: str) -> None:
    history.record(nest)


@shared_task(ignore_result=True)
def check_recording(track_id: int) -> None:
    failures.check(track_id)


@shared_task(ignore_result=True)
def measure_sounds(after: int = 0) -> None:
    """A few at a time, and behind whatever waits: a large library takes hours."""
    from player.library import audio_features  # Two seconds to import, and the ticks never need it.

    last = audio_features.measure_some(SOUNDS_AT_ONCE, after)
    if last is not None:
        measure_sounds.delay(last)


@shared_task(ignore_result=True)
def sweep_nests() -> None:
    maintenance.repair_nests()


@shared_task(ignore_result=True)
def send_looks() -> None:
    followers.send_due_polls()


@shared_task(ignore_result=True)
def steer(nest: str, email: str) -> None:
    remote_controller.update_follower(nest, email)


@shared_task(ignore_result=True)
def hush(email: str, provider: str, device: str) -> None:
    remote_controller.pause_device(email, provider, device)


@shared_task(ignore_result=True)
def prefetch() -> None:
    for provider in configured_providers():
        if isinstance(provider, LinkedProvider):
            provider.prefetch()


@worker_ready.connect
def prefetch_soon(**_: object) -> None:
    prefetch.apply_async(expires=60)
