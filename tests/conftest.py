"""What every test finds: a real Valkey, empty, and the three people."""

from tests.support.house import furnish

furnish()

from typing import TYPE_CHECKING  # noqa: E402

import django  # noqa: E402
import pytest  # noqa: E402

django.setup()

if TYPE_CHECKING:
    from tests.support.nest import NestStory, Person


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    from andre.redis import redis

    redis().flushdb()


@pytest.fixture
def nest() -> "NestStory":
    """The Main Nest, where Alice and Bob may do what they like; Bob listens."""
    from tests.support.nest import main_nest

    story = main_nest()
    story.person("Bob").listens()
    return story


@pytest.fixture
def alice(nest: "NestStory") -> "Person":
    return nest.person("Alice")


@pytest.fixture
def bob(nest: "NestStory") -> "Person":
    return nest.person("Bob")


@pytest.fixture
def carol(nest: "NestStory") -> "Person":
    return nest.person("Carol")
