"""What Redis has of nests and of the server, as lines of JSON.

Types and values rather than DUMP, whose payloads no older server takes, and no other kind than the
one that made them. Sessions, tickets, limits and whatever providers answered are left out: they
last minutes, or are a copy.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from andre.backup.archive import BackupFault
from andre.core.clock import ServerNames
from andre.core.keys import (
    EVERY_NEST_KEY,
    GLOBAL,
    MAIN,
    NEST_ID,
    every_key_of,
    every_server_key,
    nest_of,
)
from andre.core.redis import Client, Scripts, clone_client, redis, using
from nests.lifecycle.key_cleanup import pages

MEMBER = "redis.jsonl"
KEYS_AT_ONCE = 200
WORDS_AT_ONCE = 1000  # even: fields and their values stay together
PATIENCE_SECONDS = 60
WRITTEN_BY = {"string": "SET", "hash": "HSET", "list": "RPUSH", "set": "SADD", "zset": "ZADD"}
STREAM = "stream"

lua = Scripts(Path(__file__).parent / "lua")


@dataclass(frozen=True)
class Key:
    """One key with all that is in it. The end is a moment, so that time goes on in an archive."""

    name: str
    type: str
    ends_at_ms: int | None
    values: list[Any]
    last_id: str = ""


def binary_client() -> "Client":
    """Bytes that are no text come out of it as surrogates; `raw` makes them what they were."""
    return clone_client(redis(), encoding_errors="surrogateescape", socket_timeout=PATIENCE_SECONDS)


# Out of a server


def write_keys(path: Path) -> None:
    """Each nest as of one moment; the registry first, so that it knows of no more nests."""
    with using(binary_client()), path.open("x", encoding="ascii") as file:
        of_server = [key for key in read_keys(every_server_key()) if not is_passing(key.name)]
        nests = (read_keys(every_key_of(nest)) for nest in sorted(nests_in(of_server)))
        for key in chain(of_server, chain.from_iterable(nests)):
            file.write(json.dumps(asdict(key)) + "\n")


def read_keys(pattern: str) -> Iterator[Key]:
    seconds, micros = redis().time()
    now_ms = seconds * 1000 + micros // 1000
    _, *found = lua.read_keys(ServerNames(), pattern=pattern)
    for name, kind, ttl_ms, values, last_id in found:
        ends_at_ms = now_ms + ttl_ms if ttl_ms >= 0 else None
        # ZADD takes a score and its member, and so they are kept.
        ordered = flip_pairs(values) if kind == "zset" else values
        yield Key(name, kind, ends_at_ms, ordered, last_id)


def flip_pairs(values: list[str]) -> list[str]:
    members, scores = values[::2], values[1::2]
    return [word for pair in zip(scores, members, strict=True) for word in pair]


def is_passing(name: str) -> bool:
    """Signs of life of processes, which are others where the archive goes."""
    of_this_moment = (GLOBAL.probe, GLOBAL.library_scan, GLOBAL.library_scan_lock)
    return name in of_this_moment or name.startswith(GLOBAL.alive(""))


def nests_in(of_server: Iterable[Key]) -> set[str]:
    registered = (key.values[::2] for key in of_server if key.name == GLOBAL.registry)
    return {MAIN, *filter(NEST_ID.fullmatch, chain.from_iterable(registered))}


# Into a server


def is_empty() -> bool:
    """Whether there is no nest. Some names of the server are there as soon as a process is."""
    return not redis().exists(GLOBAL.registry) and next(pages(EVERY_NEST_KEY), None) is None


def load_keys(path: Path) -> None:
    """What has ended since stays out. Raises BackupFault before anything is written."""
    for _ in parse_keys(path):
        continue  # All of it is looked at first.
    with using(binary_client()):
        seconds, micros = redis().time()
        now_ms = seconds * 1000 + micros // 1000
        living = (key for key in parse_keys(path) if (key.ends_at_ms or now_ms + 1) > now_ms)
        while batch := list(islice(living, KEYS_AT_ONCE)):
            pipe = redis().pipeline(transaction=False)
            for key in batch:
                write_key(pipe, key)
            pipe.execute()


def parse_keys(path: Path) -> Iterator[Key]:
    """Raises BackupFault for a name that is none of a nest or of the server."""
    with path.open(encoding="ascii") as file:
        for line in file:
            try:
                key = Key(**json.loads(line))
            except (TypeError, ValueError, RecursionError) as error:
                raise BackupFault(f"{MEMBER} of this backup cannot be read.") from error
            is_ours = nest_of(key.name) or key.name.startswith(every_server_key()[:-1])
            if not is_ours or key.type not in (*WRITTEN_BY, STREAM):
                raise BackupFault(f"{MEMBER} of this backup holds what is not of Andre.")
            yield key


def write_key(pipe: Any, key: Key) -> None:  # noqa: ANN401 - redis-py is not typed here.
    name = raw(key.name)
    pipe.delete(name)
    if key.type == STREAM:
        write_stream(pipe, key)
    else:
        for at in range(0, len(key.values), WORDS_AT_ONCE):
            words = map(raw, key.values[at : at + WORDS_AT_ONCE])
            pipe.execute_command(WRITTEN_BY[key.type], name, *words)
    if key.ends_at_ms is not None:
        pipe.pexpireat(name, key.ends_at_ms)


def write_stream(pipe: Any, key: Key) -> None:  # noqa: ANN401
    """With the last id it gave out, below which it takes no other."""
    for entry_id, fields in key.values:
        pipe.execute_command("XADD", raw(key.name), entry_id, *map(raw, fields))
    if key.values:
        pipe.execute_command("XSETID", raw(key.name), key.last_id)


def raw(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def remove_keys() -> None:
    """All that `load_keys` can have written."""
    for pattern in (EVERY_NEST_KEY, every_server_key()):
        for page in pages(pattern):
            redis().unlink(*page)
