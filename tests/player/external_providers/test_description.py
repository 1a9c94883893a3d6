"""Our requests and the stub's answers against the description of the real API.

The description is not part of this project: TEST_SPOTIFY_API names its file where there is one.
"""

import json
import os
import re
from pathlib import Path
from random import Random

import pytest
import yaml
from jsonschema import Draft202012Validator

from player.catalogues import CATALOGUES
from player.providers import PROVIDERS
from player.providers.base import Wish
from tests.player.external_providers.people import Listener, den
from tests.support.spotify_stub import api, catalogue

FILE = os.environ.get("TEST_SPOTIFY_API", "")
SPOTIFY = PROVIDERS["spotify"]
SONG = next(iter(catalogue.TRACKS.values()))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(FILE).is_file(), reason="TEST_SPOTIFY_API names no description"),
]


@pytest.fixture(scope="module")
def described():
    return yaml.safe_load(Path(FILE).read_text())


@pytest.fixture
def calls(stub, monkeypatch):
    """Everything that Andre asks of it, with what it is answered."""
    answers = []
    real = api.answer

    def noted(world, request):
        status, body = real(world, request)
        answers.append((request, status, body))
        return status, body

    monkeypatch.setattr(api, "answer", noted)
    alice = Listener(stub, "Alice", den()).arrives().connects()
    key = stub.world.token_for("alice")["access_token"]
    SPOTIFY.search("morning", "track", 1)
    SPOTIFY.search("hang", "album", 1)
    for uri in (SONG["uri"], SONG["album"]["uri"], SONG["artists"][0]["uri"]):
        SPOTIFY.expand(uri)
    SPOTIFY.search("nora", "artist", 1)
    SPOTIFY.open_theirs(key, SPOTIFY.playlists(key)[0].uri)
    CATALOGUES["spotify"].of_genre("dub", Wish(3, Random(7)))
    SPOTIFY.devices(key, "alice")
    SPOTIFY.play(key, "alice", alice.device, SONG["uri"], lambda: 1_000)
    SPOTIFY.heard(key)
    SPOTIFY.seek(key, "alice", alice.device, lambda: 2_000)
    SPOTIFY.pause(key, "alice", alice.device)
    return answers


def operation(described, request):
    for pattern, methods in described["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), request.path):
            return methods.get(request.method.lower())
    return None


def resolved(described, thing):
    while "$ref" in thing:
        found = described
        for name in thing["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        thing = found
    return thing


def test_we_ask_only_what_there_is_with_parameters_there_are(described, calls):  # SP7
    assert len({request.path.split("/")[1] for request, *_ in calls}) >= 5
    for request, *_ in calls:
        found = operation(described, request)
        assert found, f"{request.method} {request.path}"
        known = {
            each["name"]: each
            for each in (resolved(described, each) for each in found.get("parameters", []))
        }
        for name, value in request.query.items():
            assert name in known, f"{request.path}: {name}"
            schema = known[name]["schema"]
            if schema.get("type") == "integer":
                assert schema.get("minimum", 0) <= int(value) <= schema.get("maximum", 10**9)


def test_the_stub_answers_as_the_real_one_is_described_to(described, calls):  # SP7
    for request, status, body in calls:
        responses = operation(described, request)["responses"]
        assert str(status) in responses, f"{request.path}: {status}"
        if body is None:
            continue
        answer = resolved(described, responses[str(status)])
        schema = answer["content"]["application/json"]["schema"]
        whole = {**schema, "components": described["components"]}
        faults = [
            f"{request.path} {list(fault.absolute_path)}: {fault.message}"
            for fault in Draft202012Validator(nullable(whole)).iter_errors(body)
        ]
        assert faults == [], json.dumps(faults[:5], indent=1)


def nullable(schema):
    """OpenAPI 3.0 writes `nullable` where JSON Schema writes a list of types."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: nullable(value) for name, value in schema.items()}
    if found.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found
