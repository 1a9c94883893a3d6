"""A house that has Spotify set up, and a stub in its place."""

import pytest

from tests.support.spotify_stub import running


@pytest.fixture
def stub(settle):
    with running() as stub:
        settle(**stub.settings)
        yield stub
