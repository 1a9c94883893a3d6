"""The one loader of Lua: a script is assembled from the parts its header names."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from redis.client import Pipeline
from redis.exceptions import NoScriptError

from andre.core.errors import DjOnly, IdReused, NoSuchNest, NotAMember
from andre.core.redis.client import redis
from andre.telemetry.metrics import redis_seconds

Reply = list[Any]  # a word first, then strings
OUTDATED = ["outdated"]  # What a script says of a nest that an older version of Andre has stored.
SHARED_LUA = Path(__file__).parents[1] / "lua"


class Names(Protocol):
    """What a script asks its keys of: a key or a family's prefix for each name in its header."""

    def key(self, name: str) -> str | bytes: ...
    def arg(self, name: str) -> object: ...


class NestUpgrade:
    """What brings a nest's stored data up to date; nests/apps.py hands it down at start."""

    def __init__(self) -> None:
        self.run: Callable[[Names], None] = refuse_outdated


def refuse_outdated(_: Names) -> None:
    raise TypeError("a nest is outdated, and nobody has handed down how to upgrade it")


nest_upgrade = NestUpgrade()
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
    """A Lua file with the parts it needs, called with a nest's names.

    A name that several headers ask for is handed in once. What only the file's own header asks for
    under `args` comes from the caller, everything else from `Names`.
    """

    def __init__(self, name: str, parts: Iterable[Part]) -> None:
        self.name = name
        self.parts = list(parts)
        self.keys: list[str] = []
        self.args: list[str] = []
        self.prefixes: set[str] = set()
        self.own_args: list[str] = []
        self.text = self._assemble()
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def _assemble(self) -> str:
        pieces: list[str] = []
        for part in self.parts:
            prefixes = [f"{prefix}_prefix" for prefix in part.prefixes]
            self.own_args = [name for name in part.args if name not in self.args]
            pieces += self._declare("KEYS", self.keys, part.keys)
            pieces += self._declare("ARGV", self.args, [*prefixes, *part.args])
            self.prefixes |= set(prefixes)
            pieces.append(part.body)
        return "\n".join(pieces)

    @staticmethod
    def _declare(table: str, known: list[str], names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name not in known:
                known.append(name)
                yield f"local {name} = {table}[{len(known)}]"

    def __call__(self, names: Names, **handed: object) -> Reply:
        """Run it. Raises NoSuchNest; for a command also NotAMember, IdReused and DjOnly."""
        keys, args = self._gather(names, handed)
        with redis_seconds.time():
            reply = self._run(keys, args)
        if reply == OUTDATED:
            nest_upgrade.run(names)
            reply = self._run(keys, args)
        match reply:
            case ["gone"]:
                raise NoSuchNest
            case ["not_a_member"]:
                raise NotAMember
            case ["id_reused"]:
                raise IdReused
            case ["dj_only"]:
                raise DjOnly
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
        keys = [names.key(name) for name in self.keys]
        args: list[str | bytes] = []
        for name in self.args:
            if name in handed:
                args.append(to_lua_arg(handed[name]))
            elif name in self.prefixes:
                args.append(names.key(name))
            else:
                args.append(to_lua_arg(names.arg(name)))
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
