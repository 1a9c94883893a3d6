"""Bytes and covers of music servers, by way of Andre: as if the recordings lay here."""

import io
from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from PIL import Image

from player.media import server_covers, tokens
from player.queue import queue
from tests.nests.support import asks, visitor
from tests.support import jellyfin_server, music_server
from tests.support.async_browser import sign_in
from tests.support.logs import logged
from tests.support.music_server import MusicServer, song

pytestmark = pytest.mark.django_db(transaction=True)

BODY = bytes(i % 251 for i in range(1000))
BOB, CHARLIE = "bob@example.com", "charlie@example.com"


@pytest.fixture(
    params=[music_server.running, jellyfin_server.running], ids=["subsonic", "jellyfin"]
)
def server(request, settle, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with request.param() as server:
        settle(**server.settings)
        server.has(song("tr-1", "Blue"), song("tr-2", "Green"), body=BODY)
        yield server


@dataclass
class Listener:
    email: str
    client: AsyncClient
    session_key: str
    server: MusicServer

    def token(self, name: str = "tr-1") -> str:
        uri = self.server.uri(name)
        return tokens.mint_token(self.email, "main", self.session_key, uri, 0)[0]

    async def fetches(self, token: str | None = None, method: str = "get", **headers: str):
        token = await sync_to_async(self.token)() if token is None else token
        where = f"{self.server.path('tracks', 'tr-1')}?token={token}"
        return await getattr(self.client, method)(where, headers=headers)


def signed_in(email: str, server: MusicServer) -> Listener:
    return Listener(email, *sign_in(email), server)


@pytest.fixture
def listener(server) -> Listener:
    return signed_in(BOB, server)


async def body_of(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


async def test_a_whole_song_comes_with_our_type_and_its_length(listener, server):  # U-4.1 V8
    response = await listener.fetches()

    assert response.status_code == 200
    assert response["Content-Type"] == "audio/flac"
    assert response["Content-Length"] == "1000"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "no-store"
    assert await body_of(response) == BODY
    [asked] = server.asked("stream")
    assert asked.get("format") == "raw" or asked.get("static") == "true"  # Never converted.


@pytest.mark.parametrize("knows_ranges", [True, False])
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=900-", 900, 999),
        ("bytes=-50", 950, 999),
        ("bytes=900-5000", 900, 999),
    ],
)
async def test_a_range_comes_as_that_range(listener, server, knows_ranges, asked, first, last):
    server.knows_ranges = knows_ranges

    response = await listener.fetches(Range=asked)

    # U-4.2 V8
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/1000"
    assert response["Content-Length"] == str(last - first + 1)
    assert await body_of(response) == BODY[first : last + 1]


async def test_a_range_beyond_the_end_is_told_the_size(listener, server):  # U-4.3 V8
    response = await listener.fetches(Range="bytes=1000-")

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1000")


@pytest.mark.parametrize("asked", ["bytes=abc", "bytes=5-2", "lines=1-2", "bytes=0-1,5-6"])
async def test_what_is_no_range_is_not_handed_on(listener, server, asked):  # U-4.4 V8
    response = await listener.fetches(Range=asked)

    assert (response.status_code, await body_of(response)) == (200, BODY)


async def test_its_head_has_the_same_headers_and_no_body(listener, server):  # U-4.5 V8
    response = await listener.fetches(method="head", Range="bytes=0-99")

    assert (response.status_code, response["Content-Length"]) == (206, "100")
    assert not response.streaming


async def test_a_broken_download_goes_on_only_in_the_same_recording(listener, server):  # H25 V8
    etag = (await listener.fetches(Range="bytes=0-99"))["ETag"]

    same = await listener.fetches(**{"If-Range": etag, "Range": "bytes=100-"})
    server.files["tr-1"] = BODY + BODY
    other = await listener.fetches(**{"If-Range": etag, "Range": "bytes=100-"})

    assert (same.status_code, other.status_code) == (206, 200)
    assert await body_of(other) == BODY + BODY


