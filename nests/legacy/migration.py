"""The keys of an old installation, which knew one queue and no nests, on their way to Main."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, cast

from andre.core import clock
from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.keys import (
    GLOBAL,
    LEGACY_FILTER,
    LEGACY_OF_SONG,
    LEGACY_PLAYING,
    LEGACY_SONG,
    LEGACY_SONG_COUNT,
    LEGACY_VOTES,
    MAIN,
    NestKeys,
    legacy_destination,
    legacy_form,
)
from andre.core.redis import Client, clone_client, redis, using
from nests.legacy.value_forms import READ, as_number
from nests.membership import stored_people
from nests.registry import store
from nests.scripts import lua

KEYS_AT_ONCE = 500

Outcome = Literal["moved", "conflict", "left", "failed", "missing"]
COUNTED_AS: dict[Outcome, str] = {"conflict": "conflicts", "left": "skipped"}
KIND_OF = {name: legacy_form(old).kinds for name, old in LEGACY_PLAYING.items()}
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
            case "filters":
                return raw(NestKeys(MAIN).filters)
            case "clock":
                return raw(NestKeys(MAIN).clock)
            case _:
                raise TypeError(f"a move has no key {name}")

    def arg(self, name: str) -> object:
        if name == "handed_now":
            return clock.frozen_ms()
        raise TypeError(f"a move shares no argument {name}")


def raw(name: str) -> bytes:
    return name.encode(errors="surrogateescape")


class Adoption(CommandContext):
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
    plain = clone_client(client, decode_responses=False)
    summary = Counter(moved=0, skipped=0, conflicts=0, failed=0)
    # Before anything is made: a scan also meets what was made since it began.
    summary["skipped"] = sum(destination is None for _, destination in names(plain))
    if not dry_run:
        with using(client):
            store.get_nest(MAIN)
            reserve_song_ids()
    for moves in pages(plain):
        outcomes = plan(plain, moves) if dry_run else move_keys(plain, moves)
        for move, outcome in zip(moves, outcomes, strict=True):
            record_outcome(summary, told, outcome, move.source, move.destination)
    if dry_run:
        outcomes = foreseen_playing(plain)
    else:
        with using(client):
            outcomes = adopt()
    for old, outcome in zip(LEGACY_PLAYING.values(), outcomes, strict=True):
        record_outcome(summary, told, outcome, old, NestKeys(MAIN).prefix + old)
    return summary


def reserve_song_ids() -> None:
    """A song id is given out once: the nest counts on from where the old queue stopped."""
    song_count = NestKeys(MAIN).song_count
    found = redis().mget(LEGACY_SONG_COUNT, song_count)
    old, new = (int(as_number((each or "").encode()) or 0) for each in found)
    if 0 < new < old:
        redis().incrby(song_count, old)


def record_outcome(summary: Counter[str], told: Told, outcome: Outcome, old: str, new: str) -> None:
    if outcome == "missing":
        return
    summary[COUNTED_AS.get(outcome, outcome)] += 1
    told(outcome, old, new)


def pages(plain: Client) -> Iterator[list[Move]]:
    """What is to be moved, a page at a time; what plays and waits is left for the end."""
    found = (
        Move(source, destination)
        for source, destination in names(plain)
        if destination is not None and source not in LEGACY_PLAYING.values()
    )
    while page := list(islice(found, KEYS_AT_ONCE)):
        yield page


def names(plain: Client) -> Iterator[tuple[str, str | None]]:
    """Every key there is, and where it belongs if it is an old one that moves."""
    for name in plain.scan_iter(count=KEYS_AT_ONCE):
        source = cast("bytes", name).decode(errors="surrogateescape")
        yield source, legacy_destination(source)


def plan(plain: Client, moves: list[Move]) -> list[Outcome]:
    return put_through(plain, moves, dry_run=True)


def move_keys(plain: Client, moves: list[Move]) -> list[Outcome]:
    return put_through(plain, moves, dry_run=False)


def put_through(plain: Client, moves: list[Move], *, dry_run: bool) -> list[Outcome]:
    """What became of each, or would become of it: one script says both."""
    plain.script_load(lua.move_legacy.text)
    pipe = plain.pipeline(transaction=False)
    for move in moves:
        lua.move_legacy.queue_on(
            pipe,
            move,
            of_song=move.song_id is not None,
            is_votes=move.source.startswith(LEGACY_VOTES),
            is_filter=move.source.startswith(LEGACY_FILTER),
            kinds=legacy_form(move.source).kinds,
            needs_value=move.source in READ,
            value=value_of(plain, move),
            dry_run=dry_run,
        )
    return [outcome_of(reply) for reply in pipe.execute(raise_on_error=False)]


def value_of(plain: Client, move: Move) -> str | None:
    """What is written in place of the old value, for the few that are read as something else."""
    read = READ.get(move.source)
    if read is None or plain.type(raw(move.source)) != b"string":
        return None
    return read(plain.get(raw(move.source)) or b"")


def outcome_of(reply: object) -> Outcome:
    if isinstance(reply, Exception):
        return "failed"
    return cast("Outcome", cast("list[bytes]", reply)[0].decode())


def foreseen_playing(plain: Client) -> list[Outcome]:
    """What `adopted` would do, by the rules of its script."""
    prefix = NestKeys(MAIN).prefix
    is_there = {each: bool(plain.exists(prefix + each)) for each in LEGACY_PLAYING.values()}
    now_playing = LEGACY_PLAYING["now_playing"]
    has_own_song = plain.exists(now_playing) and is_there[now_playing]
    found: list[Outcome] = []
    for name, old in LEGACY_PLAYING.items():
        kind = plain.type(old).decode()
        is_taken = has_own_song and name in ("now_playing_done", "paused")
        if kind == "none":
            found.append("missing")
        elif is_there[old] or is_taken:
            found.append("conflict")
        else:
            found.append("moved" if kind in KIND_OF[name] else "left")
    return found


def adopt() -> list[Outcome]:
    """What plays and what waits comes over in one step, and the player goes on from there."""
    what, *outcomes = lua.adopt_legacy(
        Adoption(MAIN),
        generation=secrets.token_hex(8),
        vote_worth=conf().vote_worth,
        vote_cap=conf().vote_cap,
    )
    if what == "adopted":
        stored_people.upgrade(CommandContext(MAIN))
        redis().zadd(GLOBAL.deadlines, {MAIN: clock.now_ms()})  # The next tick looks.
    return cast("list[Outcome]", outcomes)
