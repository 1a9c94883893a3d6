"""Playlists as other programs write them: a reader for each format, and the table."""

from collections.abc import Callable
from pathlib import PurePath

from player.playlists.formats.base import ListedPlaylist, ListedSong, unreadable
from player.playlists.formats.csv_table import read_csv
from player.playlists.formats.jspf import read_jspf
from player.playlists.formats.m3u import read_m3u
from player.playlists.formats.xspf import read_xspf

__all__ = ["ListedPlaylist", "ListedSong", "read_playlist_file"]

READERS: dict[str, Callable[[bytes], ListedPlaylist]] = {
    "m3u": read_m3u,
    "m3u8": read_m3u,
    "xspf": read_xspf,
    "jspf": read_jspf,
    "json": read_jspf,
    "csv": read_csv,
    "tsv": read_csv,
}


def read_playlist_file(file_name: str, content: bytes) -> ListedPlaylist:
    """By what the file's name ends with. Raises Refusal `unreadable_playlist`."""
    kind = PurePath(file_name).suffix.lower().removeprefix(".")
    if kind not in READERS:
        raise unreadable("Playlists are read as M3U, M3U8, XSPF, JSPF or CSV, by the file's name.")
    return READERS[kind](content)
