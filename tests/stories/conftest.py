"""A server that really runs, for one module of stories."""

from collections.abc import Iterator

import pytest

from player.models import Track as LibraryTrack
from tests.support.server import Server, Visitor, serving


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def alice(server: Server) -> Visitor:
    return server.visitor("Alice")


@pytest.fixture
def bob(server: Server) -> Visitor:
    return server.visitor("Bob")


@pytest.fixture
def charlie(server: Server) -> Visitor:
    return server.visitor("Charlie")


@pytest.fixture
def tracks(server: Server) -> list[str]:
    """The addresses of four songs in the library."""
    rows = [
        LibraryTrack(
            path=f"{title}.flac",
            title=title,
            artist="The Band",
            album="One",
            album_artist="",
            duration_ms=180_000,
            mood="#111111 #222222",
            folded=title.lower(),
            album_key="a",
            artist_key="b",
        )
        for title in ("Blue", "Green", "Red", "Gold")
    ]
    return [row.uri for row in LibraryTrack.objects.bulk_create(rows)]
