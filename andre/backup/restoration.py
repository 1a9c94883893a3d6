"""The way back: an archive into an empty server of its kind, which nobody uses yet."""

import secrets
import tempfile
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from andre import __version__
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.backup import databases, keys, secret_files
from andre.backup.archive import BackupFault, Manifest, unpack
from andre.core.conf import conf
from andre.core.keys import GLOBAL, SHORT_LIVED_KEYS, NestKeys
from andre.core.redis import database_number, redis
from andre.jobs.submission import end_all_jobs
from andre.jobs.times import current_time
from nests.lifecycle import deletion
from nests.lifecycle.key_cleanup import pages
from nests.models import GuestArrival
from nests.registry import records, store
from player.media import tokens
from player.models import ScannedFile

WITH_HEARTBEAT = ("ticks", "upkeep", "beat")
READ_AGAIN = 0  # By no rules that a scan knows.
AskPassphrase = Callable[[], str | None]

RUNNING = "Andre is running on this data. Stop it, wait a minute, and restore then."
NOT_EMPTY = (
    "This server has {} already, and a backup is restored into an empty one only. Name an empty "
    "place with {}."
)
OTHER_KIND = "This backup is of {}, and the database of this server is {}: they must be the same."
OTHER_TAGS = "This backup was made with NEST_KEY_HASH_TAG={}; set it so here, too."
NEWER = "This backup was made by Andre {}, and this is {}. Upgrade this one first."


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    secret_files: list[Path]


def restore(path: Path, ask_passphrase: AskPassphrase) -> Restored:
    """Everything that the archive has, or nothing of it.

    `ask_passphrase` is asked where it has secrets; None leaves them out. Raises BackupFault and
    OSError.
    """
    require_empty_server()
    data_dir = Path(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(prefix=".unfinished-restore-", dir=data_dir) as place:
        folder = Path(place)
        manifest = unpack(path, folder, check_manifest)
        found = read_secrets(folder / secret_files.MEMBER, ask_passphrase)
        load_members(manifest, folder)
    call_command("migrate", interactive=False, verbosity=0)
    end_what_is_passing()
    return Restored(manifest, secret_files.write_secrets(data_dir, found))


def require_empty_server() -> None:
    """Raises BackupFault."""
    (_, listening), *_ = redis().pubsub_numsub(GLOBAL.hub_channel(database_number(redis())))
    if listening or redis().exists(*map(GLOBAL.alive, WITH_HEARTBEAT)):
        raise BackupFault(RUNNING)
    if not databases.is_empty():
        raise BackupFault(NOT_EMPTY.format("data", "ANDRE_DATA_DIR or DATABASE_URL"))
    if not keys.is_empty():
        raise BackupFault(NOT_EMPTY.format("nests", "ANDRE_DATA_DIR or REDIS_URL"))


def check_manifest(manifest: Manifest) -> Collection[str]:
    """The members that an archive like this one has. Raises BackupFault."""
    if as_numbers(manifest.version) > as_numbers(__version__):
        raise BackupFault(NEWER.format(manifest.version, __version__))
    if manifest.database != databases.own_vendor():
        raise BackupFault(OTHER_KIND.format(manifest.database, databases.own_vendor()))
    if manifest.has_hash_tags != conf().nest_key_hash_tag:
        raise BackupFault(OTHER_TAGS.format(str(manifest.has_hash_tags).lower()))
    databases.check_migrations(manifest.migrations)
    optional = {member.name for member in manifest.members} & {secret_files.MEMBER}
    return {keys.MEMBER, *databases.own_database().member_names(manifest), *optional}


def as_numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def read_secrets(path: Path, ask_passphrase: AskPassphrase) -> dict[str, str]:
    """Raises BackupFault."""
    passphrase = ask_passphrase() if path.exists() else None
    return {} if passphrase is None else secret_files.open_secrets(path.read_bytes(), passphrase)


def load_members(manifest: Manifest, folder: Path) -> None:
    """Where the database does not take its part, Redis is empty again. Raises BackupFault."""
    with ExitStack() as undo:
        undo.callback(keys.remove_keys)
        keys.load_keys(folder / keys.MEMBER)
        databases.own_database().load_database(manifest, folder)
        undo.pop_all()


def end_what_is_passing() -> None:
    """Nobody is signed in, and no page goes on where it was before."""
    now = timezone.now()
    Session.objects.all().delete()
    cast(Any, cache).delete_pattern("*")  # Sessions stand in the cache, too.
    for pattern in SHORT_LIVED_KEYS:
        for page in pages(pattern):
            redis().unlink(*page)
    Person.objects.filter(role=Role.GUEST, pass_ends_at__gt=now).update(pass_ends_at=now)
    arriving = (GuestArrival.State.WAITING, GuestArrival.State.LET_IN)
    GuestArrival.objects.filter(state__in=arriving).delete()
    end_all_jobs(current_time())
    tokens.revoke_all(Person.objects.values_list("email", flat=True))
    for nest in records.read_all():
        begin_anew(nest)
    # Covers are in no backup; the next scan finds them again, for it reads every file once more.
    ScannedFile.objects.update(rules=READ_AGAIN)


def begin_anew(nest: records.Nest) -> None:
    """Its revisions were higher once. One that ended while the backup was made ends again."""
    tombstone = None if nest.is_main else store.tombstone_of(nest.code)
    if tombstone is not None:
        deletion.delete(nest, tombstone.reason)
    else:
        redis().set(NestKeys(nest.nest_id).epoch, secrets.token_hex(8), xx=True)
