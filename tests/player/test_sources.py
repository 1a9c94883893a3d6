"""Sources as plain values, their addresses, and who chooses one in a nest."""

import ast
import json
import socket
from dataclasses import fields
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from andre.core import clock
from andre.core.conf import CATALOGUES
from andre.core.errors import Refusal
from andre.core.rate_limits import LIMITS
from andre.protocol.commands import COMMAND
from andre.protocol.shapes import Track
from andre.web import dispatch
from player import providers
from player.providers import Embedding, TrackSource, cache
from player.providers.source import item_address, single_address
from tests.nests.support import asks, build, visitor
from tests.support.nest import BEGIN_MS, NestStory
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "https://shows.example/embed"


class Shows:
    """A provider that somebody adds one day: series, played in a frame, an item by two numbers."""

    name, title = "shows", "Shows"
    is_near = is_configured = is_searchable = tells_lengths = True

    def __init__(self):
        self.asked = []

    def read(self, text):
        return text if text.startswith("shows:") else None

    def search(self, query, kind, page):
        question = f"search {page} {query}"
        kept = cache.get_or_ask(self.name, question, cache.SEARCH_SECONDS, self.ask)
        return [Track(**each) for each in kept]

    def ask(self):
        self.asked.append("search")
        return [track().model_dump()]

    def lookup(self, uri):
        return self.expand(uri)[0]

    def expand(self, uri):
        if uri == "shows:series:gone":
            raise Refusal("track_not_found", "It is not there any more.")
        return [track()]

    def source_of(self, uri):
        _, kind, name = uri.split(":")
        return TrackSource(self.name, kind, name, supports_progress=True)

    def embed_url(self, source, how):
        address = item_address if source.kind == "series" else single_address
        return address(PAGE, source, how)

    def sources(self):
        return {"frame-src": ["https://shows.example"]}


def track():
    return Track(
        uri="shows:film:1", provider="shows", title="Night Ride", artist="The Crew", album="",
        duration_ms=180_000, image="",
    )  # fmt: skip


@pytest.fixture
def shows(monkeypatch, settle):
    settle(ANDRE_MIX_CATALOGUES="true")
    found = Shows()
    monkeypatch.setitem(providers.PROVIDERS, "shows", found)
    return found


@pytest.fixture
def den():
    """Alice's nest with a DJ, in which Bob listens."""
    with clock.freeze(BEGIN_MS):
        story = NestStory(build("The Den", control_mode="dj").nest_id)
    for name in ("Alice", "Bob", "Dave"):
        story.person(name).listens()
    return story


def embed(name="Alice", **asked):
    return visitor(name).get("/api/embed", asked)


def test_an_item_of_a_collection_has_both_numbers_in_its_address(shows):  # S-11.4
    answer = embed(uri="shows:series:42", disc=1, part=8).json()

    assert answer["url"].split("?")[0] == f"{PAGE}/42/1/8"
    assert (answer["source"]["disc"], answer["source"]["part"]) == (1, 8)


@pytest.mark.parametrize("numbers", [{}, {"disc": 1}, {"part": 8}])
def test_an_item_without_one_of_its_numbers_is_refused(shows, numbers):  # S-11.4
    answer = embed(uri="shows:series:42", **numbers)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_options_stand_in_one_order_and_only_where_they_were_asked_for(shows):  # S-11.5
    asked = {"progress": "true", "start_ms": 42_500, "selector": "0", "next": "1"}
    asked |= {"autoplay": "false", "color": "e50914", "uri": "shows:film:a b"}

    full, plain = embed(**asked).json()["url"], embed(uri="shows:film:1").json()["url"]

    assert full == (
        f"{PAGE}/a%20b?color=e50914&autoplay=0&next=1&selector=0&progress=1&start=42"
        "&origin=http%3A%2F%2Ftestserver"
    )
    assert plain == f"{PAGE}/1?origin=http%3A%2F%2Ftestserver"
    assert single_address(PAGE, TrackSource("shows", "film", "1"), Embedding()) == f"{PAGE}/1"


@pytest.mark.parametrize(
    "wrong", [{"autoplay": "maybe"}, {"color": "red;x"}, {"disc": "one"}, {"part": "0"}]
)
def test_an_option_that_makes_no_sense_is_refused(shows, wrong):  # S-11.5
    answer = embed(uri="shows:film:1", **wrong)

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_a_video_takes_the_same_options_after_its_own(settle):  # S-11.3 S-11.5
    url = embed(uri="youtube:video:dQw4w9WgXcQ", color="white", start_ms=5_000).json()["url"]

    assert "disablekb=1&color=white&start=5&origin=" in url


