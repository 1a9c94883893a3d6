"""A library of 10,000 albums on the page: how soon its first albums are drawn, how smoothly it
scrolls and how much of it stands in the document, and how soon a page of it is answered.
"""

import os
import random
import statistics
import time

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from bench.browsers import arrived, launched
from bench.library import SEED, name, vocabulary
from bench.report import Report, percentile
from bench.support import house, session
from tests.support.browser import LAPTOP, PHONE

ALBUMS, SONGS_ON_ALBUM = 10_000, 10
CHUNK = 500  # Albums written at once.
GENRES = ("rock", "jazz", "funk", "folk", "dub", "house", "ambient", "soul")
YEARS = (1955, 2026)
PAGES_ASKED = 400
OPENED = 15
FRAMES = 240
# From the press that opens the library to the frame that draws its first albums.
OPEN = """() => new Promise((resolve) => {
  const began = performance.now();
  const look = () => {
    const first = document.querySelector("#library .tiles [data-part=title]");
    if (!first?.textContent) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
  };
  document.querySelector("[data-action=library]").click();
  look();
})"""
# As with a wheel that is turned on and on, `by` px a frame, and from the end to the top again: what
# each frame took, and the most nodes there were.
SCROLL = """async ([frames, by]) => {
  const scroll = document.querySelector("#library [data-part=scroll]");
  const countNodes = () => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 0;
    while (walker.nextNode()) count += 1;
    return count;
  };
  const took = [];
  let nodes = 0;
  let before = await new Promise(requestAnimationFrame);
  for (let turn = 0; turn < frames; turn += 1) {
    scroll.scrollTop = (scroll.scrollTop + by) % (scroll.scrollHeight - scroll.clientHeight);
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
    if (turn % 20 === 0) {
      nodes = Math.max(nodes, countNodes());
      before = await new Promise(requestAnimationFrame); // Counting is no part of it.
    }
  }
  return { took, nodes };
}"""
IS_DRAWN = """() => [...document.querySelectorAll("#library .tiles [data-part=title]")]
  .every((title) => title.textContent)"""


def main() -> None:
    with house(ANDRE_LOG_LEVEL="ERROR") as home:
        fill()
        home.web()
        # Playwright's loop runs in this thread, and nobody else waits for our few queries.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        with sync_playwright() as playwright:
            browser = launched(playwright)
            measure_opening(browser, home.url, Report("shelf_opened"))
            measure_scrolling(browser, home.url, Report("shelf_scrolled"))
            browser.close()
        measure_pages(home.url, Report("shelf_page"))


def fill() -> None:
    from nests.registry import store
    from tests.support.recordings import recording, shelved

    store.ensure_main()
    rng = random.Random(SEED)
    words = vocabulary(rng)
    for start in range(0, ALBUMS, CHUNK):
        rows = []
        for number in range(start, start + CHUNK):
            artist, album = name(words, rng), f"{name(words, rng)} {number}"
            told = {"genre": rng.choice(GENRES), "year": rng.randint(*YEARS)}
            rows += [
                recording(name(words, rng), artist, album, path=f"{number}/{song}.flac", **told)
                for song in range(SONGS_ON_ALBUM)
            ]
        shelved(*rows)


def measure_opening(browser: Browser, url: str, report: Report) -> None:
    """The first one finds a web process that has not read the library yet (`first_ms`)."""
    took = []
    for _ in range(OPENED):
        page = in_use(browser, url, LAPTOP)
        took.append(page.evaluate(OPEN))
        page.context.close()
    first, *later = took
    report.add(ALBUMS, later, 0, p95_ms=percentile(later, 95), first_ms=first)


def in_use(browser: Browser, url: str, size: tuple[int, int]) -> Page:
    """A page that somebody has touched: what they may open next is there."""
    page = arrived(browser, url)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Shift")
    page.locator("#library link[rel=stylesheet]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    return page


def measure_scrolling(browser: Browser, url: str, report: Report) -> None:
    """Down at the pace of a wheel, then in leaps from end to end."""
    for size in (LAPTOP, PHONE):
        page = in_use(browser, url, size)
        page.evaluate(OPEN)
        page.get_by_role("radio", name="Albums").check()
        page.wait_for_function(IS_DRAWN)
        down = page.evaluate(SCROLL, [FRAMES, 320])
        leaps = page.evaluate(SCROLL, [FRAMES, 20_000])
        page.locator("#library [data-part=scroll]").evaluate("each => each.scrollTo(0, 1e9)")
        page.wait_for_function(IS_DRAWN)
        report.add(
            ALBUMS,
            down["took"],
            0,
            p95_ms=percentile(down["took"], 95),
            leaps_p50_ms=statistics.median(leaps["took"]),
            leaps_p95_ms=percentile(leaps["took"], 95),
            nodes=max(down["nodes"], leaps["nodes"]),
            width=size[0],
        )
        page.context.close()


def measure_pages(url: str, report: Report) -> None:
    """Pages of albums, anywhere; by artist, the newest first, of one genre, of one decade."""
    rng = random.Random(SEED)
    ways: list[dict[str, str]] = [{}, {"sort": "newest"}, {"genre": "jazz"}, {"decade": "1970s"}]
    took, missed = [], 0
    with requests.Session() as client:
        client.cookies.set("sessionid", session("browser@example.com"))
        for turn in range(PAGES_ASKED):
            way = ways[turn % len(ways)]
            page = rng.randint(1, 15 if way else ALBUMS // 60)
            began = time.perf_counter()
            answer = client.get(f"{url}/api/library/albums", params={**way, "page": page})
            took.append((time.perf_counter() - began) * 1000)
            missed += not answer.ok or not answer.json()["results"]
    report.add(ALBUMS, took, missed, p95_ms=percentile(took, 95))


if __name__ == "__main__":
    main()
