"""A real browser with people at it, in the words of tests."""

import faulthandler
import os
import re
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    TimeoutError,
    expect,
    sync_playwright,
)

from andre.launcher.valkey_server import free_port

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("TEST_RESULTS_DIR") or ROOT / "test-results")
# The shell is Chromium without a window, whose own pages cost as much as ours; TEST_CHROMIUM
# names another program.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("TEST_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
LAPTOP = (1366, 850)
TABLET = (768, 1024)
PHONE = (390, 844)
PATIENCE_MS = 15_000  # What is there sooner is not waited for.

# What Chromium itself writes about what a story does on purpose.
CUT_OFF = r"WebSocket connection to .* failed|net::ERR_|WebSocket is already in CLOSING"
NOT_FOUND = "status of 404"

STICKS_OUT = """() => {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 0.5)
    .map((each) => each.outerHTML.slice(0, 120));
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """To be closed before any test that has a loop of its own: Playwright's runs in this thread."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium).")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Django's tests may use that thread nonetheless.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def load_and_count(page: Page, url: str) -> dict[str, int]:
    """Open `url`; what each request of it brought in bytes, headers included, as Chromium counts.

    Covers and songs are left out, and so are answers from a cache.
    """
    asked: dict[str, str] = {}
    brought: dict[str, int] = {}

    def remember(told: dict[str, Any]) -> None:
        asked[told["requestId"]] = told["request"]["url"]

    def count(told: dict[str, Any]) -> None:
        brought[told["requestId"]] = told["encodedDataLength"]

    watch = page.context.new_cdp_session(page)
    watch.on("Network.requestWillBeSent", remember)
    watch.on("Network.loadingFinished", count)
    watch.send("Network.enable")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return {asked[each]: size for each, size in brought.items() if "/media/" not in asked[each]}


@dataclass
class Tab:
    """One page of one person, and everything its console complained about."""

    name: str
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.set_default_navigation_timeout(2 * PATIENCE_MS)  # A whole page, beside others.
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hears(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}".strip())

    def may_hear(self, pattern: str) -> None:
        """The browser's own complaint about what this story does on purpose."""
        self.tolerated.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.tolerated)
        ]

    # Going places

    def opens(self, path: str = "/") -> "Tab":
        self.goes(path)
        self.is_in()
        return self

    def goes(self, path: str) -> None:
        """Once more, as people do, where nothing comes; what everybody waits for is printed."""
        try:
            self.page.goto(self.url + path)
        except TimeoutError:
            faulthandler.dump_traceback(file=sys.__stderr__)
            self.page.goto(self.url + path)

    def is_in(self) -> None:
        """The page knows who listens: it was welcomed, and heard of its own arrival."""
        expect(self.part("bar", "count")).not_to_have_text(re.compile("--|^0$"))

    def another_tab(self) -> "Tab":
        """Of the same person in the same browser; its complaints count as this one's."""
        return Tab(self.name, self.page.context.new_page(), self.url, self.complaints)

    def reloads(self) -> None:
        self.page.reload()
        self.is_in()

    # Finding things

    def part(self, root: str, name: str) -> Locator:
        return self.page.locator(f"#{root} [data-part={name}]").first

    def button(self, name: str, root: str = "now-playing") -> Locator:
        return self.page.locator(f"#{root}").get_by_role("button", name=name, exact=True)

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    def row(self, title: str) -> Locator:
        return self.page.locator("#queue .song").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    def result(self, title: str) -> Locator:
        return self.page.locator("#search .result").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    def state(self, path: str) -> Any:
        """What the page believes: `nest.playback.is_playing`, for instance."""
        return self.page.evaluate(
            "path => path.split('.').reduce((value, name) => value?.[name], window.andre.state())",
            path,
        )

    # Doing things

    def adds(self, *titles: str) -> None:
        for title in titles:
            self.searches(title)
            self.result(title).click()
            expect(self.result(title)).to_have_class(re.compile("is-added"))
        self.page.get_by_role("combobox").fill("")

    def searches(self, words: str) -> None:
        self.page.get_by_role("combobox").fill(words)

    def votes_up(self, title: str) -> None:
        self.row(title).get_by_role("button", name=f"Vote up {title}").click()

    def removes(self, title: str) -> None:
        self.row(title).hover()
        self.row(title).get_by_role("button", name=f"Remove {title}").click()

    def plays(self) -> None:
        self.button("Play").click()

    def pauses(self) -> None:
        self.button("Pause").click()

    def skips(self) -> None:
        self.button("Skip").click()

    def seeks(self, seconds: float) -> None:
        self.part("now-playing", "slider").fill(str(round(seconds * 1000)))

    def listens_here(self) -> None:
        self.page.get_by_role("button", name="Listen here").click()

    # Seeing things

    def sees_queue(self, *titles: str) -> None:
        expect(self.page.locator("#queue .song [data-part=title]")).to_have_text(list(titles))

    def sees_playing(self, title: str, within_ms: float = PATIENCE_MS) -> None:
        expect(self.part("now-playing", "title")).to_have_text(title, timeout=within_ms)

    def sees_button(self, name: str) -> None:
        expect(self.button(name)).to_be_visible()

    def sees(self, sentence: str) -> None:
        expect(self.page.get_by_text(sentence).first).to_be_visible()

    def measures(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def shows_no_sideways_scroll(self) -> None:
        """Once everything is where it belongs after a change of size."""
        end = time.monotonic() + 1
        while sticks_out := self.page.evaluate(STICKS_OUT):
            assert time.monotonic() < end, sticks_out
            self.page.wait_for_timeout(20)

    def position_ms(self) -> float | None:
        """Where in its song this page's loudspeaker is."""
        return self.page.evaluate("() => window.andre.player.position()")

    def photographs(self, name: str) -> None:
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        path = PICTURES / f"{name}-{width}.png"
        self.page.screenshot(path=path, animations="disabled")


class Cable:
    """The way from a browser to the server, which a story can cut and mend.

    (Playwright's `set_offline` leaves open sockets open.)
    """

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.port = free_port()
        self._ends: list[socket.socket] = []
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=[self._door], daemon=True).start()

    def cut(self) -> None:
        for end in (self._door, *self._ends):
            with suppress(OSError):  # It had ended by itself.
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _let_in(self, door: socket.socket) -> None:
        with suppress(OSError):  # The door was shut.
            while True:
                near, _ = door.accept()
                far = socket.create_connection(("127.0.0.1", self.to_port))
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pass_on, args=pair, daemon=True).start()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def signed_in(context: BrowserContext, url: str, session_key: str) -> None:
    cookie = {"name": "sessionid", "value": session_key, "url": url, "httpOnly": True}
    context.add_cookies([cookie])
