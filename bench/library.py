"""10,000 files scanned and scanned again; songs, albums and artists found in 100,000 tracks."""

import io
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from bench.report import Report
from bench.support import house

if TYPE_CHECKING:
    from player.models import Track

FILES, TRACKS, SEARCHES = 10_000, 100_000, 1_000
SONGS_ON_ALBUM = 10
SYLLABLES = [c + v for c in "bdfklmnprst" for v in "aeo"]
VOCABULARY = 30_000
SEED = 7


def main() -> None:
    with house(ANDRE_LOG_LEVEL="ERROR") as home:
        scan(home.data_dir / "music")
        search()
        search_groups()


def scan(root: Path) -> None:
    from player.library.scan import scan_library

    paths = list(islice(fill(root), FILES))
    first = seconds(lambda: scan_library(root))
    again = sorted(seconds(lambda: scan_library(root)) for _ in range(5))
    bare = min(seconds(lambda: [os.stat(path) for path in root.rglob("*.flac")]) for _ in range(3))
    missed = len(scan_library(root, overwrite=True).skipped)
    Report("library_scan").add(len(paths), [first * 1000], missed)
    Report("library_rescan").add(
        len(paths), [s * 1000 for s in again], missed, ratio=statistics.median(again) / bare
    )


def fill(root: Path) -> Iterator[Path]:
    """Small files with tags; each album has a picture of its own."""
    from PIL import Image

    from andre.demo.library import flac_writer

    rng = random.Random(SEED)
    words = vocabulary(rng)
    tone = io.BytesIO()
    soundfile.write(tone, np.zeros(4_000), 8_000, subtype="PCM_16", format="FLAC")
    for number in range(FILES):
        if number % SONGS_ON_ALBUM == 0:
            artist, album = name(words, rng), name(words, rng)
            picture = io.BytesIO()
            colour = tuple(rng.randrange(256) for _ in range(3))
            Image.new("RGB", (300, 300), colour).save(picture, "JPEG")
        path = root / f"{number // 100:03}" / f"{number:05}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tone.getvalue())
        tags = {"title": name(words, rng), "artist": artist, "album": album}
        cover = flac_writer.Picture(picture.getvalue(), "image/jpeg", 300, 300)
        flac_writer.write_metadata(path, tags, cover)
        yield path


def search() -> None:
    """What people do: beginnings, two words, an artist, a slip of the fingers, a word too many."""
    from player.library.search import search as ours
    from player.models import Track

    rng = random.Random(SEED)
    titles = stock(rng)
    asked = [typed(rng.choice(titles), rng) for _ in range(SEARCHES)]
    times, missed, bare = [], 0, []
    for query, wanted in asked:
        begun = time.perf_counter()
        found = ours(query)
        times.append((time.perf_counter() - begun) * 1000)
        # Hundreds begin with the same two letters, or share two words; four words leave few.
        missed += not found or (is_telling(query) and wanted not in map(names_of, found))
    for query, _ in asked[:50]:
        bare.append(seconds(partial(plain_search, query)))
    ratio = statistics.median(times) / statistics.median(bare) / 1000
    Report("library_search").add(Track.objects.count(), times, missed, ratio=ratio)


def search_groups() -> None:
    """The same for albums and artists, which are put together from what was found of songs."""
    from player.models import Track
    from player.providers import PROVIDERS

    rng = random.Random(SEED)
    for kind in ("album", "artist"):
        names = Track.objects.filter(**{f"{kind}__contains": " "}).values_list(kind, flat=True)
        times, missed = [], 0
        for wanted in names[:SEARCHES]:
            query, _ = typed(wanted, rng)
            begun = time.perf_counter()
            found = PROVIDERS["library"].search(query, kind, 1)
            times.append((time.perf_counter() - begun) * 1000)
            missed += not found
        Report(f"library_{kind}_search").add(Track.objects.count(), times, missed)


def plain_search(query: str) -> list[tuple[int]]:
    """What stands beside ours: every word looked for in every row."""
    from django.db.models import Q

    from player.models import Track

    every = Q(*(Q(folded__contains=word) for word in query.split()))
    return list(Track.objects.filter(every).values_list("pk"))


def stock(rng: random.Random) -> list[str]:
    from player.models import Track
    from tests.support.recordings import recording, shelved

    Track.objects.all().delete()
    words = vocabulary(rng)
    names = []
    for start in range(0, TRACKS, 5_000):
        named = [[name(words, rng) for _ in range(3)] for _ in range(5_000)]
        tracks = [
            recording(title, artist, album, path=f"{number}.flac")
            for number, (title, artist, album) in enumerate(named, start)
        ]
        names += [names_of(track) for track in shelved(*tracks)]
    return names


def typed(wanted: str, rng: random.Random) -> tuple[str, str]:
    words = wanted.split()
    kind = rng.randrange(6)
    if kind == 0:
        return " ".join(words[:5])[:-1], wanted
    if kind == 1:
        return " ".join(rng.sample(words, 2)), wanted
    if kind == 2:
        return words[-1], wanted
    if kind == 3:
        return rng.choice(words)[:2], wanted
    if kind == 4:
        return f"{' '.join(words[:4])} official video", wanted
    word = max(words, key=len)
    at = rng.randrange(1, len(word) - 1)
    slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return f"{slip} {words[0]}", wanted


def is_telling(query: str) -> bool:
    return len(query.split()) >= 4


def names_of(track: "Track") -> str:
    return f"{track.title} {track.artist} {track.album}"


def vocabulary(rng: random.Random) -> list[str]:
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 5))) for _ in range(VOCABULARY)]


def name(words: list[str], rng: random.Random) -> str:
    """A few words, common ones more often, as in any language (Zipf)."""
    ranks = [int(VOCABULARY ** rng.random()) - 1 for _ in range(rng.randint(1, 4))]
    return " ".join(words[rank] for rank in ranks)


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
