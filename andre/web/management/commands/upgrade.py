"""Bring the data and the static files to this version of Andre: `make upgrade`."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from andre.telemetry.metric_files import clear_metrics


class Command(BaseCommand):
    help = "Make a backup where the database changes, migrate it, and collect the static files."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-backup", action="store_true", help="there is one already")
        parser.add_argument("--no-static", action="store_true", help="an image has them collected")

    def handle(self, *_: Any, **options: Any) -> None:
        if not options["no_backup"]:
            self.back_up()
        clear_metrics()  # Nothing of this server runs now.
        self.stdout.write("Migrating the database")
        call_command("migrate", interactive=False, verbosity=0)
        if not options["no_static"]:
            self.stdout.write("Collecting the static files")
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("Andre is of this version now; start it.")

    def back_up(self) -> None:
        if not is_changed_by_migrating():
            self.stdout.write("No backup is needed: no data of an earlier version will change")
        else:
            call_command("backup", stdout=self.stdout)  # Says itself where it is.


def is_changed_by_migrating() -> bool:
    """Whether there is a database with something in it, and migrations that it lacks."""
    executor = MigrationExecutor(connection)
    wanted = executor.loader.graph.leaf_nodes()
    return bool(executor.loader.applied_migrations) and bool(executor.migration_plan(wanted))
