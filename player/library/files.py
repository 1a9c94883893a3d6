"""Files below a root: found without following links, and never outside it."""

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

# What we serve and how we call it. Ours, not the system's: a browser plays by this name.
CONTENT_TYPES = {
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
}
SHEET_ENDING = ".cue"
TEXT_ENDINGS = (".lrc", ".LRC", ".txt", ".TXT")  # of the words of a song, the best first
LONGEST_MARK = 300  # letters, of what tells a sheet from another one
LONGEST_PATH = 1_000  # letters, as the catalogue has room for
LONGEST_PATH_BYTES = 2_600  # A row of an index of PostgreSQL holds 2,704.
# A dot hides, but ".38 Special" and "...And You Will Know Us" are bands.
HIDDEN = re.compile(r"\.[^.\d\s]")
BINS = {
    "@eadir",
    "#recycle",
    "#snapshot",
    "lost+found",
    "$recycle.bin",
    "recycler",
    "system volume information",
}
REASONS = {
    errno.EACCES: "this cannot be read: no permission",
    errno.EPERM: "this cannot be read: no permission",
    errno.ENOENT: "it moved away during the scan",
    errno.ENOTDIR: "it moved away during the scan",
    errno.ENAMETOOLONG: "its path is too long",
    errno.ELOOP: "a link in a circle",
}
DISK_FAULT = "the disk does not give it"

Entry: TypeAlias = "os.DirEntry[str]"
Lister: TypeAlias = Callable[[Path], AbstractContextManager[Iterator[Entry]]]


@dataclass(frozen=True)
class Found:
    path: str  # below the base, with forward slashes
    size: int
    mtime_ns: int
    lyrics: str = ""  # which text lies beside it, its size and time
    sheet: str = ""  # the path of its CUE sheet, below the base
    sheet_seen: str = ""  # the size, time and name of that


@dataclass
class Look:
    """What a walk saw. All paths are below the base; the base itself is an empty one."""

    files: list[Found] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)  # path, reason
    unseen: set[str] = field(default_factory=set)  # Could not be looked at, or into.
    empty: set[str] = field(default_factory=set)  # Folders with nothing in them.

    def skip(self, path: str, reason: str) -> None:
        self.skipped.append((path, reason))

    def miss(self, path: str, error: OSError) -> None:
        self.unseen.add(path)
        self.skip(path, REASONS.get(error.errno or 0, DISK_FAULT))


def look_below(base: Path, folder: Path, list_folder: Lister = os.scandir) -> Look:
    """Every music file in `folder` and below, folder by folder, in order of name."""
    look = Look()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        waiting += reversed(look_into(base, here, look, list_folder))
    return look


def look_into(base: Path, folder: Path, look: Look, list_folder: Lister) -> list[Path]:
    """Note what lies in one folder; the folders in it."""
    here = below(base, folder)
    try:
        with list_folder(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        look.miss(here, error)
        return []
    if not entries:
        look.empty.add(here)
    beside = Beside.of(entries)
    folders = []
    for entry in entries:
        if is_left_out(entry.name):
            continue
        path = f"{here}/{entry.name}" if here else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
            else:
                look_at(entry, path, look, beside)
        except OSError as error:
            look.miss(path, error)
    return folders


@dataclass(frozen=True)
class Beside:
    """What a folder has that is about its music: texts by name, sheets by their names in small
    letters, and whether it has no more than one song.
    """

    texts: Mapping[str, Entry]
    sheets: Mapping[str, Entry]
    is_one_song: bool

    @classmethod
    def of(cls, entries: Collection[Entry]) -> "Beside":
        shown = [entry for entry in entries if not is_left_out(entry.name)]
        return cls(
            {entry.name: entry for entry in entries if entry.name.endswith(TEXT_ENDINGS)},
            {
                entry.name.lower(): entry
                for entry in shown
                if entry.name.lower().endswith(SHEET_ENDING)
            },
            sum(is_music(entry.name) for entry in shown) == 1,
        )

    def sheet_of(self, name: str) -> "Entry | None":
        """By the song's name, with its ending or without; or the only one of the only song."""
        stem = os.path.splitext(name)[0]
        for called in (stem, name):
            if entry := self.sheets.get(called.lower() + SHEET_ENDING):
                return entry
        is_clear = self.is_one_song and len(self.sheets) == 1
        return next(iter(self.sheets.values())) if is_clear else None


def is_music(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in CONTENT_TYPES


def look_at(entry: Entry, path: str, look: Look, beside: Beside) -> None:
    is_song = is_music(entry.name)
    if entry.is_symlink():
        # Inside the root it would be a second copy, outside it is not ours to serve.
        if is_song or entry.is_dir():
            look.skip(path, "a link, which is not followed")
        return
    if not is_song:
        return
    facts = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(facts.st_mode):
        look.skip(path, "not a regular file")
    elif reason := unstorable(path):
        look.skip(path, reason)
    else:
        lyrics = describe_text_beside(entry.name, beside.texts)
        sheet = describe_sheet(beside.sheet_of(entry.name), path)
        look.files.append(Found(path, facts.st_size, facts.st_mtime_ns, lyrics, *sheet))


def describe_sheet(entry: "Entry | None", song: str) -> tuple[str, str]:
    """(its path beside the song's, its size, time and name); both empty where there is none.
    Nothing is opened.
    """
    try:
        if entry and not unstorable(entry.name) and entry.is_file(follow_symlinks=False):
            facts = entry.stat(follow_symlinks=False)
            seen = f"{facts.st_size} {facts.st_mtime_ns} {entry.name}"
            return PurePosixPath(song).with_name(entry.name).as_posix(), seen[:LONGEST_MARK]
    except OSError:
        pass  # It is the song that was looked for.
    return "", ""


def describe_text_beside(name: str, texts: Mapping[str, Entry]) -> str:
    """Empty where the song of this name has none. Nothing is opened."""
    stem = os.path.splitext(name)[0]
    try:
        for ending in TEXT_ENDINGS:
            entry = texts.get(stem + ending)
            if entry and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                return f"{ending} {facts.st_size} {facts.st_mtime_ns}"
    except OSError:
        pass  # It is the song that was looked for.
    return ""


def is_left_out(name: str) -> bool:
    """Hidden files and folders, and what systems keep of deleted ones."""
    return name.lower() in BINS or HIDDEN.match(name) is not None


def below(base: Path, path: Path) -> str:
    found = path.relative_to(base).as_posix()
    return "" if found == "." else found


def unstorable(path: str) -> str:
    """Why the catalogue cannot have this path; empty if it can."""
    try:
        length = len(path.encode())
    except UnicodeEncodeError:  # Names are bytes; what is not UTF-8 reaches us as lone surrogates.
        return "its name is not valid text"
    if len(path) > LONGEST_PATH or length > LONGEST_PATH_BYTES:
        return "its path is too long"
    return ""


def printable(path: str) -> str:
    """A path for people to read, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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
