"""Makes the catalogue agree with the disk, and opens only what has changed."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path, PurePosixPath

from django.conf import settings

from andre.core.errors import Refusal
from player.library import library_root, lyrics, tags
from player.library.containers import Unfit
from player.library.covers import ThumbnailStore
from player.library.cue_sheets import BrokenSheet, read_sheet
from player.library.files import DISK_FAULT, Found, Lister, Look, look_below
from player.library.indexing import add_search_fields, update_index
from player.library.pieces import fields_of_pieces, require_cut
from player.library.progress_bar import Told
from player.library.scan_rows import Read, Shelf, in_batches
from player.models import ScannedFile, Track

SECONDS_PER_FOLDER = 60.0  # A disk that answers this slowly is asked again next time.
# Raise it where reading finds more or other things in the same file: all are read once more.
RULES = 3
SHORT_BY_MS = 1_000  # What a file lacks of its header's promise before anybody is told.


@dataclass
class ScanResult:
    """Paths are below the music root; a skipped one comes with its reason."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)  # As they were when they went.
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    false_lengths: list[tuple[str, int, int]] = field(default_factory=list)  # path, said, true ms
    lengths: dict[str, int] = field(default_factory=dict)  # URI to ms, of those that changed
    vanished: list[str] = field(default_factory=list)  # URIs: their queued copies cannot play
    spared: int = 0  # Missing, but not proven gone.
    former_root: Path | None = None  # Where the library was read from, if somewhere else.


def scan_library(
    root: Path,
    *,
    overwrite: bool = False,
    forget_missing: bool = False,
    progress: Told | None = None,
    clock: Callable[[], float] = time.monotonic,
    list_folder: Lister = os.scandir,
) -> ScanResult:
    """Read what is new or changed in `root`, the music root or a folder in it.

    What is not found any more is withdrawn where its folder shows that it is gone. What could not
    be looked at stays, and so does all of a folder that has become empty (a disk that is not
    mounted looks so), or all of a library that was read from another folder, unless
    `forget_missing`.

    Raises Refusal `library_root_missing` or `path_outside_library`.
    """
    scan = Scan(resolve_root(root), progress, clock, list_folder)
    return scan.run(overwrite, forget_missing)


def resolve_root(root: Path) -> Path:
    """Raises Refusal `library_root_missing` or `path_outside_library`."""
    folder = root.expanduser().resolve()
    if not folder.is_relative_to(settings.MUSIC_ROOT):
        raise Refusal(
            "path_outside_library",
            "This folder is not in the music library. ANDRE_MUSIC_ROOT says where that is.",
        )
    if not folder.is_dir():
        raise Refusal(
            "library_root_missing",
            f"The music folder {folder} is not there; the library stays as it is.",
        )
    return folder


