"""Backups: made on demand or once a day, while music goes on."""

import os
import re
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings

from andre import __version__
from andre.backup import databases, keys, secret_files
from andre.backup.archive import BackupFault, Manifest, write_archive
from andre.core.conf import conf

# With their date, so that their names are in the order of their days.
DAILY = re.compile(r"andre-daily-\d{4}-\d\d-\d\d\.tar\.gz")
UNFINISHED = ".unfinished-backup-"
UNFINISHED_SECONDS = 24 * 60 * 60  # So old, nobody works on it any more.

log = structlog.get_logger(__name__)


def backups_folder() -> Path:
    folder = Path(settings.DATA_DIR) / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def name_backup(now: datetime) -> Path:
    return backups_folder() / f"andre-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.tar.gz"


def make_backup(path: Path, now: datetime, passphrase: str | None = None) -> Path:
    """Write one archive to `path`; the secrets are in it if there is a passphrase for them.

    It is there whole or not at all. Raises BackupFault and OSError.
    """
    if path.exists():
        raise BackupFault(f"There is a file {path} already; a backup replaces none.")
    if not path.parent.is_dir():
        raise BackupFault(f"There is no folder {path.parent} for the backup.")
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as place:
        members, archive = Path(place) / "members", Path(place) / path.name
        members.mkdir()
        manifest = gather(members, now, passphrase)
        write_archive(archive, manifest, members)
        os.replace(archive, path)
    return path


def gather(folder: Path, now: datetime, passphrase: str | None) -> Manifest:
    """Redis first: what moves on into the database meanwhile is then in both.

    Raises BackupFault.
    """
    if passphrase is not None:
        sealed = secret_files.seal_secrets(Path(settings.DATA_DIR), passphrase)
        (folder / secret_files.MEMBER).write_bytes(sealed)
    keys.write_keys(folder / keys.MEMBER)
    manifest = Manifest(
        version=__version__,
        made_at=now,
        database=databases.own_vendor(),
        has_hash_tags=conf().nest_key_hash_tag,
        migrations=databases.read_migrations(),
    )
    dumped: Manifest = databases.own_database().dump_database(manifest, folder)
    return dumped


def make_daily_backup(now: datetime) -> Path | None:
    """Today's, unless there is one or nobody wants any; then the oldest ones go.

    Raises BackupFault and OSError.
    """
    wanted = conf().andre_backup_days
    if wanted == 0:
        return None
    remove_unfinished()
    path = backups_folder() / f"andre-daily-{now.astimezone(UTC):%Y-%m-%d}.tar.gz"
    if path.exists():
        return None
    make_backup(path, now)
    log.info("backup_made", path=str(path), bytes=path.stat().st_size)
    for old in find_daily_backups()[:-wanted]:
        old.unlink()
        log.info("backup_removed", path=str(old))
    return path


def find_daily_backups() -> list[Path]:
    """The oldest first. What somebody else put there, or linked to, is none."""
    return sorted(
        path
        for path in backups_folder().iterdir()
        if DAILY.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    )


def remove_unfinished() -> None:
    """What a backup that was killed has left."""
    for path in backups_folder().glob(f"{UNFINISHED}*"):
        if time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
            shutil.rmtree(path)
