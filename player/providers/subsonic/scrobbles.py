"""Telling the music server what was listened to of its songs, so that its own counts go on."""

from collections.abc import Iterable, Iterator
from typing import Any

import structlog

from andre.core.conf import conf
from andre.core.errors import Refusal
from player.providers.base import ProviderError
from player.providers.http import parse_json
from player.providers.subsonic import client, links

LONG_ENOUGH_MS = 240_000  # Or half of it, as everybody counts who scrobbles.

log = structlog.get_logger(__name__)


def plays_to_tell(plays: Iterable[str]) -> Iterator[tuple[str, int]]:
    """(the server's id of the song, when it began in ms) of what was listened to long enough."""
    if not (conf().has_music_server and conf().subsonic_scrobble):
        return
    for play in filter(None, map(read_play, plays)):
        song = play["song"]
        kind, name = links.parts(song["trackid"]) or ("", "")
        wanted = min(song["duration_ms"] / 2, LONG_ENOUGH_MS)
        if kind == "track" and play["heard_ms"] >= wanted:
            yield name, play["started_ms"]


def read_play(text: str) -> dict[str, Any] | None:
    """None for one that the history could not write either."""
    play = parse_json(text.encode())
    is_whole = isinstance(play, dict) and {"song", "heard_ms", "started_ms"} <= play.keys()
    return play if is_whole else None


def tell_play(name: str, started_ms: int) -> None:
    """Raises ProviderError where asking again may help."""
    try:
        client.ask("scrobble", id=name, time=started_ms, submission="true")
    except ProviderError:
        raise
    except Refusal as refusal:
        log.info("play_not_told", reason=refusal.code)  # The song is gone, and its count with it.
