"""The tick and what it leaves for others to do."""

from celery import shared_task
from celery.signals import worker_ready

from player.providers import Personal, offered
from player.services import (
    deadlines,
    failures,
    followers,
    history,
    hunger,
    playback,
    steering,
    sweep,
    workers,
)

SOUNDS_AT_ONCE = 4


@shared_task(ignore_result=True, expires=1)
def tick_all() -> None:
    workers.show_life("ticks")
    hunger.send_due()
    if deadlines.send_due():
        tick_all.delay()  # Behind whatever is due meanwhile.


master_player_tick_all = tick_all  # What other programs call it.


@shared_task(ignore_result=True)
def tick_nest(nest: str) -> None:
    playback.tick(nest)


@shared_task(ignore_result=True)
def show_life() -> None:
    workers.show_life("upkeep")


@shared_task(ignore_result=True)
def record_play(nest: str) -> None:
    history.record(nest)


@shared_task(ignore_result=True)
def check_recording(track_id: int) -> None:
    failures.check(track_id)


@shared_task(ignore_result=True)
def measure_sounds(after: int = 0) -> None:
    """A few at a time, and behind whatever waits: a large library takes hours."""
    from player.library import sound  # Two seconds to import, and the ticks never need it.

    last = sound.measure_some(SOUNDS_AT_ONCE, after)
    if last is not None:
        measure_sounds.delay(last)


@shared_task(ignore_result=True)
def sweep_nests() -> None:
    sweep.sweep()


@shared_task(ignore_result=True)
def send_looks() -> None:
    followers.send_looks()


@shared_task(ignore_result=True)
def steer(nest: str, email: str) -> None:
    steering.steer(nest, email)


@shared_task(ignore_result=True)
def hush(email: str, provider: str, device: str) -> None:
    steering.hush(email, provider, device)


@shared_task(ignore_result=True)
def prefetch() -> None:
    for provider in offered():
        if isinstance(provider, Personal):
            provider.prefetch()


@worker_ready.connect
def prefetch_soon(**_: object) -> None:
    prefetch.apply_async(expires=60)
