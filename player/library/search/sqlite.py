"""The index on SQLite: FTS5 over the tracks, and trigrams over their words."""

from django.db import connection

MOST_LIKE = 60
LAST_LETTER = chr(0x10FFFF)
# Words are never removed: at worst a correction leads nowhere.
TABLES = """
DROP TABLE IF EXISTS player_track_index;
DROP TABLE IF EXISTS player_word_index;
CREATE VIRTUAL TABLE player_track_index USING fts5(
    folded, content='player_track', content_rowid='id',
    tokenize='unicode61 remove_diacritics 0', prefix='1 2 3', columnsize=0
);
CREATE VIRTUAL TABLE player_word_index USING fts5(padded, content='', tokenize='trigram');
CREATE TRIGGER player_track_added AFTER INSERT ON player_track BEGIN
    INSERT INTO player_track_index(rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER player_track_removed AFTER DELETE ON player_track BEGIN
    INSERT INTO player_track_index(player_track_index, rowid, folded)
    VALUES ('delete', old.id, old.folded);
END;
CREATE TRIGGER player_track_changed AFTER UPDATE OF folded ON player_track BEGIN
    INSERT INTO player_track_index(player_track_index, rowid, folded)
    VALUES ('delete', old.id, old.folded);
    INSERT INTO player_track_index(rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER player_word_added AFTER INSERT ON player_word BEGIN
    INSERT INTO player_word_index(rowid, padded) VALUES (new.id, '^^' || new.text || '$');
END;
CREATE TRIGGER player_word_removed AFTER DELETE ON player_word BEGIN
    INSERT INTO player_word_index(player_word_index, rowid, padded)
    VALUES ('delete', old.id, '^^' || old.text || '$');
END;
INSERT INTO player_track_index(player_track_index) VALUES ('rebuild');
INSERT INTO player_word_index(rowid, padded) SELECT id, '^^' || text || '$' FROM player_word;
"""
TRIGGERS = (
    "player_track_added",
    "player_track_changed",
    "player_track_removed",
    "player_word_added",
    "player_word_removed",
)


class Index:
    def install(self) -> None:
        """A later migration may rebuild a table and lose its triggers; then all is made anew."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            present = {name for (name,) in cursor.fetchall()}
            if present.issuperset(TRIGGERS):
                return
            for trigger in TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements(TABLES):
                cursor.execute(statement)

    def begins_a_word(self, beginning: str) -> bool:
        sql = "SELECT 1 FROM player_word WHERE text >= %s AND text < %s LIMIT 1"
        return bool(rows(sql, beginning, beginning + LAST_LETTER))

    def words_like(self, word: str) -> list[str]:
        padded = f"^^{word}$"
        triples = {padded[i : i + 3] for i in range(len(padded) - 2)}
        sql = """
            SELECT w.text FROM player_word_index i JOIN player_word w ON w.id = i.rowid
            WHERE player_word_index MATCH %s ORDER BY i.rank LIMIT %s
        """
        asked = " OR ".join(quoted(triple) for triple in sorted(triples))
        return [str(text) for (text,) in rows(sql, asked, MOST_LIKE)]

    def starting_with(self, text: str, limit: int) -> list[int]:
        return matching(f"^ {quoted(text)} *", limit)

    def with_words(self, meant: list[list[str]], limit: int) -> list[int]:
        parts = (" OR ".join(f"{quoted(word)} *" for word in options) for options in meant)
        return matching(" AND ".join(f"({part})" for part in parts), limit)


def matching(expression: str, limit: int) -> list[int]:
    sql = "SELECT rowid FROM player_track_index WHERE player_track_index MATCH %s LIMIT %s"
    return [row for (row,) in rows(sql, expression, limit) if isinstance(row, int)]


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def rows(sql: str, *values: str | int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def statements(script: str) -> list[str]:
    """The script's statements; those of a trigger's body belong to the trigger."""
    found, lines = [], ""
    for line in script.strip().splitlines():
        lines += line + "\n"
        inside = lines.lstrip().startswith("CREATE TRIGGER") and line != "END;"
        if line.endswith(";") and not inside:
            found.append(lines)
            lines = ""
    return found
