"""A nest's timeline, rebuilt from nothing but its event log."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from andre.core.keys import NestKeys
from andre.core.redis import redis

Event = dict[str, Any]


def read_timeline(nest: str) -> dict[str, Any]:
    """What played, in its order, as far back as the log goes; the same log, the same hash."""
    entries = redis().xrange(NestKeys(nest).events)
    events = [json.loads(fields["event"]) for _, fields in entries]
    songs = order_songs(events)
    return {
        "nest_id": nest,
        "order_hash": order_hash(songs),
        "first_rev": events[0]["rev"] if events else None,
        "last_rev": events[-1]["rev"] if events else None,
        "songs": songs,
    }


def order_songs(events: Iterable[Event]) -> list[Event]:
    """A song for each start; its end is told by who finished it, or by the next start."""
    songs: list[Event] = []
    for event in events:
        match event["type"]:
            case "song_started":
                songs.append(row_of_start(event))
            case "song_finished" | "song_failed":
                note_end(songs, event)
    return songs


def row_of_start(event: Event) -> Event:
    song = event["song"]
    return {
        "song_id": song["song_id"],
        "uri": song["trackid"],
        "title": song["title"],
        "artist": song["artist"],
        "started_ms": event["ts"],
        "ended_ms": None,
        "outcome": None,
    }


def note_end(songs: list[Event], event: Event) -> None:
    """A song may fail without ever having played."""
    for song in reversed(songs):
        if song["song_id"] == event["song_id"] and song["outcome"] is None:
            song["outcome"] = event.get("outcome", "failed")
            song["ended_ms"] = event["ts"]
            return


def order_hash(songs: Iterable[Event]) -> str:
    """64 hex digits, of which songs played in which order."""
    order = [[song["song_id"], song["uri"]] for song in songs]
    return sha256(json.dumps(order, separators=(",", ":")).encode()).hexdigest()
