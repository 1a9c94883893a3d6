"""A playlist that somebody brings along: its songs are found here, and none is lost.

What is not found keeps its names and its place, is told to whoever brought it, and is looked for
again when they ask: the library may have become more meanwhile.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath, PurePosixPath
from urllib.parse import unquote

from andre.core.errors import Refusal
from andre.core.text import clean_text
from andre.protocol import shapes
from player import providers
from player.discovery.expand import expand_all
from player.models import LONGEST_TEXT, PlaylistEntry, Track
from player.playlists.entries import entry_of_track, find_entry
from player.playlists.formats import ListedSong, read_playlist_file
from player.playlists.matching import find_by_likeness, find_exactly
from player.playlists.playlists import (
    LONGEST_NAME,
    MOST_ENTRIES,
    changing_playlist,
    find_playlist,
    make_playlist,
    playlist_full,
    publish_changed,
)
from player.track_rows import NAME, to_track

LONGEST_FILE = 2_000_000  # bytes; a thousand songs are about 300,000
SEARCHED_AT_ONCE = 50  # songs that one request looks for by likeness: a second or two
ASKED_AT_ONCE = 50  # addresses without a name, of which other people's servers are asked
TRACK_KINDS = ("track", "video")
TRACK_NUMBER = re.compile(r"^\d{1,3}[\s._-]+(?=\S)")
SHARED_FIELDS = ("uri", "title", "artist", "album", "image", "duration_ms")


def import_playlist(
    email: str, file_name: str, content: bytes, name: str = ""
) -> tuple[shapes.Playlist, list[PlaylistEntry], int | None]:
    """The playlist, its entries that nothing here is yet, and the entry behind which nobody has
    looked by likeness yet; None: all have been looked for.

    Raises Refusal `unreadable_playlist`, `playlist_full`, `playlists_full` or `validation_error`.
    """
    if len(content) > LONGEST_FILE:
        sentence = f"A playlist's file has at most {LONGEST_FILE // 1_000_000} MB."
        raise Refusal("unreadable_playlist", sentence)
    listed = read_playlist_file(file_name, content)
    if len(listed.songs) > MOST_ENTRIES:  # Before any of a million lines is looked at.
        raise playlist_full(len(listed.songs))
    songs = [song for song in map(clean_song, listed.songs) if song.title or song.locations]
    if not songs:
        raise Refusal("unreadable_playlist", "There is no song in this file.")
    entries = [
        entry or missing_entry(song)
        for song, entry in zip(songs, find_songs(songs, email), strict=True)
    ]
    last = search_missing(entries)
    called = clean_text(name or listed.name or PurePath(file_name).stem, LONGEST_NAME) or "Imported"
    made = make_playlist(email, called, entries)
    missing = [entry for entry in entries if not entry.uri]
    return made, missing, None if last is None else last.pk


def match_missing(
    email: str, playlist_id: int, after: int | None = None
) -> tuple[shapes.Playlist, list[PlaylistEntry], int | None]:
    """Look again for what nothing here was: the playlist, what was found now, and the entry behind
    which to go on; None: all have been looked for.

    Raises Refusal `playlist_not_found`, `forbidden` or `entry_not_found`.
    """
    entries = find_playlist(email, playlist_id).entries.all()
    begin = -1 if after is None else find_entry(entries, after).place
    missing = list(entries.filter(uri="", place__gt=begin)[: SEARCHED_AT_ONCE + 1])
    looked_at = missing[:SEARCHED_AT_ONCE]
    tracks = find_exactly([song_of_entry(entry) for entry in looked_at])
    for entry, track in zip(looked_at, tracks, strict=True):
        if track is not None:
            become(entry, track)
    search_missing(looked_at)
    found = [entry for entry in looked_at if entry.uri]
    with changing_playlist(email, playlist_id):
        PlaylistEntry.objects.bulk_update(
            found, SHARED_FIELDS
        )  # What was removed meanwhile is not there.
    goes_on = len(missing) > SEARCHED_AT_ONCE
    return publish_changed(email, playlist_id), found, looked_at[-1].pk if goes_on else None


def clean_song(song: ListedSong) -> ListedSong:
    """Names as lines that can be seen; what has none is called as its file is."""
    title, artist = clean_text(song.title, LONGEST_TEXT), clean_text(song.artist, LONGEST_TEXT)
    if not title and song.locations:
        named = name_of_file(song.locations[0])
        title, artist = named if not artist else (named[0], artist)
    return ListedSong(
        title=title,
        artist=artist,
        album=clean_text(song.album, LONGEST_TEXT),
        duration_ms=song.duration_ms,
        isrc=clean_text(song.isrc, 20),
        locations=tuple(song.locations[:4]),
    )


def name_of_file(location: str) -> tuple[str, str]:
    """Title and artist, as far as a path tells: `The Band/One/07 - Blue.flac`."""
    path = PurePosixPath(unquote(location).replace("\\", "/"))
    if providers.find_source(location) or "://" in location.removeprefix("file://"):
        return "", ""
    stem = TRACK_NUMBER.sub("", path.stem)
    artist, between, title = stem.partition(" - ")
    named = (title, artist) if between else (stem, "")
    return clean_text(named[0], LONGEST_TEXT), clean_text(named[1], LONGEST_TEXT)


def find_songs(songs: Sequence[ListedSong], email: str) -> list[PlaylistEntry | None]:
    """What is surely here or has an address that a provider of this server plays."""
    found = [entry_of_row(track) if track else None for track in find_exactly(songs)]
    nameless: dict[int, str] = {}
    for index, song in enumerate(songs):
        uri = "" if found[index] else foreign_address(song.locations)
        if uri and song.title:
            found[index] = entry_with_names(song, uri)
        elif uri and len(nameless) < ASKED_AT_ONCE:
            nameless[index] = uri
    for index, answer in zip(nameless, expand_all(list(nameless.values()), email), strict=True):
        if not isinstance(answer, Refusal):
            found[index] = entry_of_track(answer[0])
    return found


def foreign_address(locations: Iterable[str]) -> str:
    """Of a track that another provider of this server plays; empty if there is none."""
    for location in locations:
        for provider in providers.configured_providers():
            uri = provider.read(location) if provider.name != NAME else None
            source = providers.find_source(uri) if uri else None
            if uri and source and source.kind in TRACK_KINDS:
                return uri
    return ""


def search_missing(entries: Sequence[PlaylistEntry]) -> PlaylistEntry | None:
    """Look by likeness for the first of what is missing; the last looked at, if more are."""
    missing = [entry for entry in entries if not entry.uri]
    looked_at = missing[:SEARCHED_AT_ONCE]
    for entry, track in zip(
        looked_at, find_by_likeness(map(song_of_entry, looked_at)), strict=True
    ):
        if track is not None:
            become(entry, track)
    return looked_at[-1] if len(missing) > SEARCHED_AT_ONCE else None


def song_of_entry(entry: PlaylistEntry) -> ListedSong:
    return ListedSong(entry.title, entry.artist, entry.album, entry.duration_ms)


def entry_of_row(track: Track) -> PlaylistEntry:
    return entry_of_track(to_track(track))


def become(entry: PlaylistEntry, track: Track) -> None:
    """The entry is this track from now on; its place stays."""
    found = entry_of_row(track)
    for name in SHARED_FIELDS:
        setattr(entry, name, getattr(found, name))


def entry_with_names(song: ListedSong, uri: str) -> PlaylistEntry:
    return PlaylistEntry(
        uri=uri,
        title=song.title,
        artist=song.artist,
        album=song.album,
        duration_ms=song.duration_ms,
    )


def missing_entry(song: ListedSong) -> PlaylistEntry:
    """Where not even a name is known, it is called by its address."""
    called = song.title or clean_text(song.locations[0], LONGEST_TEXT)
    return entry_with_names(ListedSong(called, song.artist, song.album, song.duration_ms), "")
