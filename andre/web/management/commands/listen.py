"""Follow a nest in a terminal: `manage.py listen X7K2P`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from andre.web.terminal_link import ask_for_key
from andre.web.terminal_listener import NotLetIn, TerminalListener

if TYPE_CHECKING:
    from andre.web.terminal_sound import Loudspeaker, TerminalSound

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
        parser.add_argument("--sound", action="store_true", help="let it sound here, in step")
        parser.add_argument(
            "--key-file", type=Path, metavar="PATH", help="where a confirmed key is kept for later"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        server, key_file = options["server"], options["key_file"]
        try:
            loudspeaker = find_loudspeaker() if options["sound"] else None
            key = os.environ.get(KEY, "") or read_key(key_file)
            if not key:
                key = ask_for_key(server, self.stdout.write)
                keep_key(key_file, key)
            listener = TerminalListener(server, options["nest"], key, self.stdout.write)
            if loudspeaker:
                listener.ear = make_ear(listener, loudspeaker)
            listener.listen()
        except (NotLetIn, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self.stdout.write("")


def find_loudspeaker() -> "Loudspeaker":
    """Raises NotLetIn where the library for it is missing."""
    from andre.web.terminal_sound import SoundDevice  # numpy, which only sound needs.

    return SoundDevice()


def make_ear(listener: TerminalListener, loudspeaker: "Loudspeaker") -> "TerminalSound":
    from andre.web.terminal_sound import Fetcher, TerminalSound

    fetch = Fetcher(listener.server, listener.nest, listener.key)
    return TerminalSound(loudspeaker, fetch, listener.say)


def read_key(path: Path | None) -> str:
    return path.read_text().strip() if path is not None and path.is_file() else ""


def keep_key(path: Path | None, key: str) -> None:
    """Readable by its owner alone. Raises OSError."""
    if path is not None:
        path.touch(mode=0o600)
        path.write_text(f"{key}\n")
