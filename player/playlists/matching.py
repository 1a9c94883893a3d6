"""Songs that somebody else has named, found here: by address or path, by ISRC, by artist and title,
and where they are spelled otherwise, by likeness.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.db.models import QuerySet
from rapidfuzz import fuzz

from player.library import search
from player.library.text_folding import fold, sort_key
from player.models import Track
from player.playlists.formats import ListedSong
from player.providers.library.catalogue import lead_of, pks

ROWS_AT_ONCE = 500  # values in one question to the database
FOLDERS_LOOKED_AT = 6  # of a path, from its end: whoever wrote it had another root
CANDIDATES = 5
TITLE_LIKENESS, ARTIST_LIKENESS = 88, 80  # of 100
# What is said of a recording and is none of its name. A remix and a concert are other recordings.
DECORATION = re.compile(
    r"\s*(?:[(\[]\s*(?:feat|ft|featuring|with)\b[^)\]]*[)\]]"
    r"|\b(?:feat|ft|featuring)\b\.?\s.*$"
    r"|[(\[-]\s*(?:\d{4}\s+)?(?:digital(?:ly)?\s+)?remaster(?:ed)?(?:\s+\d{4})?(?:\s+version)?\s*[)\]]?\s*$"
    r"|[(\[]\s*(?:album version|original mix|original version|explicit|mono|stereo)\s*[)\]])",
    re.IGNORECASE,
)


def find_exactly(songs: Sequence[ListedSong]) -> list[Track | None]:
    """For each song the track that it surely is."""
    found: list[Track | None] = [None] * len(songs)
    for finder in (find_by_address, find_by_path, find_by_isrc, find_by_names):
        open_ones = [index for index, track in enumerate(found) if track is None]
        for index, track in zip(open_ones, finder([songs[i] for i in open_ones]), strict=True):
            found[index] = track
    return found


def find_by_address(songs: Sequence[ListedSong]) -> list[Track | None]:
    """Our own address, unless the file means another song by it: numbers are of one server."""
    tracks = playable_tracks().in_bulk(
        {pk for song in songs for pk in pks(song.locations)}  # Bounded by what a playlist holds.
    )
    own = [[tracks[pk] for pk in pks(song.locations) if pk in tracks] for song in songs]
    return [
        next((track for track in each if not song.title or is_called(track, song.title)), None)
        for song, each in zip(songs, own, strict=True)
    ]


def find_by_path(songs: Sequence[ListedSong]) -> list[Track | None]:
    """The longest end of a path that is one below our root."""
    ends = [[end for text in song.locations for end in ends_of_path(text)] for song in songs]
    tracks = {
        track.path: track
        for paths in in_parts({end for each in ends for end in each})
        for track in playable_tracks().filter(path__in=paths, piece=0)
    }
    return [next((tracks[end] for end in each if end in tracks), None) for each in ends]


def ends_of_path(location: str) -> list[str]:
    """`file:///home/me/Music/The%20Band/One/Blue.flac`, longest first; nothing is opened."""
    parts = urlsplit(location) if location.startswith("file:") else None
    path = unquote(parts.path) if parts else location
    if "://" in path:
        return []
    steps = [step for step in PurePosixPath(path.replace("\\", "/")).parts if step != "/"]
    return [
        "/".join(steps[-length:]) for length in range(min(len(steps), FOLDERS_LOOKED_AT), 0, -1)
    ]


def find_by_isrc(songs: Sequence[ListedSong]) -> list[Track | None]:
    tracks = {
        track.isrc: track
        for isrcs in in_parts({song.isrc for song in songs if song.isrc})
        for track in playable_tracks().filter(isrc__in=isrcs)
    }
    return [tracks.get(song.isrc) for song in songs]


def find_by_names(songs: Sequence[ListedSong]) -> list[Track | None]:
    """Artist and title, however they are written; of several the album's, else by length."""
    by_name: dict[tuple[str, str], list[Track]] = defaultdict(list)
    keys = {key for song in songs if song.artist and song.title for key in keys_of(song.artist)}
    for some in in_parts(keys):
        for track in playable_tracks().filter(artist_key__in=some).order_by("pk"):
            by_name[track.artist_key, fold(bare_title(track.title))].append(track)
    return [next(candidates_of(song, by_name), None) for song in songs]


def candidates_of(song: ListedSong, by_name: dict[tuple[str, str], list[Track]]) -> Iterator[Track]:
    """The best first."""
    title = fold(bare_title(song.title))
    named = [track for key in keys_of(song.artist) for track in by_name.get((key, title), ())]
    yield from sorted(named, key=lambda track: distance(song, track))


def distance(song: ListedSong, track: Track) -> tuple[bool, bool, int]:
    apart_ms = abs(song.duration_ms - track.duration_ms) if song.duration_ms else 0
    return fold(song.title) != fold(track.title), fold(song.album) != fold(track.album), apart_ms


def find_by_likeness(songs: Iterable[ListedSong]) -> list[Track | None]:
    """Each is searched for: some milliseconds a song, so that callers bound how many."""
    return [find_alike(song) for song in songs]


def find_alike(song: ListedSong) -> Track | None:
    if not song.title:
        return None
    found = search.search(f"{song.artist} {bare_title(song.title)}", CANDIDATES)
    alike = [track for track in found if is_alike(song, track)]
    return min(alike, key=lambda track: distance(song, track), default=None)


def is_alike(song: ListedSong, track: Track) -> bool:
    """Without an artist only the very title will do, for songs share their names."""
    if not song.artist:
        return is_called(track, song.title)
    wanted, there = fold(bare_title(song.title)), fold(bare_title(track.title))
    artist = fuzz.token_set_ratio(fold(song.artist), fold(track.artist))
    return fuzz.ratio(wanted, there) >= TITLE_LIKENESS and artist >= ARTIST_LIKENESS


def is_called(track: Track, title: str) -> bool:
    return fold(bare_title(track.title)) == fold(bare_title(title))


def bare_title(title: str) -> str:
    return DECORATION.sub("", title).strip() or title


def keys_of(artist: str) -> tuple[str, ...]:
    """All of several, the one who leads them, and the first of a list with commas."""
    first = artist.partition(",")[0]
    return tuple(dict.fromkeys(map(sort_key, (artist, lead_of(artist), first))))


def in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    """A database takes only so many values in one question."""
    left = iter(values)
    while part := list(islice(left, ROWS_AT_ONCE)):
        yield part


def playable_tracks() -> QuerySet[Track]:
    return Track.objects.filter(available=True).defer("timbre", "folded")