async def test_a_token_is_for_one_listener_and_one_song(listener, server):  # U-4.6 U-4.7 V8
    charlie = await sync_to_async(signed_in)(CHARLIE, server)
    of_green = await sync_to_async(listener.token)("tr-2")
    of_blue = await sync_to_async(listener.token)()

    statuses = [
        (await listener.fetches(of_green)).status_code,
        (await charlie.fetches(of_blue)).status_code,
        (await listener.fetches("")).status_code,
        (await AsyncClient().get(f"{server.path('tracks', 'tr-1')}?token={of_blue}")).status_code,
    ]

    assert statuses == [403, 403, 401, 401]
    assert server.log == []  # Nobody who may not hear it makes us ask.


async def test_nothing_of_the_server_itself_is_handed_on(listener, server):  # V6
    with logged() as lines:
        response = await listener.fetches()
        shown = str(response.headers) + lines.getvalue()
        server.status = 502
        refused = await listener.fetches()
    shown += str(refused.headers) + refused.content.decode() + lines.getvalue()

    assert server.url.rpartition(":")[2] not in shown
    assert server.secret not in shown
    assert "X-Address" not in response.headers


async def test_a_server_that_is_away_is_unavailable(listener, server):  # V9
    server.status = 502

    response = await listener.fetches()

    assert (response.status_code, response.json()["error"]) == (503, "unavailable")


async def test_one_that_dies_in_the_middle_breaks_the_answer_off(listener, server):  # V9
    server.breaks_off_after = 400

    response = await listener.fetches()

    assert response["Content-Length"] == "1000"
    assert await body_of(response) == BODY[:400]


async def test_a_stream_without_a_length_is_none_that_could_be_sought_in(listener, server):  # V7
    server.tells_length = False

    assert (await listener.fetches()).status_code == 503


async def test_a_song_that_is_gone_fails_in_every_nest(nest, alice, bob, listener, server):  # V9
    await sync_to_async(add)(nest, alice, server.uri("tr-1"), server.uri("tr-2"))
    del server.files["tr-1"]

    response = await listener.fetches()

    assert (response.status_code, response.json()["error"]) == (404, "track_not_found")
    assert await sync_to_async(nest.plays)() == "Green"


def add(nest, person, *uris):
    with nest.now():
        queue.add(person.act, list(uris))


def test_bobs_speaker_is_given_the_address_of_what_plays(nest, alice, bob, server):  # U-4.9 V8
    add(nest, alice, server.uri("tr-1"))
    client = visitor("Bob")

    def ask(**wanted):
        return asks(client, "post", "/api/nests/main/media-token", **wanted).json()

    told = ask(track=server.uri("tr-1"), quality="saver")
    refused = ask(track=server.uri("tr-2"))

    assert told["url"] == f"{server.path('tracks', 'tr-1')}?token={told['token']}"
    assert (told["quality"], told["preparing"]) == ("original", False)
    assert refused["error"] == "not_active_speaker"


# Covers


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def fetch_cover(client, server, size=640):
    return client.get(f"{server.path('covers', 'al-1')}?size={size}")


def test_a_cover_is_fetched_once_and_kept_in_our_sizes(server):  # V8
    server.picture = picture()
    bob = visitor("Bob")

    answers = [fetch_cover(bob, server, size) for size in (640, 96, 640)]

    with Image.open(io.BytesIO(answers[1].content)) as small:
        assert (small.format, small.size) == ("JPEG", (96, 96))
    assert [answer["Content-Type"] for answer in answers] == ["image/jpeg"] * 3
    assert len(server.asked("getCoverArt")) == 1


def test_a_cover_that_is_none_is_not_asked_for_again(server):  # V8
    server.picture = b"<svg onload='alert(1)'/>"
    bob = visitor("Bob")

    answers = [fetch_cover(bob, server).status_code for _ in range(2)]

    assert answers == [404, 404]
    assert len(server.asked("getCoverArt")) == 1


def test_covers_are_for_who_is_signed_in(server, client):  # V8
    server.picture = picture()

    assert fetch_cover(client, server).status_code == 401
    assert server.log == []


def test_the_folder_of_covers_keeps_within_its_bound(server, tmp_path):  # V8
    shelf = tmp_path / "ab"
    shelf.mkdir()
    for number in range(100):
        (shelf / f"{number}.jpg").touch()

    server_covers.drop_oldest(shelf)

    assert len(list(shelf.iterdir())) == 60
