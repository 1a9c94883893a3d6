"""The index on PostgreSQL: full text over the tracks, and trigrams over their words."""

from django.db import connection

MOST_LIKE = 60
INSTALL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE INDEX IF NOT EXISTS player_track_index
       ON player_track USING gin (to_tsvector('simple', folded)) WITH (fastupdate = off)""",
    "CREATE INDEX IF NOT EXISTS player_track_start ON player_track (folded text_pattern_ops)",
    # GiST, not GIN: it walks to the nearest words, while GIN would weigh every distant relative.
    """CREATE INDEX IF NOT EXISTS player_word_nearest
       ON player_word USING gist (text gist_trgm_ops(siglen=64))""",
)


class Index:
    def install(self) -> None:
        with connection.cursor() as cursor:
            for statement in INSTALL:
                cursor.execute(statement)

    def begins_a_word(self, beginning: str) -> bool:
        return bool(rows("SELECT 1 FROM player_word WHERE text LIKE %s LIMIT 1", beginning + "%"))

    def words_like(self, word: str) -> list[str]:
        sql = "SELECT text FROM player_word ORDER BY text <-> %s LIMIT %s"
        return [str(text) for (text,) in rows(sql, word, MOST_LIKE)]

    def starting_with(self, text: str, limit: int) -> list[int]:
        return ids("SELECT id FROM player_track WHERE folded LIKE %s LIMIT %s", text + "%", limit)

    def with_words(self, meant: list[list[str]], limit: int) -> list[int]:
        parts = (" | ".join(f"{word}:*" for word in options) for options in meant)
        sql = """
            SELECT id FROM player_track
            WHERE to_tsvector('simple', folded) @@ to_tsquery('simple', %s) LIMIT %s
        """
        return ids(sql, " & ".join(f"({part})" for part in parts), limit)


def ids(sql: str, *values: str | int) -> list[int]:
    return [row for (row,) in rows(sql, *values) if isinstance(row, int)]


def rows(sql: str, *values: str | int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
