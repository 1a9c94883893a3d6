"""How far apart two browsers sound, and how late the next song is really heard."""

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from playwright.sync_api import Page, sync_playwright

from bench.report import Report, percentile
from bench.support import House, house, session

LISTEN_SECONDS = 60
SETTLE_SECONDS = 10  # The clocks' first probes and the players' first nudges.
CHANGES = 50
LONG_SECONDS, SHORT_SECONDS = 180, 6
RATE = 44_100
NEST = "main"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)
# Where the page sounds, every 20 ms, on the wall clock that all pages of one machine share.
SAMPLER = """() => {
  const samples = [];
  setInterval(() => {
    const wall = performance.timeOrigin + performance.now();
    const { clock, player } = window.andre;
    samples.push([wall, player.position(), player.songId(), clock.now()]);
  }, 20);
  window.benchSamples = () => samples.splice(0);
}"""

Sample = tuple[float, float | None, int | None, float]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="andre-music-") as root:
        record(Path(root))
        with house(ANDRE_MUSIC_ROOT=root, NEST_MAX_QUEUE_DEPTH="100") as home:
            home.manage("scan_library")
            home.web()
            home.ticks()
            home.upkeep()
            home.beat()
            # Playwright's loop runs in this thread, and nobody else waits for our few queries.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            with two_pages(home) as pages:
                measure_offsets(pages, Report("sync"))
                measure_changes(pages, Report("song_changes"))


def record(root: Path) -> None:
    """One long recording and many short ones, noise all of them: quiet, and hard to compress."""
    dice = np.random.default_rng(7)
    for number in range(CHANGES + 1):
        title, seconds = f"Short {number:02}", SHORT_SECONDS
        if number == CHANGES:
            title, seconds = "Long", LONG_SECONDS
        noise = dice.normal(0, 0.01, (RATE * seconds, 2))
        with soundfile.SoundFile(root / f"{title}.flac", "w", RATE, 2, "PCM_16") as file:
            file.title, file.artist, file.album = title, "The Noise", "Bench"
            file.write(noise)


@contextmanager
def two_pages(home: House) -> Iterator[list[Page]]:
    """Two people, each in a browser of their own, listening to the long one."""
    play("Long")
    with sync_playwright() as playwright:
        browsers = [
            playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for _ in range(2)
        ]
        pages = []
        for number, browser in enumerate(browsers):
            context = browser.new_context()
            key = session(f"listener-{number}@example.com")
            context.add_cookies([{"name": "sessionid", "value": key, "url": home.url}])
            page = context.new_page()
            page.goto(home.url)
            page.get_by_role("button", name="Listen here").click()
            page.evaluate(SAMPLER)
            pages.append(page)
        yield pages
        for browser in browsers:
            browser.close()


def measure_offsets(pages: list[Page], report: Report) -> None:
    time.sleep(SETTLE_SECONDS)
    samples_of(pages)
    time.sleep(LISTEN_SECONDS)
    hers, his = samples_of(pages)
    heard = [sample for sample in hers if sample[1] is not None]
    others = [sample for sample in his if sample[1] is not None]
    apart = [abs(lead(one) - lead(nearest(one, others))) for one in heard]
    clocks = [statistics.median(each[3] - each[0] for each in one) for one in (heard, others)]
    report.add(
        2,
        apart,
        len(hers) + len(his) - len(heard) - len(others),
        p95_ms=percentile(apart, 95),
        worst_ms=max(apart),
        clocks_apart_ms=abs(clocks[0] - clocks[1]),
        clock_off_ms=max(map(abs, clocks)),
    )


def measure_changes(pages: list[Page], report: Report) -> None:
    """The first short song follows a skip; what comes after it is on its moment."""
    from andre.act import Act
    from player.services import playback

    play(*(f"Short {number:02}" for number in range(CHANGES)))
    playback.skip(Act(NEST, "alice@example.com", "Alice"))
    time.sleep(CHANGES * SHORT_SECONDS + 1)
    starts = dict(list(scheduled().items())[2:])  # Neither the long one nor the skip.
    late = [each for samples in samples_of(pages) for each in lateness(samples, starts)]
    report.add(
        len(starts),
        [abs(each) for each in late],
        len(starts) * len(pages) - len(late),
        worst_ms=max(map(abs, late)),
        middle_ms=statistics.median(late),
    )


def lateness(samples: list[Sample], starts: dict[int, float]) -> list[float]:
    """Of each song that was heard: the first sound of it against its scheduled moment, in ms."""
    first: dict[int, float] = {}
    for wall, position, song, _ in samples:
        if song in starts and position and song not in first:
            first[song] = wall - position - starts[song]
    return list(first.values())


def scheduled() -> dict[int, float]:
    """When each song so far began on the nest's clock, in their order."""
    from andre.keys import NestKeys
    from andre.redis import redis

    entries = redis().xrange(NestKeys(NEST).events)
    events = [json.loads(fields["event"]) for _, fields in entries]
    return {
        event["song"]["song_id"]: event["playback"]["ends_at_ms"] - event["song"]["duration_ms"]
        for event in events
        if event["type"] == "song_started"
    }


def play(*titles: str) -> None:
    from andre.act import Act
    from nests.services import rooms
    from player.models import Track
    from player.services import queue

    rooms.ensure_main()
    uris = [Track.objects.get(title=title).uri for title in titles]
    answer = queue.add(Act(NEST, "alice@example.com", "Alice"), uris)
    assert not answer["rejected"], answer["rejected"]


def samples_of(pages: list[Page]) -> list[list[Sample]]:
    return [found(page.evaluate("() => window.benchSamples()")) for page in pages]


def found(samples: Iterable[list[Any]]) -> list[Sample]:
    return [(wall, position, song, now) for wall, position, song, now in samples]


def lead(sample: Sample) -> float:
    return (sample[1] or 0) - sample[0]


def nearest(sample: Sample, others: list[Sample]) -> Sample:
    return min(others, key=lambda other: abs(other[0] - sample[0]))


if __name__ == "__main__":
    main()
