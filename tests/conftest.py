"""What every test finds: a real Valkey, empty, and the three people."""

from tests.support.house import furnish

furnish()

from collections.abc import Iterator  # noqa: E402

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def _empty_valkey() -> Iterator[None]:
    from andre.redis import redis

    redis().flushdb()
    yield
