"""Take a backup into an empty server: `make restore FILE=…`."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from andre.backup import restoration
from andre.backup.command_errors import explain_faults
from andre.backup.passphrase import add_passphrase_argument, ask_passphrase, read_passphrase

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = "Take a backup into this server, which has to be empty and stopped."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the archive; - reads standard input")
        parser.add_argument(
            "--without-secrets", action="store_true", help="leave those that are in it out"
        )
        add_passphrase_argument(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        if not options["file"]:
            raise CommandError("Which backup? Name it: make restore FILE=….")

        def passphrase() -> str | None:
            if options["without_secrets"]:
                return None
            file = options["passphrase_file"]
            return read_passphrase(file) if file else ask_passphrase()

        words = {
            "of_files": "The backup cannot be restored",
            "of_stores": "The backup was not restored",
        }
        with explain_faults(**words), tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as place:
            path = find_archive(options["file"], Path(place))
            restored = restoration.restore(path, passphrase)
        self.report(restored)

    def report(self, restored: restoration.Restored) -> None:
        made = restored.manifest
        self.stdout.write(
            f"Restored: the backup of {made.made_at:%Y-%m-%d %H:%M} UTC by Andre {made.version}."
        )
        for path in restored.secret_files:
            self.stdout.write(f"Secrets: {path}")
        self.stdout.write("Everybody signs in again. Put the music in its place and start Andre.")


def find_archive(named: str, place: Path) -> Path:
    """Standard input goes into a file first: a container may not be allowed to read the archive."""
    if named != STANDARD_INPUT:
        return Path(named).expanduser()
    path = place / "archive"
    with path.open("xb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path
