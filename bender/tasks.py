"""What Bender does on a queue of his own, so that nobody ever waits for him."""

from celery import shared_task

from bender.filling import filler
from bender.runs import run_log, shadow


@shared_task(ignore_result=True)
def feed(nest: str) -> None:
    filler.fill_queue(nest)


@shared_task(ignore_result=True)
def turn_away(nest: str, user: str, track: str, artist: str) -> None:
    run_log.record_rejection(nest, user, track, artist)
    filler.fill_queue(nest)


@shared_task(ignore_result=True)
def carry_out(run_id: int) -> None:
    shadow.run_shadow(run_id)


@shared_task(ignore_result=True)
def forget_old_runs() -> None:
    run_log.forget_old_runs()
