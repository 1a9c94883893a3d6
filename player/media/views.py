"""Bytes over HTTP: a track in ranges, a cover whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from andre.accounts.authentication import caller_of
from andre.core.conf import conf
from andre.core.errors import Refusal
from player.library import covers
from player.library.files import CONTENT_TYPES, safe_file
from player.media import grants
from player.models import Track
from player.playback import failures

LARGEST_ID = 2**63 - 1
INTERNAL = "/protected-media/"  # Where the edge keeps the music root; see ops/.
FOR_GOOD = "private, max-age=31536000, immutable"
FOR_NOW = "private, max-age=300"

Response = TypeVar("Response", bound=HttpResponseBase)


@dataclass(frozen=True)
class Bytes:
    path: Path
    size: int
    content_type: str


@require_safe
async def track(request: HttpRequest, track_id: int) -> HttpResponseBase:
    credential = await grants.by_reader(caller_of, request)
    token = request.GET.get("token")
    if not token:
        raise Refusal("unauthorized", "A media token is needed.")
    await grants.admit(token, credential.seat.email, credential.name, track_id)
    found = await grants.by_reader(bytes_of, track_id)
    if conf().andre_sendfile == "nginx":
        return hand_off_response(found)
    try:
        span = grants.span_of(requested_range(request), found.size)
    except grants.NotThere:
        return beyond(found)
    return await range_response(request, found, span)


def bytes_of(track_id: int) -> Bytes:
    """All that the database and the folder know, asked once. Raises Refusal `track_not_found`."""
    try:
        path = file_path(track_id)
        file = safe_file(settings.MUSIC_ROOT, path) if path else None
        if file is None:
            if path:
                failures.notice_gone(track_id)
            raise Refusal("track_not_found", "This track is not in the library.")
    finally:
        close_old_connections()
    return Bytes(file, file.stat().st_size, CONTENT_TYPES[file.suffix.lower()])


def file_path(track_id: int) -> str | None:
    if track_id > LARGEST_ID:
        return None
    return Track.objects.filter(pk=track_id).values_list("path", flat=True).first()


def requested_range(request: HttpRequest) -> str | None:
    """None also with If-Range: we give out no validator, so what it holds cannot be ours."""
    return None if "If-Range" in request.headers else request.headers.get("Range")


async def range_response(
    request: HttpRequest, found: Bytes, span: grants.Span | None
) -> HttpResponseBase:
    status = 206 if span else 200
    sent = span or grants.Span(0, found.size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        file = await grants.by_reader(grants.open_at, found.path, sent.first)
        response = StreamingHttpResponse(grants.chunks(file, sent.length), status=status)
    response["Content-Length"] = str(sent.length)
    if span:
        response["Content-Range"] = f"bytes {span.first}-{span.last}/{found.size}"
    return add_headers(response, found)


def beyond(found: Bytes) -> HttpResponse:
    response = HttpResponse(status=416)
    response["Content-Range"] = f"bytes */{found.size}"
    return add_headers(response, found)


def hand_off_response(found: Bytes) -> HttpResponse:
    """Nothing of ours but the answer's name: the edge sends the file and knows ranges itself."""
    response = HttpResponse()
    below = found.path.relative_to(settings.MUSIC_ROOT).as_posix()
    response["X-Accel-Redirect"] = INTERNAL + quote(below)
    return add_headers(response, found)


def add_headers(response: Response, found: Bytes) -> Response:
    response["Content-Type"] = found.content_type
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
async def cover(request: HttpRequest, track_id: int) -> HttpResponseBase:
    return await grants.by_reader(cover_now, request, track_id)


def cover_now(request: HttpRequest, track_id: int) -> HttpResponse:
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
    try:
        found = Track.objects.filter(pk=track_id).values_list("cover", flat=True).first()
    finally:
        close_old_connections()
    return found or ""
