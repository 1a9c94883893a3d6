"""What somebody pasted: links and URIs of songs, albums, artists, playlists, one or many lines.

Nothing pasted is ever fetched: a provider knows its own patterns, takes the id and asks for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from andre.core.errors import Refusal
from andre.core.text import clean_text
from andre.protocol.shapes import Track
from player import providers
from player.discovery.expand import expand_all

MOST_LINES = 100
MOST_TRACKS = 200  # As many as one command adds.
LONGEST_SHOWN = 120
ELSEWHERE = "This nest plays from another catalogue."
UNREAD = "No song, album, artist or playlist of ours is at this address."


@dataclass
class Pasted:
    """`unread` are lines nobody here knows what to make of, with the reason."""

    tracks: list[Track] = field(default_factory=list)
    unread: list[dict[str, str]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        return {"tracks": [track.model_dump() for track in self.tracks], "unread": self.unread}

    def does_not_know(self, text: str, why: str) -> None:
        self.unread.append({"text": text[:LONGEST_SHOWN], "message": why})


def is_pasted(text: str) -> bool:
    """Whether every word of it is an address, so that it is no search."""
    words = text.split()
    return bool(words) and all(parse_pasted(word) for word in words)


def understood(text: str, catalogue: str | None, listener: str) -> Pasted:
    """As the listener may open it. Raises Refusal for more lines than anybody pastes."""
    pasted = Pasted()
    pieces = list(dict.fromkeys(split_pasted(text)))
    if len(pieces) > MOST_LINES:
        raise Refusal("validation_error", f"At most {MOST_LINES} lines at once, please.")
    named = [(piece, uri) for piece in pieces if (uri := uri_of_piece(piece, catalogue, pasted))]
    opened = expand_all([uri for _, uri in named], listener)
    for (piece, _), found in zip(named, opened, strict=True):
        if isinstance(found, Refusal):
            pasted.does_not_know(piece, found.message)
        else:
            pasted.tracks += found
    seen: dict[str, Track] = {track.uri: track for track in pasted.tracks}
    pasted.tracks = list(seen.values())[:MOST_TRACKS]
    return pasted


def split_pasted(text: str) -> Iterator[str]:
    """Lines; one that is nothing but addresses counts as so many."""
    for line in filter(None, map(clean_text, text.splitlines())):
        if is_pasted(line):
            yield from line.split()
        else:
            yield line


def uri_of_piece(piece: str, catalogue: str | None, pasted: Pasted) -> str | None:
    """Its URI, if songs of that provider may be queued in such a nest."""
    uri = parse_pasted(piece)
    if uri is None:
        pasted.does_not_know(piece, UNREAD)
    elif providers.provider_of(uri) not in providers.providers_of_catalogue(catalogue):
        pasted.does_not_know(piece, ELSEWHERE)
        return None
    return uri


def parse_pasted(piece: str) -> str | None:
    found = (provider.read(piece) for provider in providers.configured_providers())
    return next(filter(None, found), None)
