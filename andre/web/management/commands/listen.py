"""Follow a nest in a terminal: `manage.py listen X7K2P`."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from andre.web.terminal_link import ask_for_key
from andre.web.terminal_listener import NotLetIn, TerminalListener

KEY = "LISTEN_KEY"


class Command(BaseCommand):
    help = (
        f"Say what plays in a nest until Ctrl-C. {KEY} is the API key to come in with. Without one"
        " it shows a code, which somebody who is signed in confirms."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("nest", nargs="?", default="main", help="its code (the Main Nest)")
        parser.add_argument("--server", default="http://127.0.0.1:8000", help="address of Andre")
        parser.add_argument(
            "--key-file", type=Path, metavar="PATH", help="where a confirmed key is kept for later"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        server, key_file = options["server"], options["key_file"]
        try:
            key = os.environ.get(KEY, "") or read_key(key_file)
            if not key:
                key = ask_for_key(server, self.stdout.write)
                keep_key(key_file, key)
            TerminalListener(server, options["nest"], key, self.stdout.write).listen()
        except (NotLetIn, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self.stdout.write("")


def read_key(path: Path | None) -> str:
    return path.read_text().strip() if path is not None and path.is_file() else ""


def keep_key(path: Path | None, key: str) -> None:
    """Readable by its owner alone. Raises OSError."""
    if path is not None:
        path.touch(mode=0o600)
        path.write_text(f"{key}\n")
