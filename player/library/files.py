"""Files below a root: found without following links, and never outside it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# What we serve and how we call it. Ours, not the system's: a browser plays by this name.
CONTENT_TYPES = {
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}
LONGEST_PATH = 1_000


@dataclass(frozen=True)
class Found:
    path: str  # below the base, with forward slashes
    size: int
    mtime_ns: int
    problem: str = ""


def music_files(base: Path, folder: Path) -> Iterator[Found]:
    """Every music file in `folder` and below, in order of name; paths are told below `base`."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from subfolder(base, Path(entry.path))
        elif Path(entry.name).suffix.lower() in CONTENT_TYPES:
            yield looked_at(base, entry)


def subfolder(base: Path, folder: Path) -> Iterator[Found]:
    try:
        yield from music_files(base, folder)
    except PermissionError:
        yield Found(below(base, folder), 0, 0, "this folder cannot be read")


def looked_at(base: Path, entry: os.DirEntry[str]) -> Found:
    facts = entry.stat(follow_symlinks=False)
    path = below(base, Path(entry.path))
    if stat.S_ISLNK(facts.st_mode):
        # Inside the root it would be a second copy, outside it is not ours to serve.
        return Found(path, 0, 0, "a link, not a file")
    if not stat.S_ISREG(facts.st_mode):
        return Found(path, 0, 0, "not a regular file")
    if not is_storable(path):
        return Found(path, 0, 0, "its name is not valid text")
    return Found(path, facts.st_size, facts.st_mtime_ns)


def below(base: Path, path: Path) -> str:
    return path.relative_to(base).as_posix()


def is_storable(path: str) -> bool:
    """File names are bytes; those that are not UTF-8 reach us with lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return len(path) <= LONGEST_PATH


def safe_file(base: Path, path: str) -> Path | None:
    """The regular file that `path` names below `base`; None if it is gone or leads elsewhere."""
    wanted = base / path
    try:
        real = wanted.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # gone, a NUL in it, links in a circle
        return None
    return real if real.is_relative_to(base) and real.is_file() else None


def is_gone(base: Path, path: str) -> bool:
    """Whether a recording cannot be read any more although the library can: where nothing at all is
    left below `base`, its disk is not mounted, and what lay there may come back.
    """
    file = safe_file(base, path)
    return not (file and is_readable(file)) and has_anything(base)


def is_readable(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return bool(opened.read(1))
    except OSError:
        return False


def has_anything(folder: Path) -> bool:
    try:
        with os.scandir(folder) as listing:
            return next(listing, None) is not None
    except OSError:
        return False
