"""Emptying the database after a test that commits: only tables that hold something, by DELETE.

Django truncates every table and then writes content types and permissions anew. On PostgreSQL that
took 0.4 s after each such test, more than half the time of that part of the suite.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.test import TransactionTestCase

from andre.flags import flags
from player.library.indexing import update_index

KEPT = (ContentType._meta.db_table, Permission._meta.db_table)

_flush = TransactionTestCase._fixture_teardown
_kept_at_first: list[tuple[int, ...]] = []


def install() -> None:
    TransactionTestCase._fixture_teardown = empty_database


def empty_database(case: TransactionTestCase) -> None:
    """As Django's flush leaves it: without a row, but for those that migrating writes."""
    if not _kept_at_first or count_kept() != _kept_at_first[0]:
        _flush(case)  # The first time, or what is to be kept is not as it was.
        _kept_at_first[:] = [count_kept()]
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables_with_rows():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    flags.after_migrate(using=DEFAULT_DB_ALIAS)
    update_index()


def tables_with_rows() -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=False, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
                for table in tables
                if table not in KEPT
            )
        )
        return [table for (table,) in cursor.fetchall()]


def count_kept() -> tuple[int, ...]:
    return ContentType.objects.count(), Permission.objects.count()
