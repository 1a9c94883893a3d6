"""Bytes over HTTP (spec 07, section 3)."""

import asyncio
import os
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.urls import path

from andre.core import clock
from andre.core.conf import conf
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from player.media import tokens, views
from player.models import Track
from tests.support.async_browser import sign_in

urlpatterns = [
    path("media/tracks/<int:track_id>", views.track),
    path("media/covers/<int:track_id>", views.cover),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

BODY = bytes(i % 251 for i in range(1000))
BOB, CHARLIE = "bob@example.com", "charlie@example.com"


@dataclass
class Listener:
    email: str
    client: AsyncClient
    session_key: str

    def token(self, track: Track, nest: str = "main", epoch: int = 0) -> str:
        return tokens.mint_token(self.email, nest, self.session_key, track.pk, epoch)[0]

    async def fetches(self, track: Track, token: str | None = None, method="get", **headers: str):
        token = await sync_to_async(self.token)(track) if token is None else token
        where = f"/media/tracks/{track.pk}?token={token}"
        return await getattr(self.client, method)(where, headers=headers)


def signed_in(email: str) -> Listener:
    return Listener(email, *sign_in(email))


@pytest.fixture
def bob() -> Listener:
    return signed_in(BOB)


def track_at(path: str, **fields: Any) -> Track:
    return Track.objects.create(
        path=path, title="Blue", artist="Us", album="Sky", duration_ms=1000, **fields
    )


@pytest.fixture
def blue(root: Path) -> Track:
    (root / "blue.flac").write_bytes(BODY)
    return track_at("blue.flac")


async def body_of(response) -> bytes:
    if not response.streaming:
        return response.content
    return b"".join([chunk async for chunk in response.streaming_content])


async def test_a_whole_file_comes_with_its_type_and_length(bob, blue):
    response = await bob.fetches(blue)

    # U-4.1
    assert response.status_code == 200
    assert response["Content-Type"] == "audio/flac"
    assert response["Content-Length"] == "1000"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "no-store"
    assert await body_of(response) == BODY


async def test_a_range_comes_as_that_range(bob, blue):
    response = await bob.fetches(blue, Range="bytes=100-199")

    # U-4.2
    assert response.status_code == 206
    assert response["Content-Range"] == "bytes 100-199/1000"
    assert response["Content-Length"] == "100"
    assert await body_of(response) == BODY[100:200]


async def test_a_broken_download_goes_on_while_the_file_is_the_same(bob, blue, root):
    etag = (await bob.fetches(blue, Range="bytes=0-99"))["ETag"]

    same = await bob.fetches(blue, **{"If-Range": etag, "Range": "bytes=100-"})
    rest = await body_of(same)
    (root / "blue.flac").write_bytes(BODY[::-1])
    os.utime(root / "blue.flac", ns=(1, 1))
    changed = await bob.fetches(blue, **{"If-Range": etag, "Range": "bytes=100-"})
    of_a_day = await bob.fetches(
        blue, **{"If-Range": "Mon, 30 Nov 2026 10:00:00 GMT", "Range": "bytes=100-"}
    )

    # H25
    assert (same.status_code, rest) == (206, BODY[100:])
    assert (changed.status_code, await body_of(changed)) == (200, BODY[::-1])
    assert changed["ETag"] != etag
    assert of_a_day.status_code == 200


async def test_a_range_beyond_the_end_is_told_the_size(bob, blue):
    response = await bob.fetches(blue, Range="bytes=1000-")

    # U-4.3
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1000"
    assert response["Accept-Ranges"] == "bytes"


async def test_an_empty_file_is_whole_when_its_end_is_asked(bob, root):
    (root / "empty.mp3").touch()
    empty = await sync_to_async(track_at)("empty.mp3")

    start = await bob.fetches(empty, Range="bytes=0-")
    end = await bob.fetches(empty, Range="bytes=-5")

    # U-4.3
    assert (start.status_code, start["Content-Range"]) == (416, "bytes */0")
    assert (end.status_code, await body_of(end)) == (200, b"")


@pytest.mark.parametrize("header", ["bytes=abc", "bytes=5-2", "lines=1-2", "bytes=0-1,4-5"])
async def test_what_cannot_be_read_gives_the_whole_file(bob, blue, header):
    response = await bob.fetches(blue, Range=header)

    # U-4.4
    assert response.status_code == 200
    assert await body_of(response) == BODY


async def test_a_head_has_the_headers_and_no_body(bob, blue):
    response = await bob.fetches(blue, method="head", Range="bytes=0-99")

    # U-4.5
    assert response.status_code == 206
    assert response["Content-Length"] == "100"
    assert response["Content-Range"] == "bytes 0-99/1000"
    assert response.content == b""


async def test_without_a_token_or_a_session_nobody_gets_in(bob, blue):
    missing = await bob.fetches(blue, token="")
    stranger = await AsyncClient().get(
        f"/media/tracks/{blue.pk}?token={await sync_to_async(bob.token)(blue)}"
    )

    # U-4.6, U-4.7
    assert (missing.status_code, missing.json()["error"]) == (401, "unauthorized")
    assert (stranger.status_code, stranger.json()["error"]) == (401, "unauthorized")


async def test_bobs_token_is_of_no_use_to_charlie(bob, blue):
    charlie = await sync_to_async(signed_in)(CHARLIE)

    response = await charlie.fetches(blue, token=await sync_to_async(bob.token)(blue))

    # U-4.7
    assert (response.status_code, response.json()["error"]) == (403, "invalid_token")


async def test_a_token_ends_when_the_speaker_changes(bob, blue):
    token = await sync_to_async(bob.token)(blue)
    before = await bob.fetches(blue, token=token)

    redis().hset(NestKeys("main").speaker(BOB), mapping={"device": "laptop", "epoch": 1})
    after = await bob.fetches(blue, token=token)

    # U-4.8
    assert before.status_code == 200
    assert (after.status_code, after.json()["error"]) == (403, "invalid_token")
    assert await body_of(before) == BODY


async def test_what_is_being_sent_is_sent_to_its_end(bob, blue):
    token = await sync_to_async(bob.token)(blue)
    begun = await bob.fetches(blue, token=token)

    later = await sync_to_async(clock.now_ms)() + 91_000
    redis().hset(GLOBAL.clock, "reached_ms", later)  # Time never goes back, so that it is then.
    body = await body_of(begun)
    again = await bob.fetches(blue, token=token)

    # U-4.10
    assert body == BODY
    assert (again.status_code, again.json()["error"]) == (403, "token_expired")


async def test_five_bad_tokens_end_the_good_ones(bob, blue):
    token = await sync_to_async(bob.token)(blue)

    for _ in range(5):
        await bob.fetches(blue, token="guess")
    response = await bob.fetches(blue, token=token)

    # U-4.9
    assert (response.status_code, response.json()["error"]) == (403, "invalid_token")


@pytest.mark.parametrize(
    "path", ["gone.flac", "../secret.flac", "/etc/passwd", "link.flac", "folder.flac", "a\0b.flac"]
)
async def test_nothing_outside_the_root_is_ever_served(bob, root, path):
    (root.parent / "secret.flac").write_bytes(b"secret")
    (root / "link.flac").symlink_to(root.parent / "secret.flac")
    (root / "folder.flac").mkdir()
    astray = await sync_to_async(track_at)(path.replace("\0", "%00"))

    response = await bob.fetches(astray)

    # U-4.11, X5
    assert (response.status_code, response.json()["error"]) == (404, "track_not_found")
    assert "secret" not in response.content.decode()


async def test_an_unknown_track_is_not_found(bob):
    for number in (999_999, 10**30):
        response = await bob.fetches(Track(pk=number))

        # U-4.11
        assert (response.status_code, response.json()["error"]) == (404, "track_not_found")


async def test_memory_stays_flat_for_half_a_gigabyte(bob, root):
    with (root / "long.flac").open("wb") as file:
        file.truncate(500 * 1024 * 1024)
    long = await sync_to_async(track_at)("long.flac")
    response = await bob.fetches(long)

    tracemalloc.start()
    received = 0
    async for chunk in response.streaming_content:
        received += len(chunk)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # U-4.12; what other threads of the tests' process do meanwhile is counted, too.
    assert received == 500 * 1024 * 1024
    assert most < 16 * 1024 * 1024


async def test_after_the_headers_the_database_is_left_alone(
    bob, blue, django_assert_num_queries, monkeypatch
):
    from django.db import connections

    response = await bob.fetches(blue)

    def body_without_a_database() -> bytes:
        with django_assert_num_queries(0):
            return asyncio.run(body_of(response))

    # U-4.12
    assert await sync_to_async(body_without_a_database)() == BODY
    assert not [c for c in connections.all() if c.in_atomic_block]


async def test_the_edge_sends_the_file_if_it_can(bob, blue, monkeypatch):
    monkeypatch.setitem(conf().__dict__, "andre_sendfile", "nginx")

    response = await bob.fetches(blue)
    forged = await bob.fetches(blue, token="guess")

    # U-4.13
    assert response["X-Accel-Redirect"] == "/protected-media/blue.flac"
    assert response["Content-Type"] == "audio/flac"
    assert response.content == b""
    assert forged.status_code == 403


# H15
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("blue.flac", "blue.flac"),
        ("Über {x} & so.flac", "Über {x} & so.flac".encode().decode("latin-1")),
        *((f"blue {sign}.flac", "") for sign in ("?", "#", "%41", "\n")),
    ],
)
def test_caddy_is_told_the_path_as_it_is_or_nothing_it_would_misread(
    name, told, settings, monkeypatch
):
    monkeypatch.setitem(conf().__dict__, "andre_sendfile", "caddy")

    path = views.hand_off_path(
        views.Bytes(Path(settings.MUSIC_ROOT) / name, 1, "audio/flac", '"1-1"')
    )

    assert path == told


async def test_no_token_is_written_to_any_log(bob, blue, capfd, caplog):
    token = await sync_to_async(bob.token)(blue)

    await bob.fetches(blue, token=token)
    await bob.fetches(blue, token="x" + token)

    # U-4.14
    out, err = capfd.readouterr()
    assert token not in out + err + caplog.text


async def test_a_cover_is_for_those_who_are_signed_in(bob, root, settings):
    folder = settings.DATA_DIR / "covers" / "ab"
    folder.mkdir(parents=True)
    (folder / "ab12cd34-320.jpg").write_bytes(b"jpeg")
    covered = await sync_to_async(track_at)("blue.flac", cover="ab12cd34")

    shown = await bob.client.get(f"/media/covers/{covered.pk}?size=320&v=ab12cd34")
    stranger = await AsyncClient().get(f"/media/covers/{covered.pk}?size=320")

    # L1
    assert (shown.status_code, shown.content) == (200, b"jpeg")
    assert "private" in shown["Cache-Control"]
    assert stranger.status_code == 401
