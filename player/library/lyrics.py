"""The words of a song of the library: from a text beside it, or from its own tags.

A scan notes whether there are any, and which kind; the words themselves stay where they are and are
read when somebody wants to see them.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from player.library.files import TEXT_ENDINGS, safe_file
from player.library.lrc import Lyrics, parse_lyrics

LARGEST = 256 * 1024  # The longest songs have 30; beyond this it is something else.
RULES = 1  # Raise it where the same file gives other lines: what browsers keep is then old.
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def choose_lyrics(texts: Iterable[str]) -> Lyrics:
    """The first of them with times, or else the first with words."""
    first = Lyrics()
    for text in texts:
        found = parse_lyrics(text) if len(text) <= LARGEST else Lyrics()
        if found.kind == "timed":
            return found
        first = first if first.lines else found
    return first


def texts_beside(base: Path, path: str) -> Iterator[str]:
    """What the text beside a song says, of those that are small enough to be lyrics."""
    file = text_beside(base, path)
    if file is None:
        return
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError:
        return  # A song keeps its place without its words.
    if len(raw) <= LARGEST:
        yield decode(raw)


def text_beside(base: Path, path: str) -> Path | None:
    """The text with the name of the song at `path`. As in a scan, links are not followed."""
    stem = os.path.splitext(path)[0]
    for ending in TEXT_ENDINGS:
        found = safe_file(base, stem + ending)
        if found and found == base / (stem + ending):
            return found
    return None


def decode(raw: bytes) -> str:
    """By its mark; else as UTF-8, UTF-16 where every other byte is 0, or what old Windows wrote."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    if b"\0" in raw:
        is_little = raw[1::2].count(0) >= raw[::2].count(0)
        return raw.decode("utf-16-le" if is_little else "utf-16-be", "replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def version_of(base: Path, path: str) -> str:
    """Another one after every change of the song or of the text beside it. Raises OSError."""
    beside = text_beside(base, path)
    facts = [file.stat() for file in (base / path, beside) if file]
    return "-".join([str(RULES), *(f"{each.st_mtime_ns:x}-{each.st_size:x}" for each in facts)])
