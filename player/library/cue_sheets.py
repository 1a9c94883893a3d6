"""CUE sheets: which tracks a single file of sound holds, and where in it each begins.

A track begins at its INDEX 01; what stands before it, from INDEX 00, belongs to the end of the one
before, as players of discs have it. Of the file that a sheet names nothing is opened: it is the
one beside it, whatever it was called when the sheet was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from andre.core.text import clean_text
from player.library.files import safe_file
from player.library.lyrics import decode

LARGEST = 256 * 1024
MOST_TRACKS = 999
FRAMES_A_SECOND = 75  # of a disc
LONGEST_TEXT = 300
LINE = re.compile(r'\s*([A-Z]+)\s+("[^"]*"|\S+)(.*)', re.IGNORECASE)
PLACE = re.compile(r"(\d{1,4}):([0-5]\d):([0-7]\d)")
NAMES = ("TITLE", "PERFORMER")
SEPARATORS = ("/", "\\")


class BrokenSheet(Exception):
    """The file beside it stays one track; the message says why."""


@dataclass(frozen=True)
class SheetTrack:
    begins_ms: int = -1  # -1: not said
    title: str = ""
    performer: str = ""
    isrc: str = ""
    is_sound: bool = True


@dataclass
class Sheet:
    title: str = ""
    performer: str = ""
    remarks: dict[str, str] = field(default_factory=dict)  # DATE, GENRE, DISCNUMBER
    files: list[str] = field(default_factory=list)
    tracks: list[SheetTrack] = field(default_factory=list)


def read_sheet(base: Path, path: str, length_ms: int) -> Sheet:
    """With its tracks of sound, in order. `path` is below `base`; links are not followed.

    Raises BrokenSheet, or OSError.
    """
    file = safe_file(base, path)
    if file is None or file != base / path:
        raise BrokenSheet("its CUE sheet cannot be read")
    with file.open("rb") as opened:
        raw = opened.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BrokenSheet("its CUE sheet is too large to be one")
    sheet = parse_sheet(decode(raw))
    require_fit(sheet, length_ms)
    return sheet


def parse_sheet(text: str) -> Sheet:
    """As it is written, whether it makes sense or not. Lines that say nothing here are left out."""
    sheet = Sheet()
    for word, value, rest in read_lines(text):
        tracks = sheet.tracks
        match word:
            case "FILE":
                sheet.files.append(value)
            case "TRACK":
                tracks.append(SheetTrack(is_sound=rest.upper() == "AUDIO"))
            case "INDEX" if tracks and value.isdecimal() and int(value) == 1:
                tracks[-1] = replace(tracks[-1], begins_ms=parse_place(rest))
            case "ISRC" if tracks:
                tracks[-1] = replace(tracks[-1], isrc=value.replace("-", "").upper()[:20])
            case "TITLE" if tracks:
                tracks[-1] = replace(tracks[-1], title=value)
            case "PERFORMER" if tracks:
                tracks[-1] = replace(tracks[-1], performer=value)
            case "TITLE":
                sheet.title = value
            case "PERFORMER":
                sheet.performer = value
            case "REM" if not tracks:
                sheet.remarks[value.upper()] = unquote(rest)
    return sheet


def read_lines(text: str) -> Iterator[tuple[str, str, str]]:
    """(the word in capitals, what stands behind it, the rest) of each line."""
    for line in text.splitlines():
        if found := LINE.fullmatch(line):
            word, value, rest = found[1].upper(), found[2], found[3].strip()
            if word in NAMES and not value.startswith('"'):  # Without quotes it is all of the line.
                value = f"{value} {rest}"
            yield word, unquote(value), rest


def unquote(text: str) -> str:
    return clean_text(text.strip().strip('"'), LONGEST_TEXT)


def parse_place(text: str) -> int:
    """Minutes, seconds and frames as ms; -1 for what is none."""
    found = PLACE.fullmatch(text.strip())
    if found is None or int(found[3]) >= FRAMES_A_SECOND:
        return -1
    frames = (int(found[1]) * 60 + int(found[2])) * FRAMES_A_SECOND + int(found[3])
    return round(frames * 1000 / FRAMES_A_SECOND)


def require_fit(sheet: Sheet, length_ms: int) -> None:
    """Leaves the tracks of sound. Raises BrokenSheet."""
    if len(sheet.files) != 1:
        raise BrokenSheet("its CUE sheet is not about one file")
    if sheet.files[0] == ".." or any(sign in sheet.files[0] for sign in SEPARATORS):
        raise BrokenSheet("its CUE sheet is about a file elsewhere")
    sheet.tracks = [track for track in sheet.tracks if track.is_sound]
    if not 0 < len(sheet.tracks) <= MOST_TRACKS:
        raise BrokenSheet("its CUE sheet names no tracks, or too many")
    places = [track.begins_ms for track in sheet.tracks]
    if min(places) < 0:
        raise BrokenSheet("its CUE sheet does not say where each track begins")
    if places != sorted(set(places)):
        raise BrokenSheet("its CUE sheet has tracks out of order")
    if places[-1] >= length_ms:
        raise BrokenSheet("its CUE sheet goes on behind the end of the file")
