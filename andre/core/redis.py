"""The clients of Redis, and the one loader of Lua."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import (
    LockNotOwnedError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from andre.core.errors import IdReused, NoSuchNest, NotAMember, Refusal

StoreError = RedisError  # What those who look for faults call it.
AWAY = (NoConnection, TimeoutError, OutOfMemoryError, ReadOnlyError)
CANNOT_KEEP = "MISCONF"  # Its disk is full: the client has no type of its own for this.
Reply = list[Any]  # a word first, then strings
Client = Redis  # What those who are handed one call it.
SHARED_LUA = Path(__file__).parent / "lua"
LOOK_AGAIN_SECONDS = 0.05

_async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, "AsyncRedis"] = WeakKeyDictionary()
_handed: ContextVar["Redis | None"] = ContextVar("redis", default=None)


def redis() -> "Redis":
    """The synchronous client: the one handed in by `using`, else this process's own."""
    return _handed.get() or own_redis()


@contextmanager
def using(client: "Redis") -> Iterator[None]:
    """Inside, services and scripts work on this client's server, whichever way it decodes."""
    token = _handed.set(client if decodes(client) else clone_client(client, decode_responses=True))
    try:
        yield
    finally:
        _handed.reset(token)


def decodes(client: "Redis") -> bool:
    return bool(client.connection_pool.connection_kwargs.get("decode_responses"))


def clone_client(client: "Redis", **other: object) -> "Redis":
    """A client of the same server that differs in these options of its connections."""
    pool = client.connection_pool
    options = pool.connection_kwargs | other
    return Redis(connection_pool=type(pool)(connection_class=pool.connection_class, **options))


@cache
def own_redis() -> "Redis":
    """This process's own client; a connection per thread that uses it at once."""
    return RefusingRedis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        retry=Retry(NoBackoff(), 1),
        **settings.REDIS_TIMEOUTS,
    )


@contextmanager
def refusing() -> Iterator[None]:
    """A server that cannot answer is a refusal, which every door knows how to tell."""
    try:
        yield
    except RedisError as error:
        if not is_away(error):
            raise
        raise no_answer() from error


def is_away(error: BaseException) -> bool:
    """Whether it is the server that cannot answer, or keep anything."""
    cannot_keep = isinstance(error, ResponseError) and str(error).startswith(CANNOT_KEEP)
    return cannot_keep or isinstance(error, AWAY)


def no_answer() -> Refusal:
    return Refusal("unavailable", "The nest's memory does not answer. Please try again.")


class RefusingRedis(Redis):
    """Raises Refusal `unavailable` where its server cannot answer."""

    def execute_command(self, *args: object, **options: object) -> Any:  # noqa: ANN401
        with refusing():
            return super().execute_command(*args, **options)

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> "Pipeline":
        return RefusingPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )


class RefusingPipeline(Pipeline):
    def execute(self, raise_on_error: bool = True) -> list[Any]:
        with refusing():
            return list(super().execute(raise_on_error))


@contextmanager
def hold_lock(name: str, seconds: float, wait_seconds: float = 0) -> Iterator[bool]:
    """Whether this lock is ours, after waiting for it; nobody's is for longer than `seconds`."""
    lock = redis().lock(
        name, timeout=seconds, sleep=LOOK_AGAIN_SECONDS, blocking_timeout=wait_seconds
    )
    if not lock.acquire():
        yield False
        return
    try:
        yield True
    finally:
        with suppress(LockNotOwnedError):  # It took longer than that, and may be another's by now.
            lock.release()


def async_redis() -> "AsyncRedis":
    """The asynchronous client of the running loop; two loops never share one."""
    loop = asyncio.get_running_loop()
    if loop not in _async_clients:
        _async_clients[loop] = AsyncRedis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            retry=AsyncRetry(NoBackoff(), 1),
            **settings.REDIS_TIMEOUTS,
        )
    return _async_clients[loop]


def subscriber() -> "AsyncRedis":
    """A client for one long subscription: it may wait for hours, so it has no read timeout."""
    return AsyncRedis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        retry=AsyncRetry(NoBackoff(), 0),
        **settings.REDIS_TIMEOUTS | {"socket_timeout": None, "health_check_interval": 15},
    )


class Names(Protocol):
    """What a script asks its keys of: a key or a family's prefix for each name in its header."""

    def key(self, name: str) -> str | bytes: ...
    def arg(self, name: str) -> object: ...


