"""Plays the whole catalogue into a folder of tagged FLAC files, on all cores."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from andre.demo.library import flac_writer
from andre.demo.library.catalogue import ALBUMS, Album
from andre.demo.library.covers import cover
from andre.demo.library.desk import TARGET_LUFS, master
from andre.demo.library.styles import STYLES
from andre.demo.library.waves import RATE, Sound
from andre.launcher.processes import tie_to_parent

REPLAYGAIN_REFERENCE_LUFS = -18.0
LOUDEST_SAMPLE = 32_767


@dataclass(frozen=True)
class Job:
    root: Path
    album: int  # place in ALBUMS
    piece: int  # place on it

    @property
    def path(self) -> Path:
        album = ALBUMS[self.album]
        name = f"{self.piece + 1:02} {album.pieces[self.piece].title}.flac"
        return self.root / safe(album.artist) / safe(album.title) / safe(name)


def make_demo_library(
    root: Path,
    *,
    overwrite: bool = False,
    most: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write what is missing (or everything), at most `most`, and return what was written.

    `progress` is told (done, all) after each piece.
    """
    wanted = [job for job in jobs(root) if overwrite or not job.path.exists()][:most]
    # Started afresh, not forked: the caller may hold threads and database connections. They end
    # with it, for whoever stops Andre meanwhile does not want to hear the cores play on.
    with ProcessPoolExecutor(
        workers or cores(),
        mp_context=get_context("spawn"),
        initializer=end_with,
        initargs=(os.getpid(),),
    ) as pool:
        for done, future in enumerate(
            as_completed([pool.submit(record, job) for job in wanted]), 1
        ):
            future.result()
            if progress:
                progress(done, len(wanted))
    return [job.path for job in wanted]


def end_with(parent: int) -> None:
    tie_to_parent(signal.SIGKILL, parent)()


def jobs(root: Path) -> Iterator[Job]:
    """The first of every album, then the seconds: who begins with a few of them has variety."""
    for piece in range(max(len(album.pieces) for album in ALBUMS)):
        for album in range(len(ALBUMS)):
            if piece < len(ALBUMS[album].pieces):
                yield Job(root, album, piece)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def safe(name: str) -> str:
    return name.replace("/", "-")


def record(job: Job) -> None:
    """Play one piece to disk; a file appears under its name only when it is whole."""
    album = ALBUMS[job.album]
    piece = album.pieces[job.piece]
    wave = master(STYLES[piece.style](piece).recording())
    job.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = job.path.with_suffix(".part")
    soundfile.write(unfinished, as_16_bit(wave).T, RATE, subtype="PCM_16", format="FLAC")
    flac_writer.write_metadata(unfinished, tags(album, job.piece, wave), cover_of(job.album))
    unfinished.replace(job.path)


def as_16_bit(wave: Sound) -> NDArray[np.int16]:
    """With triangular dither (Lipshitz and others, 1992): a fade-out ends in hush, not in grit."""
    rng = np.random.default_rng(16)
    dither = rng.random(wave.shape, np.float32) - rng.random(wave.shape, np.float32)
    loud = np.clip(wave * LOUDEST_SAMPLE + dither, -LOUDEST_SAMPLE, LOUDEST_SAMPLE)
    whole: NDArray[np.int16] = np.rint(loud).astype(np.int16)
    return whole


def tags(album: Album, place: int, wave: Sound) -> dict[str, str]:
    return {
        "title": album.pieces[place].title,
        "artist": album.artist,
        "albumartist": album.artist,
        "album": album.title,
        "genre": album.genre,
        "date": str(album.year),
        "tracknumber": str(place + 1),
        "tracktotal": str(len(album.pieces)),
        "discnumber": "1",
        "copyright": "Made by Andre; free for any use",
        "replaygain_track_gain": f"{REPLAYGAIN_REFERENCE_LUFS - TARGET_LUFS:.2f} dB",
        "replaygain_track_peak": f"{np.abs(wave).max():.6f}",
    }


@cache
def cover_of(album: int) -> flac_writer.Picture:
    return cover(ALBUMS[album])
