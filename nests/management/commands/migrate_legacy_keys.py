"""Move an old installation's keys, which knew no nests, to the Main Nest."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from andre.core.keys import legacy_family, legacy_form
from andre.core.redis import Client, redis
from nests.legacy import migration
from nests.legacy.migration import Outcome

SAID = {
    "conflict": "WARNING, kept: there already is",
    "left": "left behind, because it cannot be read here: nothing becomes",
    "failed": "FAILED",
}


def migrate(redis_client: Client, dry_run: bool = False) -> dict[str, int]:
    """How many keys were `moved`, `skipped`, in `conflicts`, `failed`."""
    return dict(migration.migrate(redis_client, unheard, dry_run=dry_run))


def unheard(outcome: Outcome, old: str, new: str) -> None:
    """Somebody who only wants the summary."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing, list all")

    def handle(self, *_: Any, dry_run: bool, **__: Any) -> None:
        with self.progress() as progress:
            task = progress.add_task("Moving keys", total=int(redis().dbsize()))
            unread: Counter[str] = Counter()

            def tell(outcome: Outcome, old: str, new: str) -> None:
                progress.advance(task)
                if outcome == "moved" and not legacy_form(old).is_read:
                    unread[legacy_family(old)] += 1
                if dry_run and outcome == "moved":
                    self.say(progress, f"would move {old} to {new}")
                elif outcome != "moved":
                    self.say(progress, f"{SAID[outcome]} {new} (from {old})")

            summary = migration.migrate(redis(), tell, dry_run=dry_run)
            progress.update(task, total=progress.tasks[task].completed)
        for family, count in sorted(unread.items()):
            self.say(progress, f"left behind: nothing here reads {family}, {count} of them moved")
        counts = (f"{count} {name}" for name, count in summary.items())
        self.stdout.write(", ".join(counts))
        if summary["failed"]:
            raise CommandError(
                f"{summary['failed']} keys could not be moved; they stay as they were."
            )

    def progress(self) -> Progress:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        return Progress(*columns, disable=not self.stdout.isatty())

    def say(self, progress: Progress, sentence: str) -> None:
        printable = sentence.encode(errors="backslashreplace").decode()
        if self.stdout.isatty():
            progress.console.print(printable, markup=False, highlight=False)
        else:
            self.stdout.write(printable)
