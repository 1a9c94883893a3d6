"""An evening to take home: what played in a nest, in the formats players read."""

import csv
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from typing import NamedTuple, Protocol
from xml.sax.saxutils import escape

from django.db.models import Q

from andre.accounts.display_names import names_of
from andre.core.errors import Refusal
from andre.core.executors import BoundedPool, free_request_thread
from player.models import Play

XSPF = "http://xspf.org/ns/0/"
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
COLUMNS = (
    "started", "title", "artist", "album", "uri", "seconds", "heard_seconds", "added_by", "outcome",
    "votes", "jams",
)  # fmt: skip


PLAYS_AT_ONCE = 500
# However many take an evening home, commands have threads of their own and memory is flat.
EXPORTERS = 2
_exporters = BoundedPool("export", EXPORTERS)

# What a spreadsheet takes for a formula: at the beginning of a cell, or behind whatever its
# language or its settings take for the end of one (OWASP, CSV injection).
FORMULA = re.compile(r"(^|[;,|\t\r\n])(\s*)(?=[=+\-@＝＋－＠])")
NOT_FIRST = ("\t", "\r", "\n")


class Named(Protocol):
    """A song as players' formats tell it: a play, or an entry of a playlist.

    Without a uri nothing here is this song; it still has its names.
    """

    uri: str
    title: str
    artist: str
    album: str
    duration_ms: int


class Format(NamedTuple):
    content_type: str
    write: Callable[[str, Iterable[Play]], Iterator[str]]


def format_of(kind: str) -> Format:
    """Raises Refusal for an unknown kind."""
    if kind not in FORMATS:
        raise Refusal("validation_error", f"format: one of {', '.join(FORMATS)} is needed.")
    return FORMATS[kind]


async def stream(kind: str, title: str, nest: str) -> AsyncIterator[bytes]:
    """What played in this nest, oldest first. Memory holds one page of it, however long it is."""
    await free_request_thread()
    texts = format_of(kind).write(title, plays_of(nest))
    while piece := await _exporters.run(next_piece, texts):
        yield piece


def next_piece(texts: Iterator[str]) -> bytes:
    """The text of about one page of plays; empty at the end."""
    return "".join(islice(texts, PLAYS_AT_ONCE)).encode(errors="replace")


def plays_of(nest: str) -> Iterator[Play]:
    """Page by page, from where the last one ended: a cursor would hold a connection all along."""
    plays = Play.objects.filter(nest_id=nest).order_by("started_ms", "pk")
    plays = plays.defer("comments", "airhorns")
    page = list(plays[:PLAYS_AT_ONCE])
    while page:
        yield from page
        last = page[-1]
        is_later = Q(started_ms__gt=last.started_ms) | Q(started_ms=last.started_ms, pk__gt=last.pk)
        # The first condition says nothing new, but it is one that an index can go by.
        page = list(plays.filter(is_later, started_ms__gte=last.started_ms)[:PLAYS_AT_ONCE])


def m3u8(title: str, plays: Iterable[Named]) -> Iterator[str]:
    yield f"#EXTM3U\n#PLAYLIST:{one_line(title)}\n"
    for play in plays:
        named = " - ".join(filter(None, (one_line(play.artist), one_line(play.title))))
        # Every song needs a line that is no comment, or who reads it takes it for none.
        yield f"#EXTINF:{play.duration_ms // 1000},{named}\n{play.uri or named.lstrip('#')}\n"


def xspf(title: str, plays: Iterable[Named]) -> Iterator[str]:
    """XML Shareable Playlist Format, version 1."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<playlist xmlns="{XSPF}" version="1">'
    yield element("title", title) + "<trackList>"
    for play in plays:
        yield "".join(
            ["<track>", *(element(*pair) for pair in play_fields(play).items()), "</track>"]
        )
    yield "</trackList></playlist>\n"


def jspf(title: str, plays: Iterable[Named]) -> Iterator[str]:
    """The same in JSON, as ListenBrainz reads it."""
    yield '{"playlist": {"title": ' + json.dumps(title, ensure_ascii=False) + ', "track": ['
    comma = ""
    for play in plays:
        track = {**play_fields(play), "location": [play.uri] if play.uri else []}
        yield comma + json.dumps(track, ensure_ascii=False)
        comma = ", "
    yield "]}}"


def as_csv(_: str, plays: Iterable[Play]) -> Iterator[str]:
    yield csv_line(COLUMNS)
    names = {"": ""}
    for play in plays:
        if play.user not in names:
            names |= names_of([play.user])
        yield csv_line(
            [
                datetime.fromtimestamp(play.started_ms / 1000, UTC).isoformat(timespec="seconds"),
                *map(harmless, (play.title, play.artist, play.album, play.uri)),
                play.duration_ms / 1000,
                play.heard_ms / 1000,
                harmless(names[play.user]),
                play.outcome,
                play.votes,
                len(play.jams),
            ]
        )


def csv_line(cells: Iterable[object]) -> str:
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def play_fields(play: Named) -> dict[str, str | int]:
    return {
        **({"location": play.uri} if play.uri else {}),
        "title": play.title,
        "creator": play.artist,
        "album": play.album,
        "duration": play.duration_ms,
    }


def element(name: str, value: object) -> str:
    return f"<{name}>{escape(xml_text(str(value)))}</{name}>"


def xml_text(text: str) -> str:
    """Without the characters that XML cannot say at all."""
    return NOT_XML.sub("", text)


def one_line(text: str) -> str:
    return " ".join(text.split())


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs, whichever sign it takes for the end of one."""
    shown = FORMULA.sub(r"\1\2'", text)
    return f"'{shown}" if shown.startswith(NOT_FIRST) else shown


FORMATS = {
    "m3u8": Format("application/vnd.apple.mpegurl", m3u8),
    "xspf": Format("application/xspf+xml", xspf),
    "jspf": Format("application/jspf+json", jspf),
    "csv": Format("text/csv", as_csv),
}
