"""The tick and what it leaves for others to do."""

from celery import shared_task
from celery.signals import after_task_publish, beat_init, worker_ready

from player.history import history, progress
from player.library import background_scan
from player.media import encoder
from player.playback import (
    autoplay_requests,
    failures,
    maintenance,
    playback,
    scheduler,
    worker_heartbeats,
)
from player.providers import LinkedProvider, ProviderError, configured_providers
from player.providers.music_servers import scrobbles
from player.providers.servers import SERVERS
from player.remote_players import followers, remote_controller
from player.scrobbling import outbox

SOUNDS_AT_ONCE = 4
TELL_TRIES = 6
TELL_AGAIN_SECONDS = 30
TELL_WAIT_SECONDS = 90  # Below the broker's visibility timeout, else it would be told twice.


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


@shared_task(
    ignore_result=True,
    autoretry_for=(ProviderError,),
    throws=(ProviderError,),
    max_retries=TELL_TRIES,
    retry_backoff=TELL_AGAIN_SECONDS,
    retry_backoff_max=TELL_WAIT_SECONDS,
)
def tell_play(name: str, started_ms: int, server: str = "subsonic") -> None:
    """To the music server, and again for some minutes where it is away.

    What an older version has left in the queue names none: there was one kind.
    """
    scrobbles.tell_play(SERVERS[server], name, started_ms)


@shared_task(ignore_result=True)
def record_progress(
    user: str, nest: str, uri: str, position_ms: int, duration_ms: int, at_ms: int
) -> None:
    progress.save_progress(user, nest, uri, progress.Reached(position_ms, duration_ms), at_ms)


@shared_task(ignore_result=True)
def send_scrobbles() -> None:
    outbox.send_waiting()


@shared_task(ignore_result=True)
def check_recording(track_id: int) -> None:
    failures.check_length(track_id)


@shared_task(ignore_result=True)
def encode_wanted() -> None:
    encoder.encode_wanted()


@shared_task(ignore_result=True)
def measure_sounds(after: int = 0) -> None:
    """A few at a time, and behind whatever waits: a large library takes hours."""
    from player.library import audio_features  # Two seconds to import, and the ticks never need it.

    last = audio_features.measure_some(SOUNDS_AT_ONCE, after)
    if last is not None:
        measure_sounds.delay(last)


@shared_task(ignore_result=True)
def scan_at_start() -> None:
    background_scan.request_scan_at_start()


@shared_task(ignore_result=True)
def scan_if_due() -> None:
    background_scan.request_due_scan()


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


@beat_init.connect
def follow_beat(**_: object) -> None:
    """In beat's own process: whatever it has sent is a sign of its life."""
    after_task_publish.connect(record_beat, sender=show_life.name)
    scan_at_start.apply_async(expires=600)


def record_beat(**_: object) -> None:
    worker_heartbeats.record_heartbeat(worker_heartbeats.BEAT)
