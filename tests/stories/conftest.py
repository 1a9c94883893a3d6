"""A server that really runs, for one module of stories."""

from collections.abc import Iterator

import pytest

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
