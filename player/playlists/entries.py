"""The entries of a playlist: added, moved before another one, removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, QuerySet

from andre.core.errors import Refusal
from andre.protocol import shapes
from player.discovery.expand import expand_all
from player.models import LONGEST_TEXT, Playlist, PlaylistEntry
from player.playlists.playlists import (
    MOST_ENTRIES,
    changing_playlist,
    find_playlist,
    playlist_full,
    publish_changed,
)

LONGEST_URI, LONGEST_IMAGE = 300, 500


@dataclass
class Added:
    """What became of songs that were to be added: `already` were there, `rejected` say why."""

    entries: list[PlaylistEntry] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)


def read_entries(email: str, playlist_id: int) -> list[PlaylistEntry]:
    """In their order. Raises Refusal `playlist_not_found`."""
    return list(find_playlist(email, playlist_id).entries.all())


def add_entries(
    email: str,
    playlist_id: int,
    uris: Sequence[str],
    before: int | None = None,
    *,
    again: bool = False,
) -> tuple[shapes.Playlist, Added]:
    """Tracks, or the tracks of albums, before an entry or behind all.

    What is in the playlist already is added once more only with `again`.
    Raises Refusal `playlist_not_found`, `forbidden` or `entry_not_found`.
    """
    find_playlist(email, playlist_id)  # Before other people's servers are asked.
    added, tracks = Added(), []
    for uri, found in zip(uris, expand_all(uris, email), strict=True):
        if isinstance(found, Refusal):
            added.rejected.append({"uri": uri, **found.body()})
        else:
            tracks += found
    with changing_playlist(email, playlist_id) as playlist:
        choose_new(playlist, tracks, added, again=again)
        insert_entries(playlist, added.entries, before)
    return publish_changed(email, playlist_id), added


def choose_new(
    playlist: Playlist, tracks: Iterable[shapes.Track], added: Added, *, again: bool
) -> None:
    there = set(playlist.entries.values_list("uri", flat=True))
    room = MOST_ENTRIES - playlist.entries.count()
    for track in tracks:
        if track.uri in there and not again:
            added.already.append(track.uri)
        elif len(added.entries) < room:
            there.add(track.uri)
            added.entries.append(entry_of_track(track))
        else:
            refusal = playlist_full(MOST_ENTRIES + 1)
            added.rejected.append({"uri": track.uri, **refusal.body()})


def insert_entries(
    playlist: Playlist, entries: Sequence[PlaylistEntry], before: int | None
) -> None:
    """Raises Refusal `entry_not_found`."""
    begin = make_room(playlist, len(entries), before)
    for place, entry in enumerate(entries, start=begin):
        entry.playlist, entry.place = playlist, place
    PlaylistEntry.objects.bulk_create(entries)


def move_entry(email: str, playlist_id: int, entry_id: int, before: int | None) -> shapes.Playlist:
    """Put an entry before another one; without `before`, behind all.

    Raises Refusal `playlist_not_found`, `forbidden` or `entry_not_found`.
    """
    with changing_playlist(email, playlist_id) as playlist:
        moved = find_entry(playlist.entries.all(), entry_id)
        if before != entry_id:
            moved.place = make_room(playlist, 1, before)
            moved.save()
    return publish_changed(email, playlist_id)


def remove_entry(email: str, playlist_id: int, entry_id: int) -> shapes.Playlist:
    """Raises Refusal `playlist_not_found`, `forbidden` or `entry_not_found`."""
    with changing_playlist(email, playlist_id) as playlist:
        find_entry(playlist.entries.all(), entry_id).delete()
    return publish_changed(email, playlist_id)


def make_room(playlist: Playlist, places: int, before: int | None) -> int:
    """The first of so many free places. Raises Refusal `entry_not_found`."""
    if before is None:
        last = playlist.entries.aggregate(last=Max("place"))["last"]
        return 0 if last is None else int(last) + 1
    begin = find_entry(playlist.entries.all(), before).place
    playlist.entries.filter(place__gte=begin).update(place=F("place") + places)
    return begin


def find_entry(entries: QuerySet[PlaylistEntry], entry_id: int) -> PlaylistEntry:
    """Raises Refusal `entry_not_found`."""
    found = entries.filter(pk=entry_id).first()
    if found is None:
        raise Refusal("entry_not_found", "This song is not in the playlist any more.")
    return found


def entry_of_track(track: shapes.Track) -> PlaylistEntry:
    """Not saved yet. Providers may call a track by more than a column holds."""
    return PlaylistEntry(
        uri=track.uri[:LONGEST_URI],
        title=track.title[:LONGEST_TEXT],
        artist=track.artist[:LONGEST_TEXT],
        album=track.album[:LONGEST_TEXT],
        image=track.image if len(track.image) <= LONGEST_IMAGE else "",
        duration_ms=track.duration_ms,
    )
