"""Bytes of a song on a music server: fetched from there as they are asked for, range by range.

What the page gets looks as if the recording lay here: our types, our headers, our tokens. Nothing
of the server's own is handed on but how long the recording is and which part this is.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPException

import structlog
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from requests import Response
from urllib3.exceptions import HTTPError

from andre.core.errors import Refusal
from andre.core.executors import BoundedPool, free_request_thread
from player.media import ranges, views
from player.media.files import CHUNK_BYTES
from player.playback.unavailable_tracks import fail_everywhere
from player.providers.base import ProviderError
from player.providers.music_servers import faults, outages
from player.providers.music_servers.server import MusicServer

BROKEN = (HTTPError, HTTPException, OSError)
READERS = 8  # Of their own: a server that hangs keeps nobody from the files that are here.
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
SIZE_ALONE = re.compile(r"bytes \*/(\d{1,18})")

server_pool = BoundedPool("server-media", READERS)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Part:
    """An answer of the server's: `span` is what it brings, None for the whole of it."""

    uri: str
    answer: Response
    span: ranges.Span | None
    size: int
    content_type: str
    etag: str

    @property
    def length(self) -> int:
        return self.span.length if self.span else self.size


@require_safe
async def server_track(request: HttpRequest, name: str, server: MusicServer) -> HttpResponseBase:
    """Raises Refusal `unauthorized`, `track_not_found` or ProviderError."""
    uri = server.uri_of("track", name)
    if uri is None:
        raise faults.no_such_thing(server.title)
    await views.admit(request, uri)
    part = await server_pool.run(
        open_part, server, uri, request.headers.get("Range"), request.headers.get("If-Range")
    )
    if part.answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return beyond(part)
    if request.method == "HEAD":
        part.answer.close()
        return add_part_headers(HttpResponse(), part)
    return add_part_headers(StreamingHttpResponse(read_chunks(part)), part)


def open_part(server: MusicServer, uri: str, asked: str | None, if_range: str | None) -> Part:
    """Raises Refusal `track_not_found` or `track_unplayable`, or ProviderError."""
    try:
        content_type = str(server.facts_of(uri)["type"])
        part = fetch_part(server, uri, byte_range(asked), content_type)
        if if_range and part.span and if_range != part.etag:
            part.answer.close()
            part = fetch_part(server, uri, "", content_type)
    except ProviderError:
        outages.note_unreachable(uri)
        raise
    except Refusal as refusal:
        if refusal.code == "track_not_found":
            server.forget_song(uri)
            fail_everywhere([uri])
        raise
    outages.note_reached(uri)
    return part


def byte_range(asked: str | None) -> str:
    """As `ranges.span_of` understands it; empty for the whole recording."""
    found = ranges.RANGE.fullmatch(asked) if asked else None
    if found is None or found[1] == found[2] == "":
        return ""
    if found[1] and found[2] and int(found[2]) < int(found[1]):
        return ""
    return f"bytes={found[1]}-{found[2]}"


def fetch_part(server: MusicServer, uri: str, wanted: str, content_type: str) -> Part:
    """Raises as `open_part`."""
    answer = server.open_song(uri.rpartition(":")[2], wanted)
    try:
        span, size = measure_part(answer, wanted)
    except (ValueError, *BROKEN) as error:
        answer.close()
        log.warning("music_server_answer_unusable", status=answer.status_code)
        raise faults.outage_error(server.title) from error
    state = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
    etag = f'"{sha256(f"{state} {size}".encode()).hexdigest()[:20]}"'
    return Part(uri, answer, span, size, content_type, etag)


def measure_part(answer: Response, wanted: str) -> tuple[ranges.Span | None, int]:
    """What it brings, of how much. Raises ValueError where it does not say, or it is another part.

    A server that knows no ranges sends everything: what lies before is read and dropped.
    """
    said = answer.headers.get("Content-Range", "")
    if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        found = SIZE_ALONE.fullmatch(said)
        return None, int(found[1]) if found else 0
    if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
        found = CONTENT_RANGE.fullmatch(said)
        first, last, size = (int(number) for number in found.groups()) if found else (0, -1, 0)
        span = ranges.Span(first, last)
        if span_within(wanted, size) != span:
            raise ValueError("another part than was asked for")
        return span, size
    size = int(answer.headers.get("Content-Length", ""))
    whole_span = span_within(wanted, size)
    left = whole_span.first if whole_span else 0
    while left > 0 and (piece := answer.raw.read1(min(left, CHUNK_BYTES))):
        left -= len(piece)
    return whole_span, size


def span_within(wanted: str, size: int) -> ranges.Span | None:
    """Raises ValueError for one that is beyond the end: the server should have said so."""
    try:
        return ranges.span_of(wanted, size)
    except ranges.NotThere as error:
        raise ValueError("beyond the end") from error


async def read_chunks(part: Part) -> AsyncIterator[bytes]:
    """Memory holds one chunk; a page that is slow makes the server wait."""
    await free_request_thread()
    left = part.length
    try:
        while left > 0:
            chunk = await server_pool.run(read_chunk, part, left)
            if not chunk:
                return  # Cut short; the length we promised shows it.
            left -= len(chunk)
            yield chunk
    finally:
        part.answer.close()


def read_chunk(part: Part, most: int) -> bytes:
    """Empty where the server has gone away in the middle."""
    try:
        chunk: bytes = part.answer.raw.read1(min(most, CHUNK_BYTES))
    except BROKEN:
        chunk = b""
    if not chunk:
        outages.note_unreachable(part.uri)
        log.warning("music_server_broke_off")
    return chunk


def beyond(part: Part) -> HttpResponse:
    response = HttpResponse(status=416)
    response["Content-Range"] = f"bytes */{part.size}"
    return views.add_headers(response, part)


def add_part_headers(response: views.Response, part: Part) -> views.Response:
    response.status_code = 206 if part.span else 200
    response["Content-Length"] = str(part.length)
    response["ETag"] = part.etag
    if part.span:
        response["Content-Range"] = f"bytes {part.span.first}-{part.span.last}/{part.size}"
    return views.add_headers(response, part)
