"""Imports everything once, and becomes each process of a start by a fork of itself.

The forks share the memory of what was imported, which is most of what each of them has, and begin
within milliseconds. `python -m andre.launcher.fork_server FD` is started by `forks.py`, which says
over that socket what is wanted:

    {"start": id, "command": […]} with a file descriptor   → {"started": id, "pid": …}
                                                           → {"ended": id, "code": …}

A command is one of Python's own: [executable, "-m", module, …] or [executable, file, …].
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import django
from django.urls import get_resolver
from setproctitle import setproctitle

from andre.launcher.processes import tie_to_parent

LONGEST_REQUEST = 65_536
WANTED_BY_MOST = (
    "andre.launcher.http_protocol",
    "andre.web.snapshot",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.solo",
    "celery.concurrency.thread",
    "celery.worker.consumer",
    "channels.routing",
    "django.core.management",
    "kombu.transport.redis",
    "nests.realtime.consumer",
    "uvicorn.loops.uvloop",
    "uvicorn.main",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
)


def serve_start() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    import_everything()
    command = serve(control)
    if command is not None:  # This is a fork by now.
        run(command)


def import_everything() -> None:
    django.setup()
    import_module("andre.celery").app.loader.import_default_modules()
    _ = get_resolver().url_patterns
    for name in WANTED_BY_MOST:
        import_module(name)
    gc.collect()
    gc.freeze()  # A collection would write to every object, and so copy what is shared.


def serve(control: socket.socket) -> list[str] | None:
    """Fork whatever is asked for, until the other end closes.

    Returns a command in the fork that is to run it, None in the server itself.
    """
    wake, woken = socket.socketpair()
    woken.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, wake_up)
    server, running = os.getpid(), dict[int, str]()
    send(control, {"ready": True})
    while True:
        heard, _, _ = select.select([control, wake], [], [])
        if wake in heard:
            wake.recv(LONGEST_REQUEST)
            report_ended(control, running)
        if control not in heard:
            continue
        text, descriptors, _, _ = socket.recv_fds(control, LONGEST_REQUEST, 1)
        if not text:
            return None
        request = json.loads(text)
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            for used in (control, wake, woken):
                used.close()
            become_child(server, descriptors[0])
            command: list[str] = request["command"]
            return command
        os.close(descriptors[0])
        running[child] = request["start"]
        send(control, {"started": request["start"], "pid": child})


def wake_up(_: int, __: FrameType | None) -> None:
    """The signal has been written to the socket that `serve` waits for."""


def report_ended(control: socket.socket, running: dict[int, str]) -> None:
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        send(control, {"ended": running.pop(child), "code": code})


def send(control: socket.socket, message: dict[str, object]) -> None:
    control.send(json.dumps(message).encode())


def become_child(server: int, output: int) -> None:
    """As a process of its own that speaks into `output` and dies with the server."""
    os.setsid()
    tie_to_parent(signal.SIGKILL, server)()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)


def run(command: Sequence[str]) -> None:
    """What Python would do with this command line."""
    _, *arguments = command
    setproctitle(format_process_title(command))
    sys.orig_argv = list(command)
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def format_process_title(command: Sequence[str]) -> str:
    """What lists of processes show of a fork; bench/start.py tells them apart by it."""
    return " ".join(command[1:]).removeprefix("-m ")


if __name__ == "__main__":
    serve_start()
