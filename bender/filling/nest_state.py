"""What Bender sees of a nest, and the frozen context he chooses by."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from bender.filling import listener_tastes
from bender.filling.play_history import PlayHistory
from bender.scripts import lua
from bender.selection import strategies
from bender.selection.context import Context
from nests.registry import records, seeds
from nests.registry.records import Nest
from player import providers
from player.catalogues import CATALOGUES
from player.library.text_folding import fold
from player.providers.base import Catalogue

PLAYS_SEEN = (
    60  # About three hours: the longest an artist could be made to rest, and the hour served.
)
MINUTE_MS = 60_000
EPISODE = ":episode:"

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
    seed_info: Mapping[str, str]
    last_queued: str
    last_bender: str
    streak_ms: int | None
    wanted: int

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


def read(nest: Nest) -> NestState:
    """Raises NoSuchNest."""
    (
        _, now, playback, song, queue, plays, recent, filters, members, faces, preview, seed_info,
        last_queued, last_bender, streak, life, wanted,
    ) = lua.look(CommandContext(nest.nest_id), plays_seen=PLAYS_SEEN)  # fmt: skip
    return NestState(
        nest=replace(nest, **records.settings_in(dict(pairs(life)))),
        now_ms=int(now),
        playback=json.loads(playback),
        song=json.loads(song),
        queue=json.loads(queue),
        plays=[json.loads(play) for play in plays],
        recent={uri: int(float(ms)) for uri, ms in pairs(recent)},
        filters=dict(pairs(filters)),
        names=dict(zip(members, map(name_in, faces), strict=True)),
        preview=dict(pairs(preview)),
        seed_info=dict(pairs(seed_info)),
        last_queued=last_queued,
        last_bender=last_bender,
        streak_ms=int(float(streak)) if streak else None,
        wanted=int(wanted),
    )


def pairs(flat: list[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one, other in zip(flat[::2], flat[1::2], strict=True))


def name_in(face: str) -> str:
    name: str = json.loads(face)["name"]
    return name


def context_of(room: NestState, rng: Random, *, allows_explicit: bool = True) -> Context:
    nest = room.nest
    catalogue = catalogue_of(nest)
    seed, seed_by = seed_of(room, catalogue)
    here = [*room.queue, *([room.song] if room.song else [])]
    return Context(
        nest=nest.nest_id,
        is_main=nest.is_main,
        catalogue=catalogue,
        now_ms=room.now_ms,
        waits_ms=room.waits_ms,
        rng=rng,
        weights=strategies.weights(nest.bender_weights),
        history=PlayHistory(),
        seed=seed,
        seed_by=seed_by,
        hint=(nest.genre_hint or "").strip().lower() or None,
        queued=frozenset(row["trackid"] for row in here),
        recent=room.recent,
        filtered=dict(in_force(room)),
        heard=last_heard_by_artist(room),
        lineup=tuple(fold(row["artist"]) for row in reversed(room.rows)),
        listeners=listener_tastes.listeners(nest.nest_id, room.names, room.plays, room.now_ms),
        allows_explicit=allows_explicit,
        is_smart=conf().smart_bender,
        no_repeat_ms=conf().no_repeat_minutes * MINUTE_MS,
        artist_gap=conf().artist_gap,
        artist_gap_ms=conf().artist_gap_minutes * MINUTE_MS,
    )


def catalogue_of(nest: Nest) -> Catalogue:
    return CATALOGUES[nest.plays_from]


def in_force(room: NestState) -> Iterator[tuple[str, str]]:
    for uri, text in room.filters.items():
        why, _, until = text.rpartition(":")
        if float(until) > room.now_ms:
            yield uri, why


def last_heard_by_artist(room: NestState) -> dict[str, int]:
    """When each artist was heard last; who waits or plays is heard now."""
    found = {fold(play["song"]["artist"]): play["ended_ms"] for play in reversed(room.plays)}
    here = [*room.queue, *([room.song] if room.song else [])]
    return found | {fold(row["artist"]): room.now_ms for row in here}


def seed_of(room: NestState, catalogue: Catalogue) -> tuple[Track | None, str]:
    """The first that applies, and whose it is: a person's last, Bender's last, what plays, the
    nest's own. Episodes of podcasts never are.
    """
    playing = room.song["trackid"] if room.song else ""
    uris = (room.last_queued, room.last_bender, playing, room.nest.seed_uri or "")
    for uri in uris:
        if not uri or EPISODE in uri:
            continue
        row = next((row for row in room.rows if row["trackid"] == uri), None)
        if row is not None:
            return track_of(row), "" if row["auto"] else row["user_name"]
        if track := lookup_known(uri):
            return track, ""
    return None, ""


def track_of(row: Row) -> Track:
    return Track(
        uri=row["trackid"],
        provider=row["src"],
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        duration_ms=row["duration_ms"],
        image=row["img"],
        explicit=row["explicit"],
    )


def lookup_known(uri: str) -> Track | None:
    """From the names of themed nests, where no catalogue has to be asked; else from its own."""
    for themed in seeds.THEMES.values():
        if themed.seed_uri == uri:
            return Track(
                uri=uri,
                provider=uri.partition(":")[0],
                title=themed.seed_title,
                artist=themed.seed_artist,
                album="",
                duration_ms=0,
                image="",
            )
    try:
        return providers.lookup(uri)
    except Refusal:
        return None
