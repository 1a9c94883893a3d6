"""A music server that somebody may really have, in place of our stand-in for one."""

import io
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from PIL import Image

from player import providers
from player.catalogues import CATALOGUES
from player.discovery import search
from player.history import history
from player.media import tokens
from player.playback import failures
from player.providers.base import Kind, Wish
from player.queue import queue
from tests.nests.support import asks, visitor
from tests.player.external_providers.people import worker
from tests.support import listenbrainz, supysonic
from tests.support.async_browser import sign_in
from tests.support.logs import logged
from tests.support.nest import NestStory
from tests.support.server import wait_for
from tests.support.supysonic import SONGS, title_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BOB = "bob@example.com"
FIRST, SECOND = title_of(0, 1), title_of(0, 2)
SILENT = {"error": "unavailable", "message": "The music server did not answer."}


@pytest.fixture(scope="module")
def listens():
    """The ListenBrainz that the server hands on what it is told."""
    with listenbrainz.running() as world:
        yield world


@pytest.fixture(scope="module")
def house(tmp_path_factory, listens):
    with supysonic.running(tmp_path_factory.mktemp("supysonic"), listens.url) as server:
        server.connects_listenbrainz("alices-token")
        yield server


@pytest.fixture
def server(house, settle, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settle(**house.settings)
    with house.back_afterwards():
        yield house


@dataclass
class Speaker:
    """Bob's, of the Main Nest."""

    client: AsyncClient
    session_key: str

    async def fetches(self, uri: str, nest: NestStory | None = None, **headers: str):
        """At the time that it is in `nest`; tokens go by the time of the store."""
        mint = sync_to_async(tokens.mint_token)
        token, _ = await mint(BOB, "main", self.session_key, uri, 0)
        where = f"/media/server-tracks/{uri.rpartition(':')[2]}?token={token}"
        with nest.now() if nest else nullcontext():
            return await self.client.get(where, headers=headers)


@pytest.fixture
def speaker(server) -> Speaker:
    return Speaker(*sign_in(BOB))


def found(words: str, kind: Kind = "track"):
    return search.everywhere(words, None, 1, catalogue="library", kind=kind)["results"]


def uri_of(title: str) -> str:
    [thing] = found(title)
    return str(thing["uri"])


def add(nest, person, *titles: str) -> list[int]:
    with nest.now():
        return queue.add(person.act, [uri_of(title) for title in titles])["added"]


def recording(server, album: int, number: int) -> bytes:
    path: Path = server.home / "music" / f"album-{album:02}" / f"{SONGS - number}.flac"
    return path.read_bytes()


async def body_of(response) -> bytes:
    return b"".join([chunk async for chunk in response.streaming_content])


def test_its_songs_albums_and_artists_are_found(server):  # V4 V5 V7
    songs = found("song 03-0")
    [album] = found("record 03", "album")
    [band] = found("band 3", "artist")

    assert sorted(song["title"] for song in songs) == [title_of(3, n) for n in range(1, 10)]
    assert {(song["artist"], song["album"]) for song in songs} == {("Band 3", "Record 03")}
    assert {song["duration_ms"] for song in songs} == {6_000}
    assert (album["title"], album["artist"]) == ("Record 03", "Band 3")
    assert band["title"] == "Band 3"


def test_an_album_opens_in_its_order_and_an_artist_album_by_album(server):  # V5 V7
    [album] = found("record 03", "album")
    [band] = found("band 3", "artist")

    in_album = [track.title for track in providers.expand(album["uri"])]
    of_band = [track.title for track in providers.expand(band["uri"])]

    every = range(1, SONGS + 1)
    assert in_album == [title_of(3, number) for number in every]
    # The oldest one first, which here is the one of the highest number.
    assert of_band == [title_of(n, number) for n in (19, 15, 11, 7, 3) for number in every]


def test_alice_adds_an_album_of_it_and_the_nest_plays_it_in_its_order(nest, alice, server):  # V5
    [album] = found("record 00", "album")
    with nest.now():
        tracks = [track.uri for track in providers.expand(album["uri"])]
        answer = queue.add(alice.act, tracks)

    assert answer["rejected"] == []
    assert [nest.plays(), *nest.order()] == [title_of(0, n) for n in range(1, SONGS + 1)]


def test_bender_picks_of_it_by_genre_and_chance(server):  # V10
    wish = Wish(10, Random(7))

    jazz = CATALOGUES["library"].of_genre("jazz", wish)

    albums = {track.title[5:7] for track in jazz}
    assert len(jazz) == 10
    assert all(int(album) % 2 for album in albums)  # Of the records that are jazz.


@pytest.mark.parametrize("title", [FIRST, "Camera"])
def test_its_covers_come_in_our_sizes(server, title):  # V8
    [song] = found(title)
    bob = visitor("Bob")

    answer = bob.get(f"{song['image'].partition('?')[0]}?size=96")

    assert answer["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as cover:
        assert cover.size == ((96, 96) if title == "Camera" else (64, 64))


async def test_a_song_of_it_comes_whole_and_with_our_type(server, speaker):  # U-4.1 V8
    uri = await sync_to_async(uri_of)(FIRST)

    response = await speaker.fetches(uri)

    whole = recording(server, 0, 1)
    assert (response.status_code, response["Content-Type"]) == (200, "audio/flac")
    assert response["Content-Length"] == str(len(whole))
    assert await body_of(response) == whole


async def test_a_seek_in_it_brings_that_part_of_the_same_recording(server, speaker):
    # U-4.2 U-4.3 H25 V8
    uri, whole = await sync_to_async(uri_of)(FIRST), recording(server, 0, 1)
    size = len(whole)
    wanted = {
        "bytes=0-99": (0, 99),
        "bytes=1000-": (1000, size - 1),
        "bytes=-50": (size - 50, size - 1),
        f"bytes={size - 10}-{size + 10}": (size - 10, size - 1),
    }

    for asked, (first, last) in wanted.items():
        response = await speaker.fetches(uri, Range=asked)
        again = await speaker.fetches(uri, **{"Range": asked, "If-Range": response["ETag"]})

        assert (response.status_code, again.status_code) == (206, 206)
        assert response["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert await body_of(response) == await body_of(again) == whole[first : last + 1]
    beyond = await speaker.fetches(uri, Range=f"bytes={size}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")


async def test_nobody_learns_where_it_is_or_how_it_is_asked(nest, bob, server, speaker):
    # U-4.9 V6
    with logged() as lines:
        told = await sync_to_async(everything_told)(nest, bob)
        response = await speaker.fetches(await sync_to_async(uri_of)(FIRST))
    told += str(response.headers)

    assert FIRST in told
    assert secrets_in(told + lines.getvalue(), server) == []


def secrets_in(text: str, server) -> list[str]:
    return [secret for secret in server.secrets if secret in text]


def everything_told(nest, bob) -> str:
    """What a page that finds a song of it, adds it and plays it is answered."""
    client = visitor("Bob")
    add(nest, bob, FIRST, SECOND)
    token = asks(client, "post", "/api/nests/main/media-token", track=uri_of(FIRST))
    assert token.json()["url"].startswith("/media/server-tracks/")
    results = client.get("/api/search", {"q": "song 00"})
    page = client.get("/api/nests/main/snapshot")
    assert (results.status_code, page.status_code) == (200, 200)
    return "".join(answer.content.decode() for answer in (token, results, page)) + str(
        nest.events()
    )


def test_it_hears_of_a_play_once_and_hands_it_on(nest, alice, server, listens):  # V11
    add(nest, alice, FIRST)
    began = nest.now_ms
    nest.passes(40)
    alice.skips()
    history.record(nest.nest_id)
    history.record(nest.nest_id)

    with worker():
        wait_for(lambda: listens.listens)

    [(owner, listened_at, title)] = listens.listens
    assert (owner, int(listened_at), title) == ("alice_lb", began // 1000, FIRST)
    assert listens.submissions() == 1


async def test_killed_in_the_middle_of_an_answer_it_breaks_that_off(server, speaker):  # V9
    response = await speaker.fetches(await sync_to_async(uri_of)("Camera"))
    chunks = response.streaming_content
    with logged() as lines:
        received = len(await anext(chunks))
        server.kill()
        async for chunk in chunks:
            received += len(chunk)

    assert 0 < received < int(response["Content-Length"])
    assert "music_server_broke_off" in lines.getvalue()


async def test_killed_in_mid_song_and_back_it_plays_on(nest, alice, bob, server, speaker):  # V9
    [first, _] = await sync_to_async(add)(nest, alice, FIRST, SECOND)
    uri = await sync_to_async(uri_of)(FIRST)
    server.kill()

    with logged() as lines:
        away = await speaker.fetches(uri, nest, Range="bytes=1000-")
    nest.passes(19)
    await sync_to_async(report)(nest, bob, first)
    server.start()
    back = await speaker.fetches(uri, nest, Range="bytes=1000-")
    nest.passes(10)
    await sync_to_async(report)(nest, bob, first)

    assert (away.status_code, away.json()) == (503, away.json() | SILENT)
    assert secrets_in(f"{away.headers} {away.content!r} {lines.getvalue()}", server) == []
    assert back.status_code == 206
    assert await body_of(back) == recording(server, 0, 1)[1000:]
    assert nest.plays() == FIRST


async def test_killed_for_longer_it_costs_that_song_and_plays_the_next_when_it_is_back(
    nest, alice, bob, server, speaker
):  # V9
    [first, _] = await sync_to_async(add)(nest, alice, FIRST, SECOND)
    uris = [await sync_to_async(uri_of)(title) for title in (FIRST, SECOND)]
    server.kill()

    await speaker.fetches(uris[0], nest)
    nest.passes(20)
    await sync_to_async(report)(nest, bob, first)
    server.start()
    back = await speaker.fetches(uris[1], nest)

    assert nest.plays() == SECOND
    failed = next(event for event in nest.events() if event["type"] == "song_failed")
    assert failed["reason"] == "The music server does not answer."
    assert await body_of(back) == recording(server, 0, 2)


async def test_what_it_has_deleted_leaves_the_queue_at_once(nest, alice, server, speaker):  # V9
    gone = title_of(19, SONGS)
    await sync_to_async(add)(nest, alice, gone, SECOND)
    uri = await sync_to_async(uri_of)(gone)
    (server.home / "music" / "album-19" / "0.flac").unlink()
    server.manage("folder", "scan", "--foreground")

    response = await speaker.fetches(uri, nest)

    assert (response.status_code, response.json()["error"]) == (404, "track_not_found")
    assert await sync_to_async(nest.plays)() == SECOND


def report(nest, person, song_id: int) -> None:
    with nest.now():
        failures.report(person.act, song_id, "unreachable", 0)
