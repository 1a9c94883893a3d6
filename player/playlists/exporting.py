"""A playlist to take along, in the formats that evenings are exported in, too."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from andre.core.errors import Refusal
from player.history.exports import Named, csv_line, harmless, jspf, m3u8, xspf

COLUMNS = ("title", "artist", "album", "uri", "seconds")


class Format(NamedTuple):
    content_type: str
    write: Callable[[str, Iterable[Named]], Iterator[str]]


def export_playlist(kind: str, name: str, entries: Iterable[Named]) -> tuple[str, bytes]:
    """Its content type and its bytes. Raises Refusal for an unknown kind."""
    if kind not in FORMATS:
        raise Refusal("validation_error", f"format: one of {', '.join(FORMATS)} is needed.")
    text = "".join(FORMATS[kind].write(name, entries))
    return FORMATS[kind].content_type, text.encode(errors="replace")


def csv_of_entries(_: str, entries: Iterable[Named]) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for entry in entries:
        names = map(harmless, (entry.title, entry.artist, entry.album, entry.uri))
        yield csv_line([*names, entry.duration_ms / 1000])


FORMATS = {
    "m3u8": Format("application/vnd.apple.mpegurl", m3u8),
    "xspf": Format("application/xspf+xml", xspf),
    "jspf": Format("application/jspf+json", jspf),
    "csv": Format("text/csv", csv_of_entries),
}
