"""What Bender does on a queue of his own, so that nobody ever waits for him.

The names of tasks stay as they were called first: another version of Andre may have sent one.
"""

from celery import shared_task

from bender.filling import filler
from bender.runs import run_log


@shared_task(name="bender.tasks.feed", ignore_result=True)
def fill_queue(nest: str) -> None:
    filler.fill_queue(nest)


@shared_task(name="bender.tasks.turn_away", ignore_result=True)
def reject_preview(nest: str, user: str, track: str, artist: str) -> None:
    run_log.record_rejection(nest, user, track, artist)
    filler.fill_queue(nest)


@shared_task(ignore_result=True)
def forget_old_runs() -> None:
    run_log.forget_old_runs()
