"""SQLite: its own backup, page by page of one moment, whoever writes meanwhile."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from django.db import connection

from andre.backup.archive import BackupFault, Manifest

MEMBER = "database.sqlite3"
# Sign-ins of browsers, under way or done, and signs of life of workers: they are of the moment.
PASSING = ("django_session", "social_auth_partial", "social_auth_code", "jobs_workerheartbeat")


def member_names(_: Manifest) -> Collection[str]:
    return {MEMBER}


def dump_database(manifest: Manifest, folder: Path) -> Manifest:
    """Write the database into `folder`; the manifest with what has to be known of it."""
    with closing(sqlite3.connect(folder / MEMBER)) as copy:
        own_connection().backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # One file, without a log beside it.
        copy.execute("PRAGMA secure_delete = ON")
        for table in {*PASSING} & tables_in(copy):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - One of our names.
        copy.commit()
    return manifest


def load_database(_: Manifest, folder: Path) -> None:
    """In one transaction of SQLite's. Raises BackupFault."""
    with closing(sqlite3.connect(folder / MEMBER)) as copy:
        check_whole(copy)
        copy.backup(own_connection())
    connection.close()


def check_whole(copy: sqlite3.Connection) -> None:
    """Raises BackupFault."""
    try:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BackupFault(f"The database in this backup is damaged ({found}).")


def tables_in(copy: sqlite3.Connection) -> set[str]:
    rows = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {str(name) for (name,) in rows}


def own_connection() -> sqlite3.Connection:
    connection.ensure_connection()
    found = connection.connection
    assert isinstance(found, sqlite3.Connection)  # noqa: S101 - The table of databases says so.
    return found
