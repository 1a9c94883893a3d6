"""Telling a music server what was listened to of its songs, so that its own counts go on."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import structlog

from andre.core.errors import Refusal
from player.providers.base import ProviderError
from player.providers.http import parse_json
from player.providers.music_servers.server import MusicServer

LONG_ENOUGH_MS = 240_000  # Or half of it, as everybody counts who scrobbles.

log = structlog.get_logger(__name__)


def plays_to_tell(
    plays: Iterable[str], servers: Collection[MusicServer]
) -> Iterator[tuple[str, int, str]]:
    """(the server's id of the song, when it began in ms, which server) of what was listened to long
    enough.
    """
    told = [server for server in servers if server.is_told_plays]
    for play in filter(None, map(read_play, plays)) if told else ():
        song = play["song"]
        wanted = min(song["duration_ms"] / 2, LONG_ENOUGH_MS)
        for server in told:
            kind, name = server.parts(song["trackid"]) or ("", "")
            if kind == "track" and play["heard_ms"] >= wanted:
                yield name, play["started_ms"], server.name


def read_play(text: str) -> dict[str, Any] | None:
    """None for one that the history could not write either."""
    play = parse_json(text.encode())
    is_whole = isinstance(play, dict) and {"song", "heard_ms", "started_ms"} <= play.keys()
    return play if is_whole else None


def tell_play(server: MusicServer, name: str, started_ms: int) -> None:
    """Raises ProviderError where asking again may help."""
    try:
        server.tell_play(name, started_ms)
    except ProviderError:
        raise
    except Refusal as refusal:
        log.info("play_not_told", reason=refusal.code)  # The song is gone, and its count with it.
