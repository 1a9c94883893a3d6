"""Make a backup: `make backup`, while Andre runs or not."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from andre.backup import backups
from andre.backup.command_errors import explain_faults
from andre.backup.passphrase import add_passphrase_argument, ask_new_passphrase, read_passphrase


class Command(BaseCommand):
    help = "Write the database and what Redis has of the nests into one archive."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", nargs="?", help="a new file; without: in the data directory"
        )
        parser.add_argument(
            "--with-secrets",
            action="store_true",
            help="the data directory's .env and secrets, too, under a passphrase",
        )
        add_passphrase_argument(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        named = options["file"]
        path = Path(named).expanduser().absolute() if named else backups.name_backup(now)
        words = {"of_files": "The backup cannot be written", "of_stores": "No backup was made"}
        with explain_faults(**words):
            passphrase = None
            if options["with_secrets"]:
                file = options["passphrase_file"]
                passphrase = read_passphrase(file) if file else ask_new_passphrase()
            backups.make_backup(path, now, passphrase)
        self.stdout.write(f"Backup: {path} ({path.stat().st_size / 1e6:.1f} MB)")