class Scan:
    def __init__(
        self,
        folder: Path,
        progress: Told | None,
        clock: Callable[[], float],
        list_folder: Lister,
    ) -> None:
        self.base = settings.MUSIC_ROOT
        self.folder = folder
        self.progress = progress
        self.clock = clock
        self.list_folder = list_folder
        self.covers = ThumbnailStore(settings.DATA_DIR / "covers")
        self.result = ScanResult()
        below = folder.relative_to(self.base).as_posix()
        self.prefix = "" if below == "." else f"{below}/"
        self.shelf = Shelf(self.prefix)

    def run(self, overwrite: bool, forget_missing: bool) -> ScanResult:
        update_index()
        look = look_below(self.base, self.folder, self.list_folder)
        self.result.skipped += look.skipped
        known = {} if overwrite else self.shelf.read_scanned()
        changed = self.find_changed(look.files, known)
        self.take_back({file.path for file in look.files} - {file.path for file in changed})
        unaltered = {file.path for file in changed if is_same(known.get(file.path), file)}
        read = self.within_their_time(changed)
        for batch in in_batches(self.report_progress(read, len(changed))):
            self.write(batch, unaltered)
        self.result.former_root = library_root.former_root(self.base)
        self.forget(look, forget_missing)
        if self.result.former_root is None or forget_missing or not self.result.spared:
            library_root.remember_root(self.base)
        return self.result

    def find_changed(self, found: Iterable[Found], known: dict[str, ScannedFile]) -> list[Found]:
        changed = []
        for file in found:
            row = known.get(file.path)
            if row is None or not is_same(row, file) or not is_whole(row, file):
                changed.append(file)
            elif row.problem:
                self.result.skipped.append((file.path, row.problem))
            else:
                self.result.unchanged += 1
                if row.sheet_problem:
                    self.result.skipped.append((file.sheet, row.sheet_problem))
        return changed

    def take_back(self, unchanged: set[str]) -> None:
        """What was away and is here again, with all that was measured of it."""
        self.result.returned = self.shelf.take_back(unchanged)
        self.result.unchanged -= len(self.result.returned)

    def within_their_time(self, files: Iterable[Found]) -> Iterator[Found]:
        for _, together in groupby(files, key=lambda file: PurePosixPath(file.path).parent):
            begun = self.clock()
            for file in together:
                if self.clock() - begun > SECONDS_PER_FOLDER:
                    self.result.skipped.append((file.path, "its folder takes too long to read"))
                else:
                    yield file

    def report_progress(self, files: Iterable[Found], total: int) -> Iterator[Found]:
        for done, file in enumerate(files, 1):
            yield file
            if self.progress:
                self.progress(done, total)

    def write(self, files: Iterable[Found], unaltered: set[str]) -> None:
        rows = [row for file in files if (row := self.read(file))]
        saved = self.shelf.save(rows, unaltered)
        self.result.added += saved.added
        self.result.updated += saved.updated
        self.result.skipped += saved.refused
        self.result.lengths |= saved.lengths
        self.result.vanished += saved.withdrawn

    def read(self, file: Found) -> Read | None:
        """None where the disk does not give it: it may do so next time."""
        seen = ScannedFile(
            path=file.path,
            size=file.size,
            mtime_ns=file.mtime_ns,
            lyrics=file.lyrics,
            sheet=file.sheet_seen,
            rules=RULES,
        )
        try:
            return Read(seen, self.tracks(file, seen))
        except Unfit as reason:
            seen.problem = str(reason)
            self.result.skipped.append((file.path, str(reason)))
            return Read(seen, [])
        except OSError:
            self.result.skipped.append((file.path, DISK_FAULT))
            return None

    def tracks(self, file: Found, seen: ScannedFile) -> list[Track]:
        """The pieces that a sheet makes of it, else the whole. Raises Unfit or OSError."""
        if file.sheet:
            try:
                pieces = self.pieces(file)
            except BrokenSheet as reason:
                seen.sheet_problem = str(reason)
                self.result.skipped.append((file.sheet, str(reason)))
            else:
                seen.pieces = len(pieces)
                return pieces
        found = tags.read_tags(self.base / file.path)
        texts = chain(lyrics.texts_beside(self.base, file.path), found.lyrics)
        return [self.track(file, found, lyrics=lyrics.choose_lyrics(texts).kind)]

    def pieces(self, file: Found) -> list[Track]:
        """Raises BrokenSheet, Unfit or OSError."""
        path = self.base / file.path
        require_cut(path)
        found = tags.read_tags(path, may_be_nameless=True)
        sheet = read_sheet(self.base, file.sheet, found.duration_ms)
        return [self.track(file, found, **fields) for fields in fields_of_pieces(found, sheet)]

    def track(self, file: Found, found: tags.Recording, **other: object) -> Track:
        """The row of the whole file, but for what is `other` in it."""
        if found.promised_ms - found.duration_ms >= SHORT_BY_MS:
            self.result.false_lengths.append((file.path, found.promised_ms, found.duration_ms))
        cover = self.covers.keep(found.picture) if found.picture else ""
        fields: dict[str, object] = {
            "title": found.title,
            "artist": found.artist,
            "album": found.album,
            "album_artist": found.album_artist,
            "genre": found.genre,
            "year": found.year,
            "disc_number": found.disc_number,
            "track_number": found.track_number,
            "isrc": found.isrc,
            "explicit": found.explicit,
            "duration_ms": found.duration_ms,
            "quality": found.quality,
            "loudness": found.loudness,
            "peak": found.peak,
            "cover": cover or self.covers.keep_of_folder((self.base / file.path).parent),
        }
        return add_search_fields(Track(path=file.path, **fields | other))

    def forget(self, look: Look, forget_missing: bool) -> None:
        missing = self.shelf.all_but({file.path for file in look.files})
        if not forget_missing:
            doubtful = look.unseen | look.empty
            if not look.files or self.result.former_root:
                doubtful.add(self.prefix.rstrip("/"))
            spared = {
                path: place for path in missing if (place := place_of(path, doubtful)) is not None
            }
            self.result.spared = len(spared)
            empty = [] if self.result.former_root else sorted(set(spared.values()) - look.unseen)
            self.result.skipped += [(place or ".", "no music in it any more") for place in empty]
            missing = [path for path in missing if path not in spared]
        self.result.vanished += self.shelf.withdraw(missing)


def is_same(row: ScannedFile | None, file: Found) -> bool:
    return row is not None and (row.size, row.mtime_ns) == (file.size, file.mtime_ns)


def is_whole(row: ScannedFile, file: Found) -> bool:
    """Whether all was read that there is now: by these rules, with what lies beside it."""
    return (row.rules, row.lyrics, row.sheet) == (RULES, file.lyrics, file.sheet_seen)


def place_of(path: str, folders: set[str]) -> str | None:
    """The one of these folders that the path lies in, or is; the root is called ""."""
    if path in folders:
        return path
    parents = (parent.as_posix() for parent in PurePosixPath(path).parents)
    return next((name for name in map(below_root, parents) if name in folders), None)


def below_root(folder: str) -> str:
    return "" if folder == "." else folder
