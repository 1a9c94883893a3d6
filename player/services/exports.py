"""An evening to take home: what played in a nest, in the formats players read."""

import csv
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import StringIO
from typing import NamedTuple
from xml.etree import ElementTree

from andre.errors import Refusal
from player.models import Play

XSPF = "http://xspf.org/ns/0/"
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
COLUMNS = (
    "started", "title", "artist", "album", "uri", "seconds", "heard_seconds", "added_by", "outcome",
    "votes", "jams",
)  # fmt: skip


class Format(NamedTuple):
    content_type: str
    write: Callable[[str, list[Play]], str]


def exported(kind: str, title: str, plays: Iterable[Play]) -> tuple[str, str]:
    """(content type, text) of `plays`, in their order. Raises Refusal for an unknown kind."""
    if kind not in FORMATS:
        raise Refusal("validation_error", f"format: one of {', '.join(FORMATS)} is needed.")
    found = FORMATS[kind]
    return found.content_type, found.write(title, list(plays))


def m3u8(title: str, plays: list[Play]) -> str:
    lines = ["#EXTM3U", f"#PLAYLIST:{one_line(title)}"]
    for play in plays:
        lines.append(
            f"#EXTINF:{play.duration_ms // 1000},{one_line(play.artist)} - {one_line(play.title)}"
        )
        lines.append(play.uri)
    return "\n".join(lines) + "\n"


def xspf(title: str, plays: list[Play]) -> str:
    """XML Shareable Playlist Format, version 1."""
    ElementTree.register_namespace("", XSPF)
    playlist = ElementTree.Element(f"{{{XSPF}}}playlist", version="1")
    child(playlist, "title", title)
    tracks = ElementTree.SubElement(playlist, f"{{{XSPF}}}trackList")
    for play in plays:
        track = ElementTree.SubElement(tracks, f"{{{XSPF}}}track")
        for name, text in described(play).items():
            child(track, name, str(text))
    return ElementTree.tostring(playlist, encoding="unicode", xml_declaration=True)


def jspf(title: str, plays: list[Play]) -> str:
    """The same in JSON, as ListenBrainz reads it."""
    tracks = [{**described(play), "location": [play.uri]} for play in plays]
    return json.dumps({"playlist": {"title": title, "track": tracks}}, ensure_ascii=False)


def as_csv(_: str, plays: list[Play]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for play in plays:
        writer.writerow(
            [
                datetime.fromtimestamp(play.started_ms / 1000, UTC).isoformat(timespec="seconds"),
                *map(harmless, (play.title, play.artist, play.album, play.uri)),
                play.duration_ms / 1000,
                play.heard_ms / 1000,
                harmless(play.user),
                play.outcome,
                play.votes,
                len(play.jams),
            ]
        )
    return text.getvalue()


def described(play: Play) -> dict[str, str | int]:
    return {
        "location": play.uri,
        "title": play.title,
        "creator": play.artist,
        "album": play.album,
        "duration": play.duration_ms,
    }


def child(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{XSPF}}}{name}").text = xml_text(text)


def xml_text(text: str) -> str:
    """Without the characters that XML cannot say at all."""
    return NOT_XML.sub("", text)


def one_line(text: str) -> str:
    return " ".join(text.split())


def harmless(text: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for one (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


FORMATS = {
    "m3u8": Format("application/vnd.apple.mpegurl", m3u8),
    "xspf": Format("application/xspf+xml", xspf),
    "jspf": Format("application/jspf+json", jspf),
    "csv": Format("text/csv", as_csv),
}
