"""The index on PostgreSQL: full text over the tracks, and trigrams over their words."""

import re
from collections.abc import Iterable

from django.db import connection

from player.library.search.base import VERSION

MOST_LIKE = 60
LAST_LETTER = chr(0x10FFFF)
LONGEST_START = 100  # characters; a row of this index has to fit into a third of a page
INSTALL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"""CREATE INDEX player_track_start_{VERSION}
        ON player_track (left(folded, {LONGEST_START}) text_pattern_ops)""",
    # GiST, not GIN: it walks to the nearest words, while GIN would weigh every distant relative.
    f"""CREATE INDEX player_word_nearest_{VERSION}
        ON player_word USING gist (text gist_trgm_ops(siglen=64))""",
    # The terms as they are: a parser would part them at signs and marks, and read numbers its way.
    f"""CREATE INDEX player_track_index_{VERSION}
        ON player_track USING gin (array_to_tsvector(string_to_array(folded, ' ')))
        WITH (fastupdate = off)""",
    "ANALYZE player_track, player_word",
)
PARTS = ("player_track_start", "player_word_nearest", "player_track_index")


class Index:
    def is_installed(self) -> bool:
        return self.present().issuperset(f"{part}_{VERSION}" for part in PARTS)

    def remove(self) -> None:
        with connection.cursor() as cursor:
            for name in self.present():
                cursor.execute(f"DROP INDEX {name}")

    def present(self) -> set[str]:
        sql = "SELECT indexname FROM pg_indexes WHERE schemaname = ANY(current_schemas(false))"
        names = {str(name) for (name,) in rows(sql)}
        return {name for name in names if name.startswith(PARTS)}

    def install(self) -> None:
        with connection.cursor() as cursor:
            for statement in INSTALL:
                cursor.execute(statement)

    def which_begin_words(self, beginnings: Iterable[str]) -> set[str]:
        # Byte by byte, as the index is ordered: LIKE uses no index with another row's text.
        sql = """
            SELECT beginning FROM unnest(%s::text[]) AS beginning WHERE EXISTS (
                SELECT 1 FROM player_word
                WHERE text ~>=~ beginning AND text ~<~ (beginning || %s)
            )
        """
        return {str(text) for (text,) in rows(sql, list(beginnings), LAST_LETTER)}

    def words_like(self, word: str) -> list[str]:
        sql = "SELECT text FROM player_word ORDER BY text <-> %s LIMIT %s"
        return [str(text) for (text,) in rows(sql, word, MOST_LIKE)]

    def words_beginning(self, beginning: str, limit: int) -> list[str]:
        sql = "SELECT text FROM player_word WHERE text LIKE %s LIMIT %s"
        return [str(text) for (text,) in rows(sql, like(beginning), limit)]

    def starting_with(self, text: str, limit: int) -> list[int]:
        sql = "SELECT id FROM player_track WHERE left(folded, %s) LIKE %s LIMIT %s"
        return ids(sql, LONGEST_START, like(text[:LONGEST_START]), limit)

    def with_words(self, meant: list[list[str]], limit: int) -> list[int]:
        parts = (" | ".join(f"{quote(word)}:*" for word in options) for options in meant)
        # Planned without the limit: for one row of many words the planner would read the table.
        sql = """
            WITH found AS MATERIALIZED (
                SELECT id FROM player_track
                WHERE array_to_tsvector(string_to_array(folded, ' ')) @@ %s::tsquery
            )
            SELECT id FROM found LIMIT %s
        """
        return ids(sql, " & ".join(f"({part})" for part in parts), limit)


def like(beginning: str) -> str:
    """For LIKE, in which three characters mean more than themselves."""
    return re.sub(r"([\\%_])", r"\\\1", beginning) + "%"


def quote(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def ids(sql: str, *values: str | int) -> list[int]:
    return [row for (row,) in rows(sql, *values) if isinstance(row, int)]


def rows(sql: str, *values: str | int | list[str]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