HEADER_LINE = re.compile(r"^--\s{2,}(needs|keys|prefixes|args)\s{2,}(.+)$")


class Part:
    """One Lua file, read by its header.

    needs     parts put before it, each once
    keys      names of NestKeys; the file sees them as locals
    prefixes  families of keys whose members are learned inside; `song` is seen as `song_prefix`
    args      what the caller hands in; seen as locals, all of them strings
    """

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        self.name = path.stem
        self.body = text
        self.needs, self.keys, self.prefixes, self.args = (
            list(self._header(text, word)) for word in ("needs", "keys", "prefixes", "args")
        )

    @staticmethod
    def _header(text: str, word: str) -> Iterator[str]:
        for line in text.splitlines():
            if not line.startswith("--"):
                return
            found = HEADER_LINE.match(line)
            if found and found[1] == word:
                yield from found[2].split()


class Script:
    """A Lua file with the parts it needs, called with a nest's names."""

    def __init__(self, name: str, parts: Iterable[Part]) -> None:
        self.name = name
        self.parts = list(parts)
        self.own_args = self.parts[-1].args
        self.text = self._assemble()
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def _assemble(self) -> str:
        keys = arguments = 0
        pieces = []
        for part in self.parts:
            key_names = part.keys
            arg_names = [f"{prefix}_prefix" for prefix in part.prefixes] + part.args
            pieces += [
                f"local {name} = KEYS[{keys + place}]" for place, name in enumerate(key_names, 1)
            ]
            pieces += [
                f"local {name} = ARGV[{arguments + place}]"
                for place, name in enumerate(arg_names, 1)
            ]
            keys += len(key_names)
            arguments += len(arg_names)
            pieces.append(part.body)
        return "\n".join(pieces)

    def __call__(self, names: Names, **handed: object) -> Reply:
        """Run it. Raises NoSuchNest; for a command also NotAMember and IdReused."""
        keys, args = self._gather(names, handed)
        match self._run(keys, args):
            case ["gone"]:
                raise NoSuchNest
            case ["not_a_member"]:
                raise NotAMember
            case ["id_reused"]:
                raise IdReused
            case reply:
                return reply

    def queue_on(self, pipe: "Pipeline", names: Names, **handed: object) -> None:
        """Put it on a transaction; whoever executes that has loaded the script (see `load`)."""
        keys, args = self._gather(names, handed)
        pipe.evalsha(self.sha, len(keys), *keys, *args)

    def load(self) -> None:
        redis().script_load(self.text)

    def _run(self, keys: list[str | bytes], args: list[str | bytes]) -> Reply:
        try:
            return cast("Reply", redis().evalsha(self.sha, len(keys), *keys, *args))
        except NoScriptError:
            return cast("Reply", redis().eval(self.text, len(keys), *keys, *args))

    def _gather(
        self, names: Names, handed: dict[str, object]
    ) -> tuple[list[str | bytes], list[str | bytes]]:
        if set(handed) != set(self.own_args):
            raise TypeError(f"{self.name}.lua takes {self.own_args}, not {sorted(handed)}")
        keys: list[str | bytes] = []
        args: list[str | bytes] = []
        for part in self.parts:
            keys += [names.key(name) for name in part.keys]
            args += [names.key(f"{prefix}_prefix") for prefix in part.prefixes]
            args += [
                to_lua_arg(handed[name] if part is self.parts[-1] else names.arg(name))
                for name in part.args
            ]
        return keys, args


class Scripts:
    """The scripts of one folder, by name: `lua.cast_vote(act, song_id=7, direction=1)`."""

    def __init__(self, *folders: Path) -> None:
        self._files = {path.stem: path for folder in folders for path in folder.glob("*.lua")}
        self._scripts: dict[str, Script] = {}

    def __getattr__(self, name: str) -> Script:
        if name not in self._scripts:
            if name not in self._files:
                raise AttributeError(name)
            self._scripts[name] = Script(name, self._with_needs(Part(self._files[name])))
        return self._scripts[name]

    def _with_needs(self, part: Part) -> list[Part]:
        found: dict[str, Part] = {}
        for need in part.needs:
            found |= {each.name: each for each in self._with_needs(Part(self._files[need]))}
        return [*found.values(), part]


def to_lua_arg(value: object) -> str:
    """An argument as Lua sees it: nothing is the empty string, truth is "1"."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)
