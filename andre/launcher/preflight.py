"""What must or should be true before Andre starts; what is not is said in a sentence."""

import errno
import os
import resource
import socket
import stat
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from andre.core.conf import Conf
from andre.launcher.valkey_server import StartFault, answers

SECONDS_TO_CONNECT = 3
MOST_FILES = 65_536  # More than one process serves; an endless limit is no number for an option.
FILES_ON_MACOS = 10_240  # Its limit for a process, whatever it says of the hard one.
OWN_DIRECTORY, OWN_FILE = 0o700, 0o600


def writable_data_dir(conf: Conf) -> Path:
    """The data directory, made if need be, and closed to other users. Raises StartFault."""
    path = conf.andre_data_dir.expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        close_to_others(path)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartFault(
            f"Andre cannot write to {path} ({error.strerror}). Give this user the right to, "
            "or name another place with ANDRE_DATA_DIR."
        ) from error
    return path


def close_to_others(data_dir: Path) -> None:
    """Sessions, addresses and tokens are in there. Raises PermissionError.

    The music stays as it is: it is the owner's, and an edge may have to read it.
    """
    data_dir.chmod(OWN_DIRECTORY)
    for folder, names, files in os.walk(data_dir):
        if folder == str(data_dir) and "music" in names:
            names.remove("music")
        for name, mode in [(each, OWN_DIRECTORY) for each in names] + [
            (each, OWN_FILE) for each in files
        ]:
            close_one(Path(folder) / name, mode)


def close_one(path: Path, mode: int) -> None:
    try:
        found = path.lstat().st_mode
        if not stat.S_ISLNK(found) and stat.S_IMODE(found) & 0o077:
            path.chmod(mode)
    except (FileNotFoundError, PermissionError):
        return  # Gone meanwhile; or another user's, which nobody else reaches any more.


def raise_file_limit() -> int:
    """As many open files as the system lets this process and its children have; how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return most
    for wanted in (most, min(most, FILES_ON_MACOS)):
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return soft


def static_files_are_current(static_root: Path, code: Path) -> bool:
    """Whether they were collected after the last change; collecting takes eight seconds.

    Files of packages change with the lock.
    """
    manifest = static_root.expanduser() / "staticfiles.json"
    if not manifest.exists():
        return False
    collected = manifest.stat().st_mtime
    sources = [code / "requirements/base.txt", code / "static", *(code / "static").rglob("*")]
    return all(source.stat().st_mtime <= collected for source in sources)


def music_warning(root: Path | None) -> str:
    """Empty if all is well. A disk that is not there yet keeps nobody from the rest."""
    if root is None or root.expanduser().is_dir():
        return ""
    return (
        f"warning: there is no folder {root}, so no song of the library can be played. "
        "Mount its disk and run scan_library, or mend ANDRE_MUSIC_ROOT."
    )


def address_here(conf: Conf) -> str:
    """By which address this machine itself reaches the web process."""
    listening = conf.listen_address
    return "127.0.0.1" if listening == "0.0.0.0" else listening  # noqa: S104 - Only compared.


def check_port(port: int, address: str = "127.0.0.1") -> None:
    """Raises StartFault."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
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
    """Raises StartFault."""
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
    """Raises StartFault."""
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
