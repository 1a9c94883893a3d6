"""What every test finds: a real Valkey, empty, and the three people."""

from tests.support.house import furnish

furnish()

import os  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from typing import TYPE_CHECKING  # noqa: E402

import django  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

# Nothing is collected for tests, and whitenoise warns of a folder that is not there.
settings.STATIC_ROOT = settings.DATA_DIR / "static"
settings.STATIC_ROOT.mkdir(exist_ok=True)

# What is slow on purpose, and what only waits: the hash of a password takes 0.4 s, and a worker
# that is to end looks up from its queue once a second.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.CELERY_BROKER_TRANSPORT_OPTIONS["polling_interval"] = 0.1

# The same examples every time; `--hypothesis-profile=search` looks for others.
hypothesis.settings.register_profile("search", derandomize=False)
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper
    from redis import Redis

    from tests.support.nest import NestStory, Person

from tests.support import quick_flush  # noqa: E402

quick_flush.install()

# These cover what `tests.support.coverage_floor` asks about. Counting makes tests half as slow
# again and more: the others, and two that ask for every address there is, go without.
OF_THE_PLATFORM = (
    "tests/andre/",
    "tests/contract/",
    "tests/nests/test_admin.py",
    "tests/nests/test_deletion",
    "tests/nests/test_legacy",
    "tests/nests/test_throttle.py",
    "tests/nests/test_vanity",
    "tests/player/test_admin.py",
    "tests/player/test_library_background_scan.py",
    "tests/ops/test_compose.py",
    "tests/stories/test_one_bad_listener.py",
)
OF_EVERY_ADDRESS = ("tests/andre/test_rights.py", "tests/andre/test_described_answers.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it at the end: browsers beside
    whole servers, then browsers. Whole processes alone come last, when the others have less to do.
    """
    items.sort(key=turn)
    if os.environ.get("TEST_COVERAGE") == "platform":
        for item in items:
            name = item.nodeid
            if not name.startswith(OF_THE_PLATFORM) or name.startswith(OF_EVERY_ADDRESS):
                item.add_marker("no_cover")


def turn(item: pytest.Item) -> int:
    is_slow = marked(item, "slow")
    return -2 - is_slow if marked(item, "browser") else int(is_slow)


def marked(item: pytest.Item, name: str) -> bool:
    return item.get_closest_marker(name) is not None


@pytest.fixture(autouse=True)
def _empty_valkey() -> None:
    from django.core.cache import caches

    from andre.core.redis import redis

    redis().flushdb()
    caches["process"].clear()


@pytest.fixture
def redis_alone(tmp_path: "Path", settings: "SettingsWrapper") -> "Iterator[Redis]":
    """A server that no other worker is on, so that what holds for all of it can be changed."""
    from andre.core import rate_limits
    from andre.core.redis import client, redis
    from andre.launcher.valkey_server import running

    def forget_clients() -> None:
        client.own_redis.cache_clear()
        rate_limits.limiter.cache_clear()

    with running(tmp_path) as url:
        here = settings.CACHES["default"] | {"LOCATION": [url]}
        settings.REDIS_URL = url
        settings.CACHES = settings.CACHES | {"default": here}
        forget_clients()
        yield redis()
        forget_clients()


@pytest.fixture
def full_redis(redis_alone: "Redis") -> "Callable[[], AbstractContextManager[None]]":
    """Inside, that server keeps nothing more."""

    @contextmanager
    def full() -> "Iterator[None]":
        redis_alone.config_set("maxmemory", 1)
        try:
            yield
        finally:
            redis_alone.config_set("maxmemory", 0)

    return full


@pytest.fixture
def own_figures(settle: "Callable[..., None]", tmp_path: "Path") -> None:
    """A folder for the figures of a test that deletes them: this process, which has its files open,
    would count no more, and every later test of figures would find none.
    """
    settle(ANDRE_METRICS_DIR=str(tmp_path / "metrics"))


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
def sold(settle: "Callable[..., None]") -> None:
    """The console is on, and plans are sold."""
    from tests.support.plans import SOLD

    settle(**SOLD)


@pytest.fixture
def console(settle: "Callable[..., None]") -> None:
    """The console is on, and nothing is sold: every creator has all of it."""
    settle(NEST_ADMIN_ENABLED="true")


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
