"""Processes as forks of one that has imported everything: see fork_server.py."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio import StreamReader
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from andre.launcher.processes import ManagedProcess, RunningProcess, Say

LONGEST_ANSWER = 65_536


class Fork:
    """One fork, as asyncio shows a process."""

    def __init__(self, pid: int, stdout: StreamReader) -> None:
        self.pid = pid
        self.stdout: StreamReader | None = stdout
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def returncode(self) -> int | None:
        return self._code.result() if self._code.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._code)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def has_ended(self, code: int) -> None:
        if not self._code.done():
            self._code.set_result(code)

    def _send(self, number: signal.Signals) -> None:
        if not self._code.done():
            os.kill(self.pid, number)


class ForkServer(ManagedProcess):
    """The process that is forked. When it dies, its forks die with it, and another one starts."""

    def __init__(self, environ: Mapping[str, str], say: Say) -> None:
        # The title of a fork shall not be written over its environment.
        super().__init__("forks", (), {**environ, "SPT_NOENV": "1"}, say)
        self._control: socket.socket  # Another one for each server.
        self._ready = asyncio.Event()
        self._ids = count(1)
        self._starting: dict[str, tuple[asyncio.Future[Fork | None], StreamReader]] = {}
        self._running: dict[str, Fork] = {}

    async def spawn(self) -> RunningProcess:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._control = ours
        asyncio.get_running_loop().add_reader(ours, self._hear)
        self.inherited = (theirs.fileno(),)
        self.command = (sys.executable, "-m", "andre.launcher.fork_server", str(theirs.fileno()))
        try:
            return await super().spawn()
        finally:
            theirs.close()

    async def fork(self, command: Sequence[str]) -> Fork:
        """Waits for the server to be there."""
        while True:
            await self._ready.wait()
            fork = await self._ask_for(command)
            if fork is not None:
                return fork

    async def _ask_for(self, command: Sequence[str]) -> Fork | None:
        """None where the server died meanwhile."""
        loop, name, stdout = asyncio.get_running_loop(), str(next(self._ids)), StreamReader()
        reading, writing = os.pipe()
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(reading, "rb", 0)
        )
        started: asyncio.Future[Fork | None] = loop.create_future()
        self._starting[name] = (started, stdout)
        try:
            text = json.dumps({"start": name, "command": list(command)}).encode()
            socket.send_fds(self._control, [text], [writing])
        except OSError:  # It dies, and `_hear` is about to be told.
            del self._starting[name]
            return None
        finally:
            os.close(writing)
        return await started

    def _hear(self) -> None:
        text = self._control.recv(LONGEST_ANSWER)
        if not text:
            self._lose_server()
            return
        match json.loads(text):
            case {"ready": _}:
                self._ready.set()
            case {"started": name, "pid": pid}:
                started, stdout = self._starting.pop(name)
                self._running[name] = Fork(pid, stdout)
                started.set_result(self._running[name])
            case {"ended": name, "code": code}:
                self._running.pop(name).has_ended(code)

    def _lose_server(self) -> None:
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self._ready.clear()
        for started, _ in self._starting.values():
            started.set_result(None)
        for fork in self._running.values():
            fork.has_ended(-signal.SIGKILL)
        self._starting, self._running = {}, {}


@dataclass
class ForkedProcess(ManagedProcess):
    """A process that is a fork; its environment is that of the server."""

    server: ForkServer = field(kw_only=True)

    async def spawn(self) -> RunningProcess:
        return await self.server.fork(self.command)
