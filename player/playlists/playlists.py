"""A listener's playlists: made, renamed, shared, deleted, and told to all of their own pages.

Everybody signed in reads what is shared; only who made a playlist changes it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from andre.accounts.display_names import names_of
from andre.core import clock
from andre.core.context import Actor
from andre.core.errors import NoSuchNest, Refusal
from andre.core.person_ids import person_id
from andre.core.text import clean_text
from andre.protocol import shapes
from nests.membership.elsewhere import Elsewhere, nests_of_listener
from player.models import Playlist, PlaylistEntry
from player.scripts import lua

MOST_PLAYLISTS = 100  # of one person
MOST_ENTRIES = 1_000  # of one playlist: two days of music
LONGEST_NAME = 100


def list_playlists(email: str) -> list[shapes.Playlist]:
    """One's own, then what others share; of both what changed last comes first."""
    own = describe_playlists(Playlist.objects.filter(user=email))
    return [*own, *describe_playlists(Playlist.objects.filter(shared=True).exclude(user=email))]


def find_playlist(email: str, playlist_id: int) -> Playlist:
    """One that this person may read. Raises Refusal `playlist_not_found`."""
    readable = Playlist.objects.filter(Q(user=email) | Q(shared=True), pk=playlist_id).first()
    if readable is None:
        raise Refusal("playlist_not_found", "There is no such playlist of yours.")
    return readable


def read_playlist(email: str, playlist_id: int) -> shapes.Playlist:
    """Raises Refusal `playlist_not_found`."""
    found = find_playlist(email, playlist_id)
    return describe_playlists(Playlist.objects.filter(pk=found.pk))[0]


def make_playlist(email: str, name: str, entries: Iterable[PlaylistEntry] = ()) -> shapes.Playlist:
    """Raises Refusal `validation_error`, `playlists_full` or `playlist_full`."""
    called, kept = clean_name(name), list(entries)
    if len(kept) > MOST_ENTRIES:
        raise playlist_full(len(kept))
    now = clock.now_ms()
    with transaction.atomic():
        made = Playlist.objects.create(user=email, name=called, created_ms=now, changed_ms=now)
        # Counted with the new one, so that of two at one moment one is too many on any database.
        if Playlist.objects.filter(user=email).count() > MOST_PLAYLISTS:
            sentence = f"You have {MOST_PLAYLISTS} playlists; that is as many as fit."
            raise Refusal("playlists_full", sentence)
        for place, entry in enumerate(kept):
            entry.playlist, entry.place = made, place
        PlaylistEntry.objects.bulk_create(kept)
    return publish_changed(email, made.pk)


def change_playlist(
    email: str, playlist_id: int, *, name: str | None = None, shared: bool | None = None
) -> shapes.Playlist:
    """Raises Refusal `playlist_not_found`, `forbidden` or `validation_error`."""
    called = None if name is None else clean_name(name)
    with changing_playlist(email, playlist_id) as playlist:
        playlist.name = playlist.name if called is None else called
        playlist.shared = playlist.shared if shared is None else shared
    return publish_changed(email, playlist_id)


def delete_playlist(email: str, playlist_id: int) -> None:
    """Raises Refusal `playlist_not_found` or `forbidden`."""
    with transaction.atomic():
        lock_playlist(email, playlist_id).delete()
    for nest in nests_of_listener(email, "listener_preferences"):
        try:
            lua.publish_playlist_deleted(Elsewhere(nest, Actor(email)), playlist_id=playlist_id)
        except NoSuchNest:
            continue


@contextmanager
def changing_playlist(email: str, playlist_id: int) -> Iterator[Playlist]:
    """A playlist of theirs, which nothing else changes meanwhile; it is saved at the end.

    Raises Refusal `playlist_not_found` or, for one that another person shares, `forbidden`.
    """
    with transaction.atomic():
        locked = lock_playlist(email, playlist_id)
        yield locked
        locked.changed_ms = max(clock.now_ms(), locked.changed_ms + 1)
        locked.save()


def lock_playlist(email: str, playlist_id: int) -> Playlist:
    """Raises Refusal `playlist_not_found` or `forbidden`."""
    locked = Playlist.objects.select_for_update().filter(user=email, pk=playlist_id).first()
    if locked is None:
        find_playlist(email, playlist_id)
        raise Refusal("forbidden", "Only who made this playlist may change it.")
    return locked


def publish_changed(email: str, playlist_id: int) -> shapes.Playlist:
    """Tell their own pages, in each nest where they listen, how this playlist is now."""
    told = read_playlist(email, playlist_id)
    for nest in nests_of_listener(email, "listener_preferences"):
        try:
            lua.publish_playlist(Elsewhere(nest, Actor(email)), playlist=told.model_dump_json())
        except NoSuchNest:
            continue
    return told


def describe_playlists(playlists: QuerySet[Playlist]) -> list[shapes.Playlist]:
    rows = list(
        playlists.annotate(
            songs=Count("entries"),
            missing=Count("entries", filter=Q(entries__uri="")),
            length_ms=Sum("entries__duration_ms"),
        )
    )
    names = names_of({row.user for row in rows})
    return [
        shapes.Playlist(
            id=row.pk,
            name=row.name,
            user=person_id(row.user),
            user_name=names[row.user],
            shared=row.shared,
            songs=row.songs,
            missing=row.missing,
            duration_ms=row.length_ms or 0,
            changed_ms=row.changed_ms,
        )
        for row in rows
    ]


def clean_name(name: str) -> str:
    """Raises Refusal `validation_error`."""
    called = clean_text(name)
    if not called or len(called) > LONGEST_NAME:
        sentence = f"name: a playlist is called by 1 to {LONGEST_NAME} characters."
        raise Refusal("validation_error", sentence)
    return called


def playlist_full(songs: int) -> Refusal:
    sentence = f"A playlist holds {MOST_ENTRIES:,} songs; these would be {songs:,}."
    return Refusal("playlist_full", sentence)