def test_a_source_is_a_plain_value(monkeypatch, settle):  # S-11.1 S-11.6
    settle(SPOTIFY_CLIENT_ID="id", SPOTIFY_CLIENT_SECRET="secret")
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("nobody is to be asked"))

    found = [
        providers.find_source(uri)
        for uri in ("library:track:7", "youtube:video:dQw4w9WgXcQ", f"spotify:track:{'a' * 22}")
    ]

    assert [each.provider for each in found] == ["library", "youtube", "spotify"]
    assert next(each.uri for each in found) == "library:track:7"
    assert {each.name for each in fields(TrackSource)} == {
        *("provider", "kind", "external_id", "disc", "part"),
        *("supports_events", "supports_progress", "capabilities"),
    }
    assert all(json.dumps(each.fields()) and hash(each) for each in found)
    assert providers.find_source("library:track:x") is None


def test_a_provider_is_added_by_its_folder_and_a_row_of_the_table(shows, den):  # S-11.8
    alice, out = den.person("Alice"), StringIO()
    with den.now():
        command = COMMAND.validate_python({"type": "add_songs", "uris": ["shows:film:1"]})
        dispatch.dispatch_command(alice.act, command)
    den.passes(200)

    call_command("makemigrations", "--check", "--dry-run", stdout=out)

    started = [each["song"] for each in den.events() if each["type"] == "song_started"]
    assert [(each["src"], each["title"]) for each in started] == [("shows", "Night Ride")]
    assert den.playback()["play_state"] == "stopped"
    assert "No changes detected" in out.getvalue()


def test_nests_know_no_provider():  # S-11.8
    names = {*providers.PROVIDERS, *CATALOGUES}
    spelled = {
        f"{path.name}: {node.value}"
        for path in Path("nests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    }

    assert spelled == set()


@pytest.mark.parametrize("event", ["timeupdate", "seeked", "pause", "ended"])
def test_what_a_player_tells_changes_nothing_that_plays(den, event):  # S-11.9 S-8.12
    alice = den.person("Alice")
    alice.adds("Blue", "Green")
    den.passes(20)
    before, song = alice.sees(), den.playback()["song_id"]

    told = {"type": "report_progress", "event": event, "song_id": song}
    with den.now():
        dispatch.dispatch_command(
            alice.act,
            COMMAND.validate_python(told | {"position_ms": 1_000, "duration_ms": 180_000}),
        )

    after = alice.sees()
    assert (after["rev"], after["playback"]) == (before["rev"], before["playback"])


def chooses(den, name, **source):
    answer = asks(visitor(name), "post", f"/api/nests/{den.nest_id}/source", **source)
    return answer.status_code, answer.json()


def test_who_leads_chooses_a_source(den):  # S-11.10
    (row,) = shelved(recording("Blue"))
    blue = {"provider": "library", "external_id": str(row.pk)}

    refused = chooses(den, "Bob", **blue)
    chosen = chooses(den, "Alice", **blue)

    assert (refused[0], refused[1]["error"]) == (403, "dj_only")
    assert chosen[0] == 200, chosen
    assert len(chosen[1]["added"]) == 1
    assert chosen[1]["source"]["external_id"] == str(row.pk)


def test_who_built_the_nest_chooses_beside_its_dj(den):  # S-11.10
    (row,) = shelved(recording("Blue"))
    with den.now():
        named = {"type": "name_dj", "person": den.person("Dave").id}
        dispatch.dispatch_command(den.person("Alice").act, COMMAND.validate_python(named))

    answers = [
        chooses(den, name, provider="library", external_id=str(row.pk))[0]
        for name in ("Alice", "Dave", "Bob")
    ]

    assert answers == [200, 200, 403]


def test_a_source_has_to_be_known_and_there(den, shows):  # S-11.10 S-11.2
    wrong = [
        {"provider": "radio", "external_id": "1"},
        {"provider": "library", "external_id": "987654"},
        {"provider": "library", "external_id": "x"},
        {"provider": "shows", "kind": "series", "external_id": "gone"},
    ]

    told = [(status, body["error"]) for status, body in (chooses(den, "Alice", **w) for w in wrong)]

    assert told == [(400, "unknown_provider"), *[(409, "track_unavailable")] * 3]
    assert chooses(den, "Bob", **wrong[0])[1]["error"] == "dj_only"


# S-11.11


@pytest.mark.parametrize(
    "asked", ["q=", "q=%20", "page=2", "q=a&page=0", "q=a&page=x", "q=a&page=-1"]
)
def test_a_search_needs_words_and_a_page_from_one(asked):  # S-11.11
    answer = visitor("Bob").get(f"/api/search?{asked}")

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_what_was_found_is_kept_for_ten_minutes_by_provider_words_and_page(shows):  # S-11.11
    bob = visitor("Bob")
    pages = ["q=ride", "q=ride", "q=ride&page=2", "q=night", "q=ride&provider=shows"]

    found = [bob.get(f"/api/search?{asked}").json()["results"] for asked in pages]

    assert all(found)
    assert len(shows.asked) == 3
    assert cache.SEARCH_SECONDS == 600
    unknown = bob.get("/api/search?q=ride&provider=radio")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "unknown_provider")


def test_a_person_searches_120_times_a_minute():  # S-11.11
    assert (LIMITS["search"].amount, LIMITS["search"].get_expiry()) == (120, 60)
