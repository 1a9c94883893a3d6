"""The keys of an old installation, which knew one queue and no nests, on their way to Main."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, cast

from andre import clock
from andre.act import Act
from andre.conf import conf
from andre.keys import (
    GLOBAL,
    LEGACY_OF_SONG,
    LEGACY_PLAYING,
    LEGACY_SONG,
    LEGACY_SONG_COUNT,
    LEGACY_VOTES,
    MAIN,
    NestKeys,
    legacy_destination,
)
from andre.redis import Client, redis, sibling, using
from nests.lua import lua
from nests.services import rooms

KEYS_AT_ONCE = 500

Outcome = Literal["moved", "conflict", "failed", "missing"]
Told = Callable[[Outcome, str, str], None]


@dataclass(frozen=True)
class Move:
    """One key, old name and new; bytes in them that are no text are kept as surrogates."""

    source: str
    destination: str

    @property
    def song_id(self) -> str | None:
        found = LEGACY_OF_SONG.fullmatch(self.source)
        return found[1] if found else None

    def key(self, name: str) -> bytes:
        match name:
            case "old_song" if self.song_id:
                return raw(f"{LEGACY_SONG}{self.song_id}")
            case "new_song" if self.song_id:
                return raw(f"{NestKeys(MAIN).song_prefix}{self.song_id}")
            case "source" | "old_song":
                return raw(self.source)
            case "destination" | "new_song":
                return raw(self.destination)
            case _:
                raise TypeError(f"a move has no key {name}")

    def arg(self, name: str) -> object:
        raise TypeError(f"a move shares no argument {name}")


def raw(name: str) -> bytes:
    return name.encode(errors="surrogateescape")


class Adoption(Act):
    """The Main Nest's names, and the old ones of what plays and waits."""

    def key(self, name: str) -> str:
        if name == "old_song_prefix":
            return LEGACY_SONG
        if name.startswith("old_"):
            return LEGACY_PLAYING[name.removeprefix("old_")]
        return super().key(name)


def migrate(client: Client, told: Told, *, dry_run: bool = False) -> Counter[str]:
    """Move every old key to the Main Nest; how many were `moved`, `skipped`, …

    Each key moves in one step, so that stopping anywhere and running again completes it.
    `told` hears of every key: what became of it, its old name and its new one.
    """
    plain = sibling(client, decode_responses=False)
    summary = Counter(moved=0, skipped=0, conflicts=0, failed=0)
    if not dry_run:
        with using(client):
            rooms.get_nest(MAIN)
            reserve_song_ids()
    for moves in pages(plain, summary):
        outcomes = foreseen(plain, moves) if dry_run else moved(plain, moves)
        for move, outcome in zip(moves, outcomes, strict=True):
            note(summary, told, outcome, move.source, move.destination)
    if dry_run:
        playing = [Move(old, NestKeys(MAIN).prefix + old) for old in LEGACY_PLAYING.values()]
        outcomes = foreseen(plain, playing)
    else:
        with using(client):
            outcomes = adopted()
    for old, outcome in zip(LEGACY_PLAYING.values(), outcomes, strict=True):
        note(summary, told, outcome, old, NestKeys(MAIN).prefix + old)
    return summary


def reserve_song_ids() -> None:
    """A song id is given out once: the nest counts on from where the old queue stopped."""
    song_count = NestKeys(MAIN).song_count
    old, new = (int(each or 0) for each in redis().mget(LEGACY_SONG_COUNT, song_count))
    if 0 < new < old:
        redis().incrby(song_count, old)


def note(summary: Counter[str], told: Told, outcome: Outcome, old: str, new: str) -> None:
    if outcome == "missing":
        return
    summary["conflicts" if outcome == "conflict" else outcome] += 1
    told(outcome, old, new)


def pages(plain: Client, summary: Counter[str]) -> Iterator[list[Move]]:
    """What is to be moved, a page at a time; what plays and waits is left for the end."""
    found = moves_in(plain, summary)
    while page := list(islice(found, KEYS_AT_ONCE)):
        yield page


def moves_in(plain: Client, summary: Counter[str]) -> Iterator[Move]:
    for raw in plain.scan_iter(count=KEYS_AT_ONCE):
        source = cast("bytes", raw).decode(errors="surrogateescape")
        destination = legacy_destination(source)
        if destination is None:
            summary["skipped"] += 1
        elif source not in LEGACY_PLAYING.values():
            yield Move(source, destination)


def foreseen(plain: Client, moves: list[Move]) -> list[Outcome]:
    pipe = plain.pipeline(transaction=False)
    for move in moves:
        pipe.exists(raw(move.source))
        pipe.exists(raw(move.destination))
    found = pipe.execute()
    return [
        "missing" if not here else "conflict" if there else "moved"
        for here, there in zip(found[0::2], found[1::2], strict=True)
    ]


def moved(plain: Client, moves: list[Move]) -> list[Outcome]:
    plain.script_load(lua.move_legacy.text)
    pipe = plain.pipeline(transaction=False)
    for move in moves:
        lua.move_legacy.queue_on(
            pipe,
            move,
            of_song=move.song_id is not None,
            is_votes=move.source.startswith(LEGACY_VOTES),
        )
    return [outcome_of(reply) for reply in pipe.execute(raise_on_error=False)]


def outcome_of(reply: object) -> Outcome:
    if isinstance(reply, Exception):
        return "failed"
    return cast("Outcome", cast("list[bytes]", reply)[0].decode())


def adopted() -> list[Outcome]:
    """What plays and what waits comes over in one step, and the player goes on from there."""
    what, *outcomes = lua.adopt_legacy(
        Adoption(MAIN),
        generation=secrets.token_hex(8),
        vote_worth=conf().vote_worth,
        vote_cap=conf().vote_cap,
    )
    if what == "adopted":
        redis().zadd(GLOBAL.deadlines, {MAIN: clock.now_ms()})  # The next tick looks.
    return cast("list[Outcome]", outcomes)
