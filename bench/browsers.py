"""Real browsers with signed-in people at them, for the benches of what a page does."""

import shutil
from uuid import uuid4

from playwright.sync_api import Browser, Page, Playwright

from bench.support import session

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)


def arrived(browser: Browser, url: str, signed_in_at: str = "") -> Page:
    """The page of somebody new, in a context of its own."""
    context = browser.new_context()
    key = session(f"listener-{uuid4().hex}@example.com")
    context.add_cookies([{"name": "sessionid", "value": key, "url": signed_in_at or url}])
    page = context.new_page()
    page.goto(url)
    return page
