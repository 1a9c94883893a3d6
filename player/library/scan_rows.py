"""The rows of scanned files and their tracks: what a scan reads of them, and how it writes them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction

from player.library.indexing import learn_words
from player.models import ScannedFile, Track

ROWS_AT_ONCE = 200
REFUSED = "the database does not take it"
Item = TypeVar("Item")
FOUND_AGAIN = [f.name for f in Track._meta.fields if f.name not in ("id", "path", "added_at")]
# What hours of listening have found out, true as long as the file is the same.
MEASURED = ("peak", "loudness_failed", "tempo", "key", "timbre", "sound_failed")


@dataclass(frozen=True)
class Read:
    seen: ScannedFile
    track: Track | None  # None with a problem


@dataclass
class Saved:
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    lengths: dict[str, int] = field(default_factory=dict)  # URI to ms, of those that changed
    withdrawn: list[str] = field(default_factory=list)  # URIs
    refused: list[tuple[str, str]] = field(default_factory=list)


class Shelf:
    """All rows below a prefix of the music root."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def read_scanned(self) -> dict[str, ScannedFile]:
        # SQLite compares without case here, which at worst knows too many.
        rows = ScannedFile.objects.filter(path__startswith=self.prefix)
        return {row.path: row for row in rows.iterator()}

    def all_but(self, present: set[str]) -> list[str]:
        """What can be played, or was skipped, and is not among these."""
        playable = Track.objects.filter(path__startswith=self.prefix, available=True)
        skipped = ScannedFile.objects.filter(path__startswith=self.prefix).exclude(problem="")
        known = {*playable.values_list("path", flat=True), *skipped.values_list("path", flat=True)}
        return sorted(path for path in known - present if path.startswith(self.prefix))

    def take_back(self, present: set[str]) -> list[str]:
        """Make those playable again that were withdrawn and have no problem."""
        away = Track.objects.filter(path__startswith=self.prefix, available=False)
        back = present.intersection(away.values_list("path", flat=True))
        for paths in in_batches(sorted(back)):
            bad = ScannedFile.objects.filter(path__in=paths).exclude(problem="")
            back -= set(bad.values_list("path", flat=True))
        for paths in in_batches(sorted(back)):
            Track.objects.filter(path__in=paths).update(available=True)
        return sorted(back)

    def withdraw(self, paths: Collection[str]) -> list[str]:
        """Their URIs. Rows of skipped files go; those of songs wait for them to come back."""
        uris = []
        for some in in_batches(paths):
            with transaction.atomic():
                uris += withdraw(some)
                ScannedFile.objects.filter(path__in=some).exclude(problem="").delete()
        return uris

    def save(self, rows: list[Read], unaltered: set[str]) -> Saved:
        """Write these; `unaltered` files were only read again, and keep what was measured."""
        keep_measurements([row.track for row in rows if row.track and row.seen.path in unaltered])
        try:
            return write(rows)
        except DatabaseError:
            return one_by_one(rows)


def one_by_one(rows: list[Read]) -> Saved:
    """One of them is at fault, and the others are not to suffer for it.

    Raises DatabaseError if it is the database that is at fault.
    """
    total = Saved()
    for row in rows:
        try:
            saved = write([row])
        except DatabaseError:
            if not connection.is_usable():
                raise
            total.refused.append((row.seen.path, REFUSED))
        else:
            total.added += saved.added
            total.updated += saved.updated
            total.lengths |= saved.lengths
            total.withdrawn += saved.withdrawn
    return total


def write(rows: list[Read]) -> Saved:
    tracks = [row.track for row in rows if row.track]
    paths = [track.path for track in tracks]
    with transaction.atomic():
        before = Track.objects.filter(path__in=paths).only("path", "duration_ms")
        known = {row.path: row for row in before}
        withdrawn = withdraw([row.seen.path for row in rows if row.track is None])
        fields = ("size", "mtime_ns", "rules", "problem")
        ScannedFile.objects.bulk_create([row.seen for row in rows], **new_or_changed(*fields))
        Track.objects.bulk_create(tracks, **new_or_changed(*FOUND_AGAIN))
        learn_words(tracks)
    return Saved(
        added=[path for path in paths if path not in known],
        updated=[path for path in paths if path in known],
        lengths={
            known[track.path].uri: track.duration_ms
            for track in tracks
            if track.path in known and known[track.path].duration_ms != track.duration_ms
        },
        withdrawn=withdrawn,
    )


def withdraw(paths: Iterable[str]) -> list[str]:
    gone = Track.objects.filter(path__in=list(paths), available=True)
    uris = [track.uri for track in gone.only("pk")]
    gone.update(available=False)
    return uris


def keep_measurements(tracks: list[Track]) -> None:
    before = Track.objects.filter(path__in=[track.path for track in tracks])
    known = {row.path: row for row in before}
    for track in tracks:
        row = known.get(track.path)
        if row is None:
            continue
        for name in MEASURED:
            if getattr(track, name) in (None, "", False):
                setattr(track, name, getattr(row, name))
        if track.loudness is None:
            track.loudness = row.loudness


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, ROWS_AT_ONCE)):
        yield batch


def new_or_changed(*fields: str) -> dict[str, Any]:
    return {"update_conflicts": True, "unique_fields": ["path"], "update_fields": fields}
