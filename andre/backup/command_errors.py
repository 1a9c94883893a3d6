"""What keeps a backup or its restoration from being made, in words for whoever asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from andre.backup.archive import BackupFault
from andre.core import stores
from andre.core.errors import Refusal


@contextmanager
def explain_faults(*, of_files: str, of_stores: str) -> Iterator[None]:
    """Raises CommandError: for a file that cannot be read or written, or a store that is away."""
    try:
        yield
    except BackupFault as fault:
        raise CommandError(str(fault)) from fault
    except Refusal as refusal:
        raise CommandError(refusal.message) from refusal
    except OSError as error:
        raise CommandError(f"{of_files} ({error}).") from error
    except stores.FAULTS as error:
        raise CommandError(f"{of_stores}: {error}") from error
