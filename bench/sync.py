"""How far apart two browsers sound, near and at the end of a slow line; how soon a late joiner is
in step; and how late the next song is really heard.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench.browsers import arrived, launched
from bench.line import delayed
from bench.report import Report, percentile
from bench.support import House, house

LISTEN_SECONDS = 60
SETTLE_SECONDS = 10  # The clocks' first probes and the players' first nudges.
FAR_MS, FAR_JITTER_MS = 60, 20  # A round trip over a mobile network.
IN_STEP_MS = 15
SECONDS_TO_BE_IN_STEP = 20
CHANGES = 50
LONG_SECONDS, SHORT_SECONDS = 300, 6
RATE = 44_100
NEST = "main"
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
            play("Long")
            with sync_playwright() as playwright:
                measure(home, playwright)


def measure(home: House, playwright: Playwright) -> None:
    with delayed(home.port, FAR_MS, FAR_JITTER_MS) as far_port:
        far = f"http://127.0.0.1:{far_port}"
        with pages_at(playwright, far, 2) as pages:
            measure_offsets(pages, Report("sync_far"))
    with pages_at(playwright, home.url, 2) as pages:
        measure_offsets(pages, Report("sync"))
        with pages_at(playwright, home.url, 1) as [late]:
            measure_latecomer(pages[0], late, Report("late_joiner"))
        measure_changes(pages, Report("song_changes"))


def record(root: Path) -> None:
    """One long recording and many short ones, noise all of them: quiet, and hard to compress."""
    rng = np.random.default_rng(7)
    for number in range(CHANGES + 1):
        title, seconds = f"Short {number:02}", SHORT_SECONDS
        if number == CHANGES:
            title, seconds = "Long", LONG_SECONDS
        noise = rng.normal(0, 0.01, (RATE * seconds, 2))
        with soundfile.SoundFile(root / f"{title}.flac", "w", RATE, 2, "PCM_16") as file:
            file.title, file.artist, file.album = title, "The Noise", "Bench"
            file.write(noise)


@contextmanager
def pages_at(playwright: Playwright, url: str, count: int) -> Iterator[list[Page]]:
    """People, each in a browser of their own, listening."""
    browsers = [launched(playwright) for _ in range(count)]
    yield [listening(browser, url) for browser in browsers]
    for browser in browsers:
        browser.close()


def listening(browser: Browser, url: str) -> Page:
    page = arrived(browser, url)
    page.get_by_role("button", name="Listen here").click()
    page.evaluate(SAMPLER)
    return page


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


def measure_latecomer(first: Page, late: Page, report: Report) -> None:
    """From the press on the button to the last moment at which the page was out of step."""
    samples_of([first])
    time.sleep(SECONDS_TO_BE_IN_STEP)
    hers, others = samples_of([late, first])
    out_of_step = [
        sample[0]
        for sample in hers
        if sample[1] is None or abs(lead(sample) - lead(nearest(sample, others))) > IN_STEP_MS
    ]
    in_step_ms = max(out_of_step, default=hers[0][0]) - hers[0][0]
    report.add(1, [in_step_ms], int(in_step_ms > SECONDS_TO_BE_IN_STEP * 900))


def measure_changes(pages: list[Page], report: Report) -> None:
    """The first short song follows a skip; what comes after it is on its moment."""
    from andre.core.context import Actor, CommandContext
    from player.playback import playback

    play(*(f"Short {number:02}" for number in range(CHANGES)))
    playback.skip(CommandContext(NEST, Actor("alice@example.com", "Alice")))
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
    from andre.core.keys import NestKeys
    from andre.core.redis import redis

    entries = redis().xrange(NestKeys(NEST).events)
    events = [json.loads(fields["event"]) for _, fields in entries]
    return {
        event["song"]["song_id"]: event["playback"]["ends_at_ms"] - event["song"]["duration_ms"]
        for event in events
        if event["type"] == "song_started"
    }


def play(*titles: str) -> None:
    from andre.core.context import Actor, CommandContext
    from nests.registry import store
    from player.models import Track
    from player.queue import queue

    store.ensure_main()
    uris = [Track.objects.get(title=title).uri for title in titles]
    answer = queue.add(CommandContext(NEST, Actor("alice@example.com", "Alice")), uris)
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
