"""Text comes compressed: static files as they were collected, pages and JSON as they are made."""

import gzip

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from andre.web.middleware import compress_text
from andre.web.static_files import HashedModuleStorage

PACKED = {"Accept-Encoding": "gzip, br"}
LONG = b"<p>everybody hears the same song at the same moment</p>" * 20


def answer(path="/", body=LONG, content_type="text/html", response=HttpResponse, headers=PACKED):
    request = RequestFactory().get(path, headers=headers)
    return compress_text(lambda _: response(body, content_type=content_type))(request)


@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=utf-8", "application/json", "application/vnd.oai.openapi+json"],
)
def test_pages_and_json_come_compressed(content_type):  # H23
    found = answer(content_type=content_type)

    assert found["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.content) == LONG
    assert int(found["Content-Length"]) == len(found.content) < len(LONG) / 2
    assert found["Vary"] == "Accept-Encoding"


def test_who_takes_no_gzip_gets_it_as_it_is():  # H23
    assert answer(headers={}).content == LONG


@pytest.mark.parametrize(
    "path",
    ["/sign-in/", "/join", "/owner", "/api/auth/token", "/api/ws-ticket"]
    + [f"/api/nests/X7K2P/{name}" for name in ("media-token", "invitation")],
)
def test_no_answer_that_holds_a_secret_is_compressed(path):  # H23
    assert "Content-Encoding" not in answer(path)


def test_streams_and_songs_go_as_they_are():  # H23
    stream = answer(body=[LONG], content_type="application/json", response=StreamingHttpResponse)

    assert "Content-Encoding" not in stream
    assert "Content-Encoding" not in answer(content_type="audio/flac")


async def test_a_view_that_is_awaited_is_compressed_too():  # H23
    async def view(_):
        return HttpResponse(LONG)

    found = await compress_text(view)(RequestFactory().get("/", headers=PACKED))

    assert gzip.decompress(found.content) == LONG


def test_collected_files_are_compressed_once(tmp_path):  # H23
    storage = HashedModuleStorage(location=tmp_path, base_url="/static/")
    name = "css/tokens.css"
    source = finders.find(name)
    with open(source, "rb") as file:
        storage.save(name, file)

    list(storage.post_process({name: (storage, name)}))

    hashed = tmp_path / storage.stored_name(name)
    plain = hashed.read_bytes()
    assert brotli.decompress(hashed.with_name(hashed.name + ".br").read_bytes()) == plain
    assert gzip.decompress(hashed.with_name(hashed.name + ".gz").read_bytes()) == plain
