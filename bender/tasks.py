"""What Bender does on a queue of his own, so that nobody ever waits for him."""

from celery import shared_task

from bender.services import feeding, ledger, shadow


@shared_task(ignore_result=True)
def feed(nest: str) -> None:
    feeding.feed(nest)


@shared_task(ignore_result=True)
def turn_away(nest: str, user: str, track: str, artist: str) -> None:
    ledger.record_rejection(nest, user, track, artist)
    feeding.feed(nest)


@shared_task(ignore_result=True)
def carry_out(run_id: int) -> None:
    shadow.carry_out(run_id)


@shared_task(ignore_result=True)
def forget_old_runs() -> None:
    ledger.forget_old_runs()
