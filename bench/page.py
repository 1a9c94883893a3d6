"""How soon the page is there, how soon it answers a press, how soon others see it, and how smoothly
a long queue scrolls: in a real browser, drawn without a graphics card.
"""

import os
import time
from secrets import token_urlsafe

from playwright.sync_api import Browser, Page, sync_playwright

from bench.browsers import arrived, launched
from bench.people import queued
from bench.report import Report
from bench.support import house
from tests.support.browser import load_and_count

LOADS = 20
PRESSES = 40
SEEN_ELSEWHERE = 20
BETWEEN_SECONDS = 0.3  # Below what one person may ask in five seconds.
SONGS = (100, 500)
SONG_SECONDS = 600
FRAMES = 120
MAIN = "main"
READY = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return [page.responseEnd - page.startTime, page.domContentLoadedEventEnd];
}"""
# From a press to the button that shows it, and to the frame that draws it.
PRESSED = """button => new Promise((resolve) => {
  const began = performance.now();
  const before = button.getAttribute("aria-pressed");
  button.click();
  requestAnimationFrame(() => setTimeout(() => resolve(
    button.getAttribute("aria-pressed") === before ? null : performance.now() - began,
  )));
})"""
SCROLLED = """async (frames) => {
  const took = [];
  for (let turn = 0; turn < frames; turn += 1) {
    const began = performance.now();
    window.scrollBy(0, 320);
    await new Promise(requestAnimationFrame);
    took.push(performance.now() - began);
  }
  window.scrollTo(0, 0);
  return took;
}"""
# When a row's votes first read so, on the clock that all pages of a machine share.
WATCH = """([place, votes]) => {
  const figure = document.querySelectorAll("#queue .song [data-part=votes]")[place];
  window.benchSeen = new Promise((resolve) => {
    new MutationObserver((_, watcher) => {
      if (figure.textContent !== votes) return;
      watcher.disconnect();
      resolve(performance.timeOrigin + performance.now());
    }).observe(figure, { childList: true, characterData: true, subtree: true });
  });
}"""
VOTED = """place => {
  const began = performance.timeOrigin + performance.now();
  document.querySelectorAll("#queue .song .vote-up")[place].click();
  return began;
}"""


def main() -> None:
    # At home static files are collected and all is compressed, without an edge in front.
    at_home = {
        "ANDRE_ENVIRONMENT": "home",
        "HOST": "127.0.0.1",
        "ANDRE_SECRET_KEY": token_urlsafe(50),
        "ANDRE_JWT_SECRET": token_urlsafe(50),
    }
    with house(NEST_MAX_QUEUE_DEPTH="1000", **at_home) as home:
        home.manage("collectstatic", "--no-input", "--verbosity", "0")
        home.web()
        home.ticks()
        home.upkeep()
        home.beat()
        # Playwright's loop runs in this thread, and nobody else waits for our few queries.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        furnish()
        with sync_playwright() as playwright:
            browser = launched(playwright)
            measure_loads(browser, home.url, Report("first_load"))
            measure_others(browser, home.url, Report("shown_elsewhere"))
            presses, scrolls = Report("press"), Report("long_queue")
            for songs in SONGS:
                fill(songs)
                page = arrived(browser, home.url)
                shows(page, songs - 1)
                measure_presses(page, songs, presses)
                measure_scrolling(page, songs, scrolls)
                page.context.close()
            browser.close()


def furnish() -> None:
    from nests.registry import store

    store.ensure_main()
    queued(MAIN, SONG_SECONDS, SONG_SECONDS)


def measure_loads(browser: Browser, url: str, report: Report) -> None:
    """Each by somebody who was never here: nothing of it is kept."""
    html, interactive = [], []
    for _ in range(LOADS):
        page = arrived(browser, url)
        html_ms, interactive_ms = page.evaluate(READY)
        html.append(html_ms)
        interactive.append(interactive_ms)
        page.context.close()
    report.add(LOADS, interactive, 0, html_ms=sorted(html)[LOADS // 2], kib=weight(browser, url))


def weight(browser: Browser, url: str) -> float:
    """KiB of all but covers and songs, as the browser counts what came over the wire."""
    page = arrived(browser, "about:blank", signed_in_at=url)
    loads = load_and_count(page, url)
    page.context.close()
    return sum(loads.values()) / 1024


def measure_others(browser: Browser, url: str, report: Report) -> None:
    """From one's vote for the song that plays next to the figure on another's screen; and back."""
    hers, his = arrived(browser, url), arrived(browser, url)
    for page in (hers, his):
        shows(page, 1)
    took = []
    for turn in range(SEEN_ELSEWHERE):
        his.evaluate(WATCH, [0, "" if turn % 2 else "1"])
        began = hers.evaluate(VOTED, 0)
        took.append(his.evaluate("window.benchSeen") - began)
        time.sleep(BETWEEN_SECONDS)
    report.add(2, took, SEEN_ELSEWHERE - len(took))
    hers.context.close()
    his.context.close()


def shows(page: Page, songs: int) -> None:
    page.locator("#queue .song").nth(songs - 1).wait_for(state="attached")


def fill(songs: int) -> None:
    """Until so many are there, the one that plays included."""
    from andre.core.context import CommandContext
    from andre.core.redis import redis

    there = int(redis().zcard(CommandContext(MAIN).keys.queue)) + 1
    queued(MAIN, *[SONG_SECONDS] * (songs - there))


def measure_presses(page: Page, songs: int, report: Report) -> None:
    buttons = page.locator("#queue .song .vote-up").element_handles()
    chosen = buttons[:: max(1, len(buttons) // PRESSES)][:PRESSES]
    took = []
    for button in chosen:
        took.append(page.evaluate(PRESSED, button))
        time.sleep(BETWEEN_SECONDS)
    answered = [each for each in took if each is not None]
    report.add(songs, answered, len(chosen) - len(answered))


def measure_scrolling(page: Page, songs: int, report: Report) -> None:
    report.add(songs, page.evaluate(SCROLLED, FRAMES), 0)


if __name__ == "__main__":
    main()
