"""Processes kept alive: started, listened to, started again when they die, ended together."""

import asyncio
import ctypes
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

FIRST_DELAY = 0.2  # A worker that was killed is back before anyone misses a beat.
LONGEST_DELAY = 5.0
SECONDS_OF_GOOD_HEALTH = 10.0  # Having lived this long, a child's next death is a first one.
SECONDS_TO_END = 4.0
PR_SET_PDEATHSIG = 1  # prctl(2)
COLOURS = ("36", "32", "35", "33", "34")

Say = Callable[[str, str], None]


class RunningProcess(Protocol):
    """As asyncio's own, whoever has made it."""

    stdout: asyncio.StreamReader | None

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


@dataclass
class ManagedProcess:
    """One process under this roof; `dies_with_parent` is what it gets if we are killed."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    say: Say
    dies_with_parent: signal.Signals = signal.SIGKILL
    inherited: Sequence[int] = field(default=(), init=False)  # File descriptors.
    process: RunningProcess | None = field(default=None, init=False)
    _ending: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def keep_alive(self) -> None:
        """Run it, and run it again whenever it dies, until `end`."""
        delay = FIRST_DELAY
        while not self._ending.is_set():
            began = time.monotonic()
            code = await self.run()
            if self._ending.is_set():
                return
            if time.monotonic() - began > SECONDS_OF_GOOD_HEALTH:
                delay = FIRST_DELAY
            self.say(self.name, f"ended ({ending(code)}); starting it again in {delay:.1f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), delay)
            delay = min(2 * delay, LONGEST_DELAY)

    async def run(self) -> int:
        """Run it once, say what it says, and give its exit code."""
        self.process = await self.spawn()
        assert self.process.stdout is not None  # noqa: S101 - PIPE was asked for
        if self._ending.is_set():  # `end` came while it was being made.
            self.process.kill()
        async for line in lines(self.process.stdout):
            self.say(self.name, line)
        return await self.process.wait()

    async def spawn(self) -> RunningProcess:
        return await asyncio.create_subprocess_exec(
            *self.command,
            env=dict(self.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            # Ctrl-C reaches a terminal's whole process group; only the parent shall answer it.
            start_new_session=True,
            preexec_fn=tie_to_parent(self.dies_with_parent),
            pass_fds=self.inherited,
        )

    async def end(self, patience: float = SECONDS_TO_END) -> None:
        """Ask it to end; what has not ended in time is ended, with all it has started."""
        self._ending.set()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), patience)
        except TimeoutError:
            with suppress(ProcessLookupError):  # It ended at this very moment.
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


async def lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines of any length; what stands without an end at the end is one too."""
    rest = b""
    while piece := await stream.read(65_536):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace").rstrip("\r")
    if rest:
        yield rest.decode(errors="replace")


def ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def tie_to_parent(parting: signal.Signals, parent: int | None = None) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `parting` when the parent dies, however it dies.

    Linux only; elsewhere a killed parent leaves its children, and the next start finds them.
    Called in the child itself, it has to be told which process is the `parent`.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = parent or os.getpid()

    def tie() -> None:
        if libc is None:
            return
        libc.prctl(PR_SET_PDEATHSIG, int(parting))
        if os.getppid() != parent:  # It died before we had tied ourselves to it.
            os._exit(1)

    return tie


def printer(names: Sequence[str], *, as_json: bool = False) -> Say:
    """Prints a line behind the name of who said it, in a colour of its own on a terminal.

    `as_json`: lines that are JSON objects as they are, all others as one.
    """
    if as_json:
        return print_json
    width = max(map(len, names))
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    colour_of = dict(zip(names, COLOURS * len(names), strict=False))

    def say(name: str, line: str) -> None:
        label = f"{name:>{width}} |"
        if coloured:
            label = f"\x1b[{colour_of.get(name, '0')}m{label}\x1b[0m"
        print_line(f"{label} {line}")

    return say


def print_json(name: str, line: str) -> None:
    if line.startswith("{"):
        print_line(line)
    elif line.strip():
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        said = {"event": line, "process": name, "level": "info", "timestamp": now}
        print_line(json.dumps(said, ensure_ascii=False))


def print_line(line: str) -> None:
    """On a full disk, or with nobody at the other end, the words are lost and the house goes on."""
    with suppress(OSError):
        print(line, flush=True)
