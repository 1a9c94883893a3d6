"""Replay evenings and say how each profile did, beside two floors."""

from argparse import ArgumentParser
from statistics import mean
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bender.evaluation.replay import CHOOSERS, Measured, replay
from bender.evaluation.sessions import Session, logged_sessions, synthetic

HEAD = (
    "| who chooses | picks | song again within 2 h | artist again within 1 h "
    "| artists per 100 picks | jammed | rejected | ms a pick |\n|---|---|---|---|---|---|---|---|"
)


class Command(BaseCommand):
    help = "Replay logged evenings (--nest main) or bundled synthetic ones, and compare profiles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="of chance")
        parser.add_argument("--nest", help="whose history to replay; synthetic evenings without")

    def handle(self, *args: Any, **options: Any) -> None:
        seed, nest = options["seed"], options["nest"]
        evenings = list(logged_sessions(nest) if nest else synthetic(seed))
        if not evenings:
            raise CommandError("Nobody has queued anything in this nest yet.")
        self.stdout.write(HEAD)
        for name in CHOOSERS:
            self.stdout.write(row(name, replay_all(name, evenings, seed)))


def replay_all(name: str, evenings: list[Session], seed: int) -> Measured:
    found = Measured()
    for number, evening in enumerate(evenings):
        replay(evening, CHOOSERS[name], seed + number, found)
    return found


def row(name: str, found: Measured) -> str:
    picks = max(1, found.picks)
    columns = (
        name,
        str(found.picks),
        str(found.songs_again),
        str(found.artists_again),
        f"{mean(found.distinct_artists or [0]):.0f}",
        f"{found.jammed / picks:.0%}",
        f"{found.rejected / picks:.1%}",
        f"{mean(found.times_ms or [0]):.1f}",
    )
    return f"| {' | '.join(columns)} |"
