"""A server that really runs, for one module of stories."""

from collections.abc import Iterator

import pytest

from tests.support.recordings import recording, shelved
from tests.support.server import Server, Visitor, serving


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def alice(server: Server) -> Visitor:
    return server.visitor("Alice").joins()


@pytest.fixture
def bob(server: Server) -> Visitor:
    return server.visitor("Bob").joins()


@pytest.fixture
def charlie(server: Server) -> Visitor:
    """Whom nobody has let in."""
    return server.visitor("Charlie")


@pytest.fixture
def tracks(server: Server) -> list[str]:
    """The addresses of four songs in the library."""
    return [row.uri for row in shelved(*map(recording, ("Blue", "Green", "Red", "Gold")))]
