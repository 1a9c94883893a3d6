"""Words of a song as lines, from plain text or LRC, where [01:23.45] says when a line is sung.

There is no standard of LRC. What is read is what players write: several times in front of one line,
times of single words (left out), lines in any order, and [offset:+250] for all of them.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from andre.core.text import clean_text

Kind = Literal["", "plain", "timed"]

LONGEST_LINE = 300
MOST_LINES = 1_000
LATEST_OFFSET_MS = 600_000
TIME = r"(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?"
STAMP = re.compile(rf"\s*\[{TIME}\]", re.ASCII)
STAMP_OF_WORD = re.compile(rf"<{TIME}>|\[{TIME}\]", re.ASCII)
# By name: "[Chorus: all]" is a line of the song.
HEADER = re.compile(
    r"\s*\[(al|ar|au|by|encoding|id|la|length|lr|offset|re|ti|tool|ve|#)\s*:(.*)\]\s*",
    re.IGNORECASE,
)
OFFSET = re.compile(r"\s*([+-]?\d{1,6})\s*", re.ASCII)


@dataclass(frozen=True)
class Line:
    """`at_ms` is when it is sung, in ms of the song. An empty one is a pause."""

    at_ms: int | None
    text: str


@dataclass(frozen=True)
class Lyrics:
    """Either all lines have a time, in its order, or none has."""

    lines: tuple[Line, ...] = ()

    @property
    def kind(self) -> Kind:
        if not self.lines:
            return ""
        return "plain" if self.lines[0].at_ms is None else "timed"


def parse_lyrics(text: str) -> Lyrics:
    """Timed where at least two lines are sung at different times; then lines without one go."""
    offset_ms = 0
    timed: list[Line] = []
    plain: list[Line] = []
    for raw in text.splitlines():
        if header := HEADER.fullmatch(raw):
            offset_ms = offset_in(*header.groups()) or offset_ms
            continue
        times, words = split_line(raw)
        timed += [Line(at_ms, words) for at_ms in times]
        plain.append(Line(None, words))
        if max(len(timed), len(plain)) >= MOST_LINES:
            break
    if len({line.at_ms for line in timed if line.text}) < 2:
        return Lyrics(tuple(without_gaps(plain)))
    # A positive offset lets the words come sooner.
    moved = [Line(max(0, (line.at_ms or 0) - offset_ms), line.text) for line in timed[:MOST_LINES]]
    return Lyrics(tuple(without_gaps(sorted(moved, key=lambda line: line.at_ms or 0))))


def offset_in(name: str, value: str) -> int:
    found = OFFSET.fullmatch(value) if name.lower() == "offset" else None
    offset_ms = int(found[1]) if found else 0
    return offset_ms if abs(offset_ms) <= LATEST_OFFSET_MS else 0


def split_line(raw: str) -> tuple[list[int], str]:
    """The times in front of a line, and its words."""
    times, end = [], 0
    while stamp := STAMP.match(raw, end):
        minutes, seconds, fraction = stamp.groups()
        times.append((int(minutes) * 60 + int(seconds)) * 1_000 + int(f"{fraction or 0:0<3}"))
        end = stamp.end()
    words = STAMP_OF_WORD.sub("", raw[end : end + LONGEST_LINE * 20])
    return times, clean_text(words, LONGEST_LINE)


def without_gaps(lines: list[Line]) -> list[Line]:
    """Nothing empty at the beginning, and never two in a row."""
    before = [Line(None, ""), *lines]
    kept = [line for last, line in pairwise(before) if line.text or last.text]
    return kept if any(line.text for line in kept) else []
