"""The tracks that a CUE sheet makes of one file: each a row of the library, with its stretch."""

from pathlib import Path

from player.library.cue_sheets import BrokenSheet, Sheet
from player.library.tags import Recording, small, year

# Of these every sample can be found and decoded here.
CUT = (".flac", ".wav", ".mp3", ".ogg", ".oga", ".opus")


def require_cut(path: Path) -> None:
    """Raises BrokenSheet."""
    ending = path.suffix.lower()
    if ending not in CUT:
        raise BrokenSheet(f"its CUE sheet is not used: no pieces are cut of {ending[1:]}")


def fields_of_pieces(found: Recording, sheet: Sheet) -> list[dict[str, object]]:
    """What differs of each from the row of the whole file.

    What a sheet does not say the file's own tags do. Raises BrokenSheet.
    """
    album, performer = sheet.title or found.album, sheet.performer or found.artist
    ends = [track.begins_ms for track in sheet.tracks[1:]] + [found.duration_ms]
    pieces: list[dict[str, object]] = [
        {
            "piece": number,
            "begins_ms": track.begins_ms,
            "duration_ms": end - track.begins_ms,
            "title": track.title or f"Track {number:02}",
            "artist": track.performer or performer,
            "album": album,
            "album_artist": sheet.performer or found.album_artist or track.performer,
            "genre": sheet.remarks.get("GENRE") or found.genre,
            "year": year(sheet.remarks.get("DATE", "")) or found.year,
            "disc_number": disc_of(sheet) or found.disc_number,
            "track_number": number,
            "isrc": track.isrc,
            "loudness": None,  # The tags have that of the whole.
            "peak": None,
            "lyrics": "",
        }
        for number, (track, end) in enumerate(zip(sheet.tracks, ends, strict=True), 1)
    ]
    if not album or not all(piece["artist"] for piece in pieces):
        raise BrokenSheet("its CUE sheet and its tags name no artist or no album")
    return pieces


def disc_of(sheet: Sheet) -> int:
    number = sheet.remarks.get("DISCNUMBER", "")
    return small(int(number)) if number.isascii() and number.isdecimal() else 0
