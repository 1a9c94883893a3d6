"""What every test finds: a real Valkey, empty, and the three people."""

from tests.support.house import furnish

furnish()

from typing import TYPE_CHECKING  # noqa: E402

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402
from xdist.scheduler import LoadFileScheduling  # noqa: E402

django.setup()

# The same examples every time; `--hypothesis-profile=search` looks for others.
hypothesis.settings.register_profile("search", derandomize=False)
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xdist.remote import Producer

    from tests.support.nest import NestStory, Person

BROWSER = "tests/browser/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser begins at once, for it takes longest; whole processes come last, when
    the other worker has less to do.
    """
    items.sort(key=lambda item: marked(item, "slow") - 2 * marked(item, "browser"))


def marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None


class OneBrowser(LoadFileScheduling):
    """One worker takes all that drives Chromium, the others take the rest, file by file.

    Two Chromiums that draw without a card are more than two cores can do in time.
    """

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> OneBrowser:
    return OneBrowser(config, log)


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    from andre.core.redis import redis

    redis().flushdb()


@pytest.fixture
def settle() -> "Iterator[Callable[..., None]]":
    """Changes what the environment says, until the test's end."""
    from andre.core.conf import conf

    with pytest.MonkeyPatch.context() as patched:

        def change(**settings: str) -> None:
            for name, value in settings.items():
                patched.setenv(name, value)
            conf.cache_clear()

        yield change
    conf.cache_clear()


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
