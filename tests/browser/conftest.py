"""A browser for all stories of this folder, a server and a small library for each of them."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from player.library.scan import scan_library
from player.models import Track
from tests.player.external_providers.people import worker
from tests.player.library_shelf import flac, red
from tests.support.browser import LAPTOP, Tab, chromium, signed_in
from tests.support.server import Server, serving
from tests.support.spotify_stub import Stub, running

HOSTILE = "<img src=x onerror=alert(1)>"
RECORDS = {  # Title: seconds, and the colour of its cover
    "Blue Lantern": (60, "#2f5fb0"),
    "Green Harbour": (50, "#2f8f5f"),
    "Red Kite": (40, "#b03a2f"),
    HOSTILE: (30, "#8a6f2f"),
}

Size = tuple[int, int]
Opener = Callable[..., Tab]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    for number, (title, (seconds, colour)) in enumerate(RECORDS.items()):
        path = folder / f"{number}.flac"
        flac(path, seconds, red(colour=colour), title=title, artist="The Band", album="One")
    return folder


@pytest.fixture
def library(settings, records: Path, transactional_db: None) -> None:
    settings.MUSIC_ROOT = records.resolve()
    scan_library(settings.MUSIC_ROOT)


@pytest.fixture
def stub(settle: Callable[..., None], library: None) -> Iterator[Stub]:
    """A house that has Spotify set up, and a stub in its place."""
    with running() as stub, worker():
        settle(**stub.settings)
        yield stub


@pytest.fixture
def puts(server: Server) -> Callable[..., None]:
    """Queues songs for somebody without a page, where how they got there is not the story."""

    def put(name: str, *titles: str, nest: str = "main") -> None:
        uris = [Track.objects.get(title=title).uri for title in titles]
        frame = {"type": "add_songs", "id": uuid.uuid4().hex, "uris": uris}
        visitor = server.visitor(name).joins(nest)
        answer = visitor.asks("POST", f"/api/nests/{nest}/commands", **frame)
        assert answer.status_code == 200, answer.text

    return put


@pytest.fixture
def server(browser: Browser, library: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def person(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a page for somebody, signed in; no page may complain in its console."""
    tabs: list[Tab] = []

    def opener(
        name: str, *, size: Size = LAPTOP, known: bool = True, url: str = server.url, **more
    ) -> Tab:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        if known:
            signed_in(context, url, server.visitor(name).session_key)
        tab = Tab(name, context.new_page(), url)
        tabs.append(tab)
        return tab

    yield opener

    for tab in tabs:
        if failed(request.node):
            tab.photographs(f"failed-{re.sub(r'[^a-z0-9]+', '-', request.node.name)}-{tab.name}")
        tab.page.context.close()
    assert {tab.name: tab.unexpected() for tab in tabs if tab.unexpected()} == {}


@pytest.fixture
def alice(person: Opener) -> Tab:
    return person("Alice")


@pytest.fixture
def bob(person: Opener) -> Tab:
    return person("Bob")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    item.stash.setdefault(REPORTS, []).append(report)
    return report


REPORTS: pytest.StashKey[list[pytest.TestReport]] = pytest.StashKey()


def failed(item: pytest.Item) -> bool:
    return any(report.failed for report in item.stash.get(REPORTS, []))
