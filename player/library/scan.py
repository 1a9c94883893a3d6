"""Makes the catalogue agree with the disk, and opens only what has changed."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from andre.errors import Refusal
from player.library import tags
from player.library.covers import CoverShelf
from player.library.files import Found, music_files
from player.library.indexing import indexed, learn_words, update_index
from player.library.moods import mood_of_words
from player.library.progress import Told
from player.models import ScannedFile, Track

SECONDS_PER_FOLDER = 60.0  # A disk that answers this slowly is asked again next time.
ROWS_AT_ONCE = 200
Item = TypeVar("Item")
FOUND_AGAIN = [f.name for f in Track._meta.fields if f.name not in ("id", "path", "added_at")]


@dataclass
class ScanResult:
    """Paths are below the music root; a skipped one comes with its reason."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)  # URIs: their queued copies cannot play


def scan_library(
    root: Path,
    *,
    overwrite: bool = False,
    progress: Told | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ScanResult:
    """Read what is new or changed in `root`, the music root or a folder in it.

    Raises Refusal `library_root_missing` or `path_outside_library`.
    """
    return Scan(checked(root), progress, clock).run(overwrite)


def checked(root: Path) -> Path:
    folder = root.expanduser().resolve()
    if not folder.is_relative_to(settings.MUSIC_ROOT):
        raise Refusal(
            "path_outside_library",
            "This folder is not in the music library. ANDRE_MUSIC_ROOT says where that is.",
            status=400,
        )
    if not folder.is_dir():
        raise Refusal("library_root_missing", "The music folder is not there.", status=404)
    return folder


class Scan:
    def __init__(self, folder: Path, progress: Told | None, clock: Callable[[], float]) -> None:
        self.base = settings.MUSIC_ROOT
        self.folder = folder
        self.progress = progress
        self.clock = clock
        self.shelf = CoverShelf(settings.DATA_DIR / "covers")
        self.result = ScanResult()
        below = folder.relative_to(self.base).as_posix()
        self.prefix = "" if below == "." else f"{below}/"

    def run(self, overwrite: bool) -> ScanResult:
        update_index()
        if overwrite:
            ScannedFile.objects.filter(path__startswith=self.prefix).delete()
        found = list(music_files(self.base, self.folder))
        changed = self.unknown(found)
        read = self.within_their_time(changed)
        for batch in in_batches(self.told(read, len(changed))):
            self.write(batch)
        self.forget_all_but({file.path for file in found if not file.problem})
        return self.result

    def unknown(self, found: Iterable[Found]) -> list[Found]:
        scanned = ScannedFile.objects.filter(path__startswith=self.prefix)
        seen = {
            path: (size, mtime, problem)
            for path, size, mtime, problem in scanned.values_list(
                "path", "size", "mtime_ns", "problem"
            )
        }
        changed = []
        for file in found:
            size, mtime, problem = seen.get(file.path, (-1, -1, ""))
            if file.problem or (problem and (size, mtime) == (file.size, file.mtime_ns)):
                self.result.skipped.append((file.path, file.problem or problem))
            elif (size, mtime) == (file.size, file.mtime_ns):
                self.result.unchanged += 1
            else:
                changed.append(file)
        return changed

    def within_their_time(self, files: Iterable[Found]) -> Iterator[Found]:
        for _, together in groupby(files, key=lambda file: PurePosixPath(file.path).parent):
            begun = self.clock()
            for file in together:
                if self.clock() - begun > SECONDS_PER_FOLDER:
                    self.result.skipped.append((file.path, "its folder takes too long to read"))
                else:
                    yield file

    def told(self, files: Iterable[Found], total: int) -> Iterator[Found]:
        for done, file in enumerate(files, 1):
            yield file
            if self.progress:
                self.progress(done, total)

    def write(self, files: Iterable[Found]) -> None:
        seen, tracks = [], []
        for file in files:
            seen.append(ScannedFile(path=file.path, size=file.size, mtime_ns=file.mtime_ns))
            try:
                tracks.append(self.track(file))
            except tags.Unfit as reason:
                seen[-1].problem = str(reason)
                self.result.skipped.append((file.path, str(reason)))
            except OSError:
                seen.pop()  # The disk may answer next time.
                self.result.skipped.append((file.path, "the disk does not give it"))
        self.count(tracks)
        unfit = [file.path for file in seen if file.problem]
        with transaction.atomic():
            self.withdraw(unfit)
            ScannedFile.objects.bulk_create(seen, **new_or_changed("size", "mtime_ns", "problem"))
            Track.objects.bulk_create(tracks, **new_or_changed(*FOUND_AGAIN))
            learn_words(tracks)

    def track(self, file: Found) -> Track:
        path = self.base / file.path
        found = tags.read(path)
        shown = self.shelf.keep(found.picture) if found.picture else None
        if shown is None or not shown.name:
            shown = self.shelf.keep_of_folder(path.parent)
        row = Track(
            path=file.path,
            title=found.title,
            artist=found.artist,
            album=found.album,
            album_artist=found.album_artist,
            genre=found.genre,
            year=found.year,
            disc_number=found.disc_number,
            track_number=found.track_number,
            isrc=found.isrc,
            duration_ms=found.duration_ms,
            quality=found.quality,
            loudness=found.loudness,
            peak=found.peak,
            cover=shown.name,
            mood=shown.mood or mood_of_words(f"{found.album_artist}\n{found.album}"),
        )
        return indexed(row)

    def count(self, tracks: list[Track]) -> None:
        known = set(
            Track.objects.filter(path__in=[track.path for track in tracks]).values_list(
                "path", flat=True
            )
        )
        for track in tracks:
            told = self.result.updated if track.path in known else self.result.added
            told.append(track.path)

    def forget_all_but(self, present: set[str]) -> None:
        known = ScannedFile.objects.filter(path__startswith=self.prefix)
        # SQLite compares without case here, so the prefix is looked at again.
        gone = [
            path
            for path in known.values_list("path", flat=True)
            if path not in present and path.startswith(self.prefix)
        ]
        for paths in in_batches(gone):
            with transaction.atomic():
                ScannedFile.objects.filter(path__in=paths).delete()
                self.withdraw(paths)

    def withdraw(self, paths: Iterable[str]) -> None:
        gone = Track.objects.filter(path__in=list(paths), available=True)
        self.result.vanished += [track.uri for track in gone.only("pk")]
        gone.update(available=False)


def in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, ROWS_AT_ONCE)):
        yield batch


def new_or_changed(*fields: str) -> dict[str, Any]:
    return {"update_conflicts": True, "unique_fields": ["path"], "update_fields": fields}
