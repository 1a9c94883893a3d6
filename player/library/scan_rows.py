"""The rows of scanned files and their tracks: what a scan reads of them, and how it writes them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from django.db import DatabaseError, connection, transaction

from player.library.indexing import learn_words
from player.library.stretches import stretch_of
from player.models import ScannedFile, Track

ROWS_AT_ONCE = 200
REFUSED = "the database does not take it"
Item = TypeVar("Item")
PLACE = ("path", "piece")
FOUND_AGAIN = [f.name for f in Track._meta.fields if f.name not in ("id", *PLACE, "added_at")]
SEEN_AGAIN = ("size", "mtime_ns", "lyrics", "sheet", "sheet_problem", "pieces", "rules", "problem")
# What hours of listening have found out, true as long as the file is the same.
MEASURED = ("peak", "loudness_failed", "tempo", "key", "timbre", "sound_failed")


@dataclass(frozen=True)
class Read:
    seen: ScannedFile
    tracks: list[Track]  # none with a problem; several where a CUE sheet names them


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
        returned: set[str] = set()
        for paths in in_batches(sorted(back)):
            good = ScannedFile.objects.filter(path__in=paths, problem="")
            pieces = dict(good.values_list("path", "pieces"))
            rows = [row for row in away.filter(path__in=paths) if is_current(row, pieces)]
            Track.objects.filter(pk__in=[row.pk for row in rows]).update(available=True)
            returned |= {row.path for row in rows}
        return sorted(returned)

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
        same = [row.tracks for row in rows if row.seen.path in unaltered]
        keep_measurements([track for tracks in same for track in tracks])
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
    tracks = [track for row in rows for track in row.tracks]
    with transaction.atomic():
        before = Track.objects.filter(path__in=[row.seen.path for row in rows])
        known = {piece_key(row): row for row in before.only(*PLACE, "duration_ms", "available")}
        withdrawn = withdraw_other(known, {piece_key(track) for track in tracks})
        seen = [row.seen for row in rows]
        ScannedFile.objects.bulk_create(seen, **new_or_changed(["path"], *SEEN_AGAIN))
        Track.objects.bulk_create(tracks, **new_or_changed(PLACE, *FOUND_AGAIN))
        learn_words(tracks)
    return Saved(
        added=[name_of(track) for track in tracks if piece_key(track) not in known],
        updated=[name_of(track) for track in tracks if piece_key(track) in known],
        lengths={
            known[piece_key(track)].uri: track.duration_ms
            for track in tracks
            if piece_key(track) in known
            and known[piece_key(track)].duration_ms != track.duration_ms
        },
        withdrawn=withdrawn,
    )


def piece_key(track: Track) -> tuple[str, int]:
    return track.path, track.piece


def name_of(track: Track) -> str:
    """As a report calls it."""
    return f"{track.path} ({track.piece})" if track.piece else track.path


def is_current(track: Track, pieces: Mapping[str, int]) -> bool:
    """Whether its file holds it still, as it was read last: whole, or in so many pieces."""
    if track.path not in pieces:
        return False
    count = pieces[track.path]
    return 0 < track.piece <= count if count else track.piece == 0


def withdraw_other(
    known: Mapping[tuple[str, int], Track], present: set[tuple[str, int]]
) -> list[str]:
    """What these files held before, and hold no more."""
    gone = [row for place, row in known.items() if row.available and place not in present]
    Track.objects.filter(pk__in=[row.pk for row in gone]).update(available=False)
    return [row.uri for row in gone]


def withdraw(paths: Iterable[str]) -> list[str]:
    gone = Track.objects.filter(path__in=list(paths), available=True)
    uris = [track.uri for track in gone.only("pk")]
    gone.update(available=False)
    return uris


def keep_measurements(tracks: list[Track]) -> None:
    before = Track.objects.filter(path__in={track.path for track in tracks})
    known = {piece_key(row): row for row in before}
    for track in tracks:
        row = known.get(piece_key(track))
        if row is None or (track.piece and stretch_of(row) != stretch_of(track)):
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


def new_or_changed(unique: Sequence[str], *fields: str) -> dict[str, Any]:
    return {"update_conflicts": True, "unique_fields": unique, "update_fields": fields}
