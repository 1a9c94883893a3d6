"""What must be true before Andre starts; what is not is said in a sentence."""

import errno
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from andre.conf import Conf
from andre.embedded import StartFault, answers

SECONDS_TO_CONNECT = 3


def writable_data_dir(conf: Conf) -> Path:
    """The data directory, made if need be. Raises StartFault."""
    path = conf.andre_data_dir.expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartFault(
            f"Andre cannot write to {path} ({error.strerror}). Give this user the right to, "
            "or name another place with ANDRE_DATA_DIR."
        ) from error
    return path


def check_music(root: Path | None) -> None:
    if root is not None and not root.expanduser().is_dir():
        raise StartFault(
            f"There is no folder {root}. Mend ANDRE_MUSIC_ROOT, or leave it out: "
            "Andre then makes a small library to listen to."
        )


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StartFault(port_sentence(port, error)) from error


def port_sentence(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program. "
            f"Choose another one: make run PORT={port + 1 if port < 65_535 else 8_000}"
        )
    return f"Port {port} cannot be used ({error.strerror}). Choose another one: make run PORT=8000"


def check_redis(url: str) -> None:
    try:
        reached = answers(url)
    except ValueError as error:
        raise StartFault(f"REDIS_URL cannot be used: {error}.") from error
    if not reached:
        raise StartFault(
            f"Redis does not answer at {without_secrets(url)}. Start it, mend REDIS_URL, "
            "or leave REDIS_URL out: Andre brings a Valkey of its own."
        )


def check_database(url: str) -> None:
    if urlsplit(url).scheme.startswith("sqlite"):
        return
    try:
        psycopg.connect(url, connect_timeout=SECONDS_TO_CONNECT).close()
    except psycopg.Error as error:
        first_line = str(error).strip().partition("\n")[0]
        raise StartFault(
            f"The database does not answer at {without_secrets(url)} ({first_line}). Start it, "
            "mend DATABASE_URL, or leave DATABASE_URL out: Andre then keeps a file of its own."
        ) from error


def without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
