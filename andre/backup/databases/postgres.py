"""PostgreSQL: every table as COPY writes it, all of them in one snapshot of the server's.

Without pg_dump, which is not everywhere, and refuses a server newer than itself. The way back is
the migrations that the archive names, on which the rows fit, and then whatever came later.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from andre.backup.archive import BackupFault, Manifest, Sequence
from andre.backup.databases.sqlite import PASSING

SUFFIX = ".copy"
RECORDS = "django_migrations"
BYTES_AT_ONCE = 2**18


def member_names(manifest: Manifest) -> Collection[str]:
    """Raises BackupFault where the tables are not those that its migrations make."""
    there = tables_of(manifest.migrations)
    named = {table: set(columns) for table, columns in manifest.columns.items()}
    if named != {table: set(columns) for table, columns in there.items()}:
        raise BackupFault("This backup's tables are not those of the version that it names.")
    return {table + SUFFIX for table in there}


def tables_of(migrations: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The columns of every table after these migrations, without what is passing."""
    loader = MigrationLoader(None)
    nodes = [each for each in migrations if each in loader.graph.nodes]
    models = loader.project_state(nodes).apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: [str(field.column) for field in model._meta.local_concrete_fields]
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in PASSING
    }


# Out of it


def dump_database(manifest: Manifest, folder: Path) -> Manifest:
    """Write the tables into `folder`; the manifest with their columns and sequences."""
    columns = tables_of(manifest.migrations)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table, names in columns.items():
            copy_out(cursor, table, names, folder / f"{table}{SUFFIX}")
        sequences = [each for table in columns for each in read_sequences(cursor, table)]
    return manifest.model_copy(update={"columns": columns, "sequences": sequences})


def copy_out(cursor: CursorWrapper, table: str, names: list[str], path: Path) -> None:
    with (
        connection.wrap_database_errors,
        path.open("xb") as file,
        cursor.copy(spell_copy(table, names, "TO STDOUT")) as rows,
    ):
        for row in rows:
            file.write(row)


def spell_copy(table: str, names: list[str], direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table), columns, sql.SQL(direction))


def read_sequences(cursor: CursorWrapper, table: str) -> list[Sequence]:
    """A number that was given out once is not given out again, also where its row is gone."""
    found = []
    for each in connection.introspection.get_sequences(cursor, table):
        name = connection.ops.quote_name(each["name"])
        cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - Its own name.
        last_value, is_called = cursor.fetchone()
        found.append(
            Sequence(table=table, column=each["column"], last_value=last_value, is_called=is_called)
        )
    return found


# Into it


def load_database(manifest: Manifest, folder: Path) -> None:
    """Tables as the archive's migrations make them, and its rows in one transaction."""
    drop_tables()
    migrate_to(manifest.migrations)
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [connection.ops.quote_name(table) for table in manifest.columns]
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # The order of tables does not matter then.
        for table, names in manifest.columns.items():
            copy_in(cursor, table, names, folder / f"{table}{SUFFIX}")
        for each in manifest.sequences:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [
                    connection.ops.quote_name(each.table),
                    each.column,
                    each.last_value,
                    each.is_called,
                ],
            )


def drop_tables() -> None:
    """Empty ones of another version would be in the way."""
    applied = MigrationLoader(connection).applied_migrations
    ours = {*tables_of(applied), *PASSING, RECORDS}
    there = sorted(ours & set(connection.introspection.table_names()))
    if there:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, there))} CASCADE")


def migrate_to(recorded: Iterable[tuple[str, str]]) -> None:
    """The last of each app: one that others of its app follow would be migrated back to."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {each for each in recorded if each in graph.nodes}
    followed = {
        parent.key
        for each in wanted
        for parent in graph.node_map[each].parents
        if parent.key[0] == each[0]
    }
    executor.migrate(sorted(wanted - followed))


def copy_in(cursor: CursorWrapper, table: str, names: list[str], path: Path) -> None:
    with (
        connection.wrap_database_errors,
        path.open("rb") as file,
        cursor.copy(spell_copy(table, names, "FROM STDIN")) as rows,
    ):
        while piece := file.read(BYTES_AT_ONCE):
            rows.write(piece)
