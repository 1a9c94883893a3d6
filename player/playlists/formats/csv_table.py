"""CSV: a first line that names the columns, as this server, Exportify and most others write it."""

import csv
import re
from collections.abc import Mapping
from io import StringIO

from player.playlists.formats.base import ListedPlaylist, ListedSong, decode_text, to_ms, unreadable

# What a column is called, in small letters without signs, by what it means.
COLUMNS = {
    "title": ("title", "trackname", "track", "song", "songname", "name"),
    "artist": ("artist", "artistnames", "artistname", "artists", "creator"),
    "album": ("album", "albumname", "release"),
    "location": ("uri", "trackuri", "spotifyuri", "location", "url", "path", "file"),
    "isrc": ("isrc",),
    "ms": ("durationms", "trackdurationms", "lengthms"),
    "seconds": ("seconds", "durationseconds", "durations"),
}
SEPARATORS = ",;\t"
SIGNS = re.compile(r"[^a-z0-9]+")
# Exports guard what a spreadsheet would take for a formula; brought back, it is the name again.
GUARDED = re.compile(r"^'(?=\s*[=+\-@＝＋－＠])")


def read_csv(content: bytes) -> ListedPlaylist:
    """Raises Refusal `unreadable_playlist`."""
    text = decode_text(content)
    first_line = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first_line.count)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise unreadable("This is no CSV that can be read.") from error
    places = find_columns(rows[0] if rows else [])
    if "title" not in places and "location" not in places:
        raise unreadable("The first line has to name the columns: title and artist, or uri.")
    return ListedPlaylist("", [read_row(row, places) for row in rows[1:] if any(row)])


def find_columns(names: list[str]) -> dict[str, int]:
    spelled = [SIGNS.sub("", name.lower()) for name in names]
    found = {}
    for meaning, titles in COLUMNS.items():
        places = [spelled.index(title) for title in titles if title in spelled]
        if places:
            found[meaning] = places[0]
    return found


def read_row(row: list[str], places: Mapping[str, int]) -> ListedSong:
    def cell(meaning: str) -> str:
        at = places.get(meaning)
        return GUARDED.sub("", row[at]).strip() if at is not None and at < len(row) else ""

    return ListedSong(
        title=cell("title"),
        artist=cell("artist"),
        album=cell("album"),
        duration_ms=to_ms(cell("ms")) or to_ms(cell("seconds"), 1_000),
        isrc=cell("isrc").upper(),
        locations=(cell("location"),) if cell("location") else (),
    )
