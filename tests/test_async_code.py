"""What consumers and async code leave to others: stores, keys, the channel layer's insides."""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from andre.core.conf import conf
from andre.core.redis import async_redis
from tests.test_architecture import APPS, PYTHON, ROOT, SPELLED_KEY, modules_of, strings_of

CONSUMERS = [ROOT / "nests/realtime" / name for name in ("consumer.py", "lane.py")]
OF_DATABASES = re.compile(r"django\.db\b|.*\.models\b")
OF_REDIS = re.compile(r"redis\b|andre\.core\.redis\b")
PROVIDERS = ("spotify", "youtube", "library")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in PYTHON:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


# S-12.1
@pytest.mark.parametrize("path", CONSUMERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("stores", [OF_REDIS, OF_DATABASES], ids=["redis", "database"])
def test_a_consumer_imports_no_store(path, stores):
    assert [module for module in modules_of(path) if stores.match(module)] == []


# S-12.1
@pytest.mark.parametrize("path", CONSUMERS, ids=lambda path: path.stem)
def test_a_consumer_spells_no_key(path):
    assert [text for _, text in strings_of(path) if SPELLED_KEY.match(text)] == []


# S-11.7
@pytest.mark.parametrize("path", CONSUMERS, ids=lambda path: path.stem)
def test_a_consumer_knows_no_provider(path):
    source = path.read_text(encoding="utf-8").lower()

    assert [name for name in PROVIDERS if name in source] == []


# S-12.2
def test_async_functions_ask_no_manager_of_a_model():
    found = [
        f"{path.relative_to(ROOT)}:{each.lineno}"
        for path, tree in trees()
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef)
        for each in ast.walk(function)
        if isinstance(each, ast.Attribute) and each.attr == "objects"
    ]

    assert found == []


# S-12.4
def test_nobody_reaches_into_the_channel_layer():
    layer = re.compile(r"\b(channel_?layer|layer)\)?\._|channels_redis\.core|receive_buffer")
    found = [
        str(path.relative_to(ROOT)) for path in PYTHON if layer.search(path.read_text("utf-8"))
    ]

    assert [name for name in found if name != "andre/settings.py"] == []


# S-12.5
def test_two_loops_of_one_process_have_a_client_each():
    clients = []

    async def asks() -> bool:
        client = async_redis()
        assert async_redis() is client
        clients.append(client)
        answered = bool(await client.ping())
        await client.aclose()
        return answered

    assert [asyncio.run(asks()), asyncio.run(asks())] == [True, True]
    assert clients[0] is not clients[1]


# S-12.7
def test_the_address_of_redis_has_one_default(settle):
    own = "redis://127.0.0.1:6399/7"
    settle(REDIS_URL=own)

    assert conf().redis_url == own
    assert (conf().channels_redis_url, conf().celery_broker_url) == (None, None)
    spelled = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if re.search(r"rediss?://[\w.]", path.read_text("utf-8"))
    ]
    assert spelled == ["andre/launcher/valkey_server.py"]  # It starts the server there.
    assert settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]["address"] == settings.REDIS_URL
