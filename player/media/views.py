"""Bytes over HTTP: a track in ranges, a cover whole."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from andre.accounts.authentication import caller_of
from andre.core.conf import conf
from andre.core.errors import Refusal
from player.library import covers
from player.library.files import CONTENT_TYPES
from player.library.stretches import Stretch
from player.media import encoder, encodings, files, ranges, tokens
from player.models import Track
from player.playback import failures

LARGEST_ID = 2**63 - 1
INTERNAL = "/protected-media/"  # Where the edge keeps the music root; see ops/.
CADDY_MISREADS = set("?#%")  # It takes what follows for a query, a fragment, a code.
FOR_GOOD = "private, max-age=31536000, immutable"
FOR_NOW = "private, max-age=300"

Response = TypeVar("Response", bound=HttpResponseBase)


@dataclass(frozen=True)
class Bytes:
    path: Path
    size: int
    content_type: str
    etag: str  # A strong validator: another one after every change of the file.
    stretch: Stretch | None = None  # Where it is a piece of the file, as a WAV.


@require_safe
async def track(request: HttpRequest, track_id: int) -> HttpResponseBase:
    """The recording as it is. Raises Refusal `unauthorized`."""
    await admit(request, track_id)
    return await send_bytes(request, await files.media_pool.run(bytes_of, track_id))


@require_safe
async def encoding(request: HttpRequest, track_id: int, quality: str) -> HttpResponseBase:
    """A smaller one. Raises Refusal `unauthorized` or `not_found`."""
    await admit(request, track_id)
    found = await files.media_pool.run(bytes_of_encoding, track_id, quality)
    return await send_bytes(request, found)


async def admit(request: HttpRequest, track_id: int | str) -> None:
    """`track_id` as the token names it.

    Raises Refusal `unauthorized`, `invalid_token` or `token_expired`.
    """
    credential = await files.media_pool.run(caller_of, request)
    token = request.GET.get("token")
    if not token:
        raise Refusal("unauthorized", "A media token is needed.")
    await tokens.admit_request(token, credential.seat.email, credential.name, track_id)


async def send_bytes(request: HttpRequest, found: Bytes) -> HttpResponseBase:
    handed_off = hand_off_path(found)
    if handed_off:
        return hand_off_response(found, handed_off)
    try:
        span = ranges.span_of(requested_range(request, found), found.size)
    except ranges.NotThere:
        return beyond(found)
    return await range_response(request, found, span)


def bytes_of(track_id: int) -> Bytes:
    """All that the database and the folder know, asked once. Raises Refusal `track_not_found`."""
    source = encoder.source_of(track_id) if track_id <= LARGEST_ID else None
    if source is None:
        if track_id <= LARGEST_ID:
            failures.notice_gone(track_id)
        raise Refusal("track_not_found", "This track is not in the library.")
    if source.stretch:
        return facts_of_piece(source.path, source.stretch)
    return facts_of(source.path, CONTENT_TYPES[source.path.suffix.lower()])


def facts_of_piece(file: Path, stretch: Stretch) -> Bytes:
    """Raises Refusal `track_not_found` where it cannot be decoded any more."""
    # Where no CUE sheet is, no decoder is needed.
    from soundfile import LibsndfileError

    from player.media import waves

    try:
        size = waves.format_of(file, stretch).size
    except (LibsndfileError, OSError) as error:
        raise Refusal("track_not_found", "This track cannot be read.") from error
    whole = facts_of(file, waves.CONTENT_TYPE)
    etag = f'{whole.etag[:-1]}-{stretch.begins_ms:x}-{stretch.length_ms:x}"'
    return replace(whole, size=size, etag=etag, stretch=stretch)


def bytes_of_encoding(track_id: int, quality: str) -> Bytes:
    """Raises Refusal `track_not_found`, and `not_found` where this encoding is not there."""
    source = encoder.source_of(track_id) if track_id <= LARGEST_ID else None
    if source is None:
        return bytes_of(track_id)  # As of one that is gone.
    is_known = quality in encodings.KBITS
    file = encodings.find_encoding(track_id, source, quality) if is_known else None
    if file is None:
        raise Refusal(
            "not_found", "There is no such encoding of this track; ask for another token."
        )
    return facts_of(file, encodings.CONTENT_TYPE)


def facts_of(file: Path, content_type: str) -> Bytes:
    seen = file.stat()
    etag = f'"{seen.st_mtime_ns:x}-{seen.st_size:x}"'
    return Bytes(file, seen.st_size, content_type, etag)


def requested_range(request: HttpRequest, found: Bytes) -> str | None:
    """None also where If-Range speaks of another state of the file: then all of it is sent."""
    if request.headers.get("If-Range", found.etag) != found.etag:
        return None
    return request.headers.get("Range")


async def range_response(
    request: HttpRequest, found: Bytes, span: ranges.Span | None
) -> HttpResponseBase:
    status = 206 if span else 200
    sent = span or ranges.Span(0, found.size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        file = await files.media_pool.run(open_bytes, found, sent.first)
        response = StreamingHttpResponse(files.read_chunks(file, sent.length), status=status)
    response["Content-Length"] = str(sent.length)
    response["ETag"] = found.etag
    if span:
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{found.size}"
    return add_headers(response, found)


def open_bytes(found: Bytes, first: int) -> files.Readable:
    if found.stretch is None:
        return files.open_at(found.path, first)
    from player.media.waves import WaveReader

    return WaveReader(found.path, found.stretch, first)


def beyond(found: Bytes) -> HttpResponse:
    response = HttpResponse(status=416)
    response["Content-Range"] = f"bytes */{found.size}"
    return add_headers(response, found)


def hand_off_path(found: Bytes) -> str:
    """The file as the edge is told it; empty where Andre sends it itself.

    nginx decodes an address. Caddy takes the bytes of the path as they are, but for a few signs.
    Smaller encodings are none of its music, and small enough for Andre to send.
    """
    if found.stretch or not found.path.is_relative_to(settings.MUSIC_ROOT):
        return ""
    below = found.path.relative_to(settings.MUSIC_ROOT).as_posix()
    match conf().andre_sendfile:
        case "nginx":
            return quote(below)
        case "caddy" if below.isprintable() and not set(below) & CADDY_MISREADS:
            return os.fsencode(below).decode("latin-1")
    return ""


def hand_off_response(found: Bytes, path: str) -> HttpResponse:
    """Nothing of ours but the answer's name: the edge sends the file and knows ranges itself."""
    response = HttpResponse()
    response["X-Accel-Redirect"] = INTERNAL + path
    return add_headers(response, found)


class Typed(Protocol):
    @property
    def content_type(self) -> str: ...


def add_headers(response: Response, found: Typed) -> Response:
    response["Content-Type"] = found.content_type
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
async def cover(request: HttpRequest, track_id: int) -> HttpResponseBase:
    return await files.media_pool.run(cover_now, request, track_id)


def cover_now(request: HttpRequest, track_id: int) -> HttpResponse:
    """Raises Refusal `not_found`."""
    caller_of(request)
    name = cover_name(track_id)
    asked = request.GET.get("size", "")
    size = int(asked) if asked in map(str, covers.SIZES) else covers.SIZES[-1]
    path = covers.cover_path(settings.DATA_DIR / "covers", name, size)
    if not name or not path.is_file():
        raise Refusal("not_found", "This track has no cover.")
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response["Cache-Control"] = FOR_GOOD if request.GET.get("v") == name[:8] else FOR_NOW
    return response


def cover_name(track_id: int) -> str:
    if track_id > LARGEST_ID:
        return ""
    found = Track.objects.filter(pk=track_id).values_list("cover", flat=True).first()
    return found or ""
