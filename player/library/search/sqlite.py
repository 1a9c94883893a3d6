"""The index on SQLite: FTS5 over the tracks, and trigrams over their words."""

import json
import re
from collections.abc import Iterable
from string import Template

from django.db import connection

from player.library.search.base import VERSION

MOST_LIKE = 60
LAST_LETTER = chr(0x10FFFF)
# Terms stand between spaces, and any sign may be part of one: nothing else is to part them. Both
# kinds of quotes are doubled, for they stand within both.
SIGNS = "".join(sign for sign in map(chr, range(0x21, 0x7F)) if not sign.isalnum())
TOKENCHARS = re.sub("(['\"])", r"\1\1", SIGNS)
# Words are never removed: at worst a correction leads nowhere.
TABLES = Template("""
CREATE VIRTUAL TABLE player_track_index USING fts5(
    folded, content='player_track', content_rowid='id', prefix='1 2 3', columnsize=0,
    tokenize="ascii tokenchars '$tokenchars'"
);
CREATE VIRTUAL TABLE player_word_index USING fts5(padded, content='', tokenize='trigram');
CREATE TRIGGER player_track_added_$version AFTER INSERT ON player_track BEGIN
    INSERT INTO player_track_index(rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER player_track_removed_$version AFTER DELETE ON player_track BEGIN
    INSERT INTO player_track_index(player_track_index, rowid, folded)
    VALUES ('delete', old.id, old.folded);
END;
CREATE TRIGGER player_track_changed_$version AFTER UPDATE OF folded ON player_track BEGIN
    INSERT INTO player_track_index(player_track_index, rowid, folded)
    VALUES ('delete', old.id, old.folded);
    INSERT INTO player_track_index(rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER player_word_added_$version AFTER INSERT ON player_word BEGIN
    INSERT INTO player_word_index(rowid, padded) VALUES (new.id, '^^' || new.text || '$$');
END;
CREATE TRIGGER player_word_removed_$version AFTER DELETE ON player_word BEGIN
    INSERT INTO player_word_index(player_word_index, rowid, padded)
    VALUES ('delete', old.id, '^^' || old.text || '$$');
END;
INSERT INTO player_track_index(player_track_index) VALUES ('rebuild');
INSERT INTO player_word_index(rowid, padded) SELECT id, '^^' || text || '$$' FROM player_word;
""").substitute(version=VERSION, tokenchars=TOKENCHARS)
PARTS = 7  # Two tables and five triggers.


class Index:
    def is_installed(self) -> bool:
        """A later migration may rebuild a table and lose its triggers."""
        present = [*triggers("player_%_" + str(VERSION)), *tables()]
        return len(present) == PARTS

    def remove(self) -> None:
        with connection.cursor() as cursor:
            for trigger in triggers("player_%"):
                cursor.execute(f"DROP TRIGGER {trigger}")
            for table in tables():
                cursor.execute(f"DROP TABLE {table}")

    def install(self) -> None:
        with connection.cursor() as cursor:
            for statement in statements(TABLES):
                cursor.execute(statement)

    def which_begin_words(self, beginnings: Iterable[str]) -> set[str]:
        sql = """
            SELECT value FROM json_each(%s)
            WHERE EXISTS (SELECT 1 FROM player_word WHERE text >= value AND text < value || %s)
        """
        return {str(text) for (text,) in rows(sql, json.dumps(list(beginnings)), LAST_LETTER)}

    def words_like(self, word: str) -> list[str]:
        padded = f"^^{word}$"
        triples = {padded[i : i + 3] for i in range(len(padded) - 2)}
        sql = """
            SELECT w.text FROM player_word_index i JOIN player_word w ON w.id = i.rowid
            WHERE player_word_index MATCH %s ORDER BY i.rank LIMIT %s
        """
        asked = " OR ".join(quote(triple) for triple in sorted(triples))
        return [str(text) for (text,) in rows(sql, asked, MOST_LIKE)]

    def words_beginning(self, beginning: str, limit: int) -> list[str]:
        sql = "SELECT text FROM player_word WHERE text >= %s AND text < %s LIMIT %s"
        return [str(text) for (text,) in rows(sql, beginning, beginning + LAST_LETTER, limit)]

    def starting_with(self, text: str, limit: int) -> list[int]:
        return match_query(f"^ {quote(text)} *", limit)

    def with_words(self, meant: list[list[str]], limit: int) -> list[int]:
        parts = (" OR ".join(f"{quote(word)} *" for word in options) for options in meant)
        return match_query(" AND ".join(f"({part})" for part in parts), limit)


def triggers(like: str) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    return [str(name) for (name,) in rows(sql, like)]


def tables() -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE name IN (%s, %s)"
    return [str(name) for (name,) in rows(sql, "player_track_index", "player_word_index")]


def match_query(expression: str, limit: int) -> list[int]:
    sql = "SELECT rowid FROM player_track_index WHERE player_track_index MATCH %s LIMIT %s"
    return [row for (row,) in rows(sql, expression, limit) if isinstance(row, int)]


def quote(text: str) -> str:
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
