"""The tick and what it leaves for others to do."""

from celery import shared_task

from player.services import deadlines, history, playback, sweep, workers


@shared_task(ignore_result=True, expires=1)
def tick_all() -> None:
    workers.show_life("ticks")
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
def sweep_nests() -> None:
    sweep.sweep()
