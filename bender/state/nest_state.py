"""What Bender sees of a nest, read in one step."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from andre.core.context import CommandContext
from bender.scripts import lua
from nests.registry import records
from nests.registry.records import Nest

# About three hours: the longest an artist could be made to rest, and the hour served.
PLAYS_SEEN = 60

Row = dict[str, Any]


@dataclass(frozen=True)
class NestState:
    """A nest in one step; rows are as on the wire, plays the latest first.

    `wanted` is how many songs he keeps queued here, 0 where he has no say.
    """

    nest: Nest
    now_ms: int
    playback: Row
    song: Row | None
    queue: list[Row]
    plays: list[Row]
    recent: Mapping[str, int]
    filters: Mapping[str, str]
    names: Mapping[str, str]
    preview: Mapping[str, str]
    last_queued: str
    last_bender: str
    streak_ms: int | None
    wanted: int

    @property
    def coming(self) -> list[Row]:
        """Of what waits and plays."""
        return [*self.queue, *([self.song] if self.song else [])]

    @property
    def rows(self) -> list[Row]:
        """Of what waits, plays and played, the latest first."""
        songs = [*reversed(self.queue), *([self.song] if self.song else [])]
        return [*songs, *(play["song"] for play in self.plays)]

    @property
    def waits_ms(self) -> int:
        """Until everything that plays and waits is over."""
        left = self.playback["duration_ms"] - self.playback["position_ms"] if self.song else 0
        return int(left + sum(row["duration_ms"] for row in self.queue))

    def after_queueing(self, playback: str, song: str, queue: str) -> "NestState":
        """With his preview in the queue; texts as the script gives them, JSON."""
        moved = json.loads(playback)
        return replace(
            self,
            now_ms=moved["server_ms"],
            playback=moved,
            song=json.loads(song),
            queue=json.loads(queue),
            last_bender=self.preview["track"],
            preview={},
        )


def read_nest_state(nest: Nest) -> NestState:
    """Raises NoSuchNest."""
    (
        _, now, playback, song, queue, plays, recent, filters, members, faces, preview,
        last_queued, last_bender, streak, life, wanted,
    ) = lua.read_bender_state(CommandContext(nest.nest_id), plays_seen=PLAYS_SEEN)  # fmt: skip
    return NestState(
        nest=replace(nest, settings=records.settings_in(dict(unflatten(life)))),
        now_ms=int(now),
        playback=json.loads(playback),
        song=json.loads(song),
        queue=json.loads(queue),
        plays=[json.loads(play) for play in plays],
        recent={uri: int(float(ms)) for uri, ms in unflatten(recent)},
        filters=dict(unflatten(filters)),
        names=dict(zip(members, map(name_in, faces), strict=True)),
        preview=dict(unflatten(preview)),
        last_queued=last_queued,
        last_bender=last_bender,
        streak_ms=int(float(streak)) if streak else None,
        wanted=int(wanted),
    )


def unflatten(flat: list[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one, other in zip(flat[::2], flat[1::2], strict=True))


def name_in(face: str) -> str:
    name: str = json.loads(face)["name"]
    return name
