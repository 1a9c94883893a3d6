"""The passphrase for secrets in a backup: from a file, or from whoever sits at the terminal."""

import getpass
import sys
from pathlib import Path

from django.core.management.base import CommandParser

from andre.backup.archive import BackupFault

NO_TERMINAL = "The secrets need a passphrase: name a file that has it with --passphrase-file."


def add_passphrase_argument(parser: CommandParser) -> None:
    parser.add_argument(
        "--passphrase-file", metavar="PATH", help="its first line is the passphrase; else asked for"
    )


def read_passphrase(path: str) -> str:
    """Raises BackupFault and OSError."""
    first, *_ = [*Path(path).expanduser().read_text(encoding="utf-8").splitlines(), ""]
    if not first:
        raise BackupFault(f"There is no passphrase in {path}.")
    return first


def ask_passphrase() -> str:
    """Raises BackupFault where nobody can be asked."""
    if not sys.stdin.isatty():
        raise BackupFault(NO_TERMINAL)
    return getpass.getpass("Passphrase of the secrets: ")


def ask_new_passphrase() -> str:
    """Raises BackupFault where nobody can be asked, or says two different ones."""
    passphrase = ask_passphrase()
    if getpass.getpass("Once more: ") != passphrase:
        raise BackupFault("These were two different passphrases. No backup was made.")
    return passphrase
