"""The databases Andre works on, each with its own consistent means of being copied.

Of a browser's sign-in nothing is taken along: who finds an archive finds no open session in it.
"""

from types import ModuleType

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

from andre.accounts.bootstrap import address_of_owner
from andre.accounts.models import ApiKey, Person
from andre.accounts.roles import Role
from andre.backup.archive import BackupFault
from andre.backup.databases import postgres, sqlite
from andre.flags.models import Flag

DATABASES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgres}
# What migrating writes by itself, and a start in development: people with a key each.
OF_MIGRATING = (
    *("django_content_type", "auth_permission"),
    *(ApiKey._meta.db_table, Flag._meta.db_table),
)
Migrations = list[tuple[str, str]]


def own_vendor() -> str:
    return str(connection.vendor)


def own_database() -> ModuleType:
    return DATABASES[own_vendor()]


def read_migrations() -> Migrations:
    """What has been applied here, whatever this version of Andre has besides."""
    return sorted(MigrationLoader(connection).applied_migrations)


def check_migrations(recorded: Migrations) -> None:
    """Raises BackupFault for one that this version does not know."""
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    for migration in loader.disk_migrations.values():
        known |= set(migration.replaces)
    if not set(recorded) <= known:
        raise BackupFault(
            "The database of this backup is of a newer version of Andre. Upgrade this one first."
        )


def is_empty() -> bool:
    """Whether nobody and nothing is kept here, with tables or without, of whichever version."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    with connection.cursor() as cursor:
        for table in sorted(tables - {*OF_MIGRATING, *sqlite.PASSING, Person._meta.db_table}):
            if has_row(cursor, table):
                return False
        return Person._meta.db_table not in tables or has_no_person(cursor)


def has_row(cursor: CursorWrapper, table: str) -> bool:
    name = connection.ops.quote_name(table)
    cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - A table's own name.
    return cursor.fetchone() is not None


def has_no_person(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT email FROM accounts_person")
    return {str(email) for (email,) in cursor.fetchall()} <= {
        address_of_owner(role) for role in Role
    }
