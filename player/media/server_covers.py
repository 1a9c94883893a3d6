"""Covers from a music server: fetched once, and kept as thumbnails like those of the library.

A picture goes by its id at the server. The folder can be emptied at any time.
"""

import hashlib
import time
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from andre.accounts.authentication import caller_of
from andre.core.errors import Refusal
from andre.core.executors import provider_pool
from player.library import covers
from player.providers import cache
from player.providers.http import NoAnswer, read_body
from player.providers.music_servers import faults
from player.providers.music_servers.server import MusicServer

FOR_A_DAY = "private, max-age=86400"
KEPT_SECONDS = 30 * 86_400  # Then it is fetched anew: somebody may have given the album another.
MISSING_SECONDS = 600
# In each of 256 folders, so about 5,000 pictures, 600 MB at the most; the oldest go.
PICTURES_IN_FOLDER = 20


@require_safe
async def server_cover(request: HttpRequest, name: str, server: MusicServer) -> HttpResponseBase:
    """Raises Refusal `not_found`, or ProviderError."""
    return await provider_pool(server.name).run(serve_cover, request, name, server)


def serve_cover(request: HttpRequest, name: str, server: MusicServer) -> HttpResponse:
    """Raises Refusal `not_found`, or ProviderError."""
    caller_of(request)
    if not server.is_configured or not server.id_pattern.fullmatch(name):
        raise no_cover()
    asked = request.GET.get("size", "")
    size = int(asked) if asked in map(str, covers.SIZES) else covers.SIZES[-1]
    key = hashlib.sha256(server.question_of(name).encode()).hexdigest()[:32]
    path = covers.cover_path(folder(), key, size)
    if not is_fresh(path):
        fetch(server, name, key)
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response["Cache-Control"] = FOR_A_DAY
    return response


def folder() -> Path:
    return settings.DATA_DIR / "server-covers"


def is_fresh(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < KEPT_SECONDS
    except FileNotFoundError:
        return False


def fetch(server: MusicServer, name: str, key: str) -> None:
    """Raises Refusal `not_found`, or ProviderError."""
    question = server.question_of(f"no cover {name}")
    if cache.recall(server.name, question):
        raise no_cover()
    for size in covers.SIZES:
        covers.cover_path(folder(), key, size).unlink(missing_ok=True)
    if not covers.ThumbnailStore(folder()).draw(key, picture_of(server, name)):
        cache.remember(server.name, question, MISSING_SECONDS, True)
        raise no_cover()
    drop_oldest(folder() / key[:2])


def picture_of(server: MusicServer, name: str) -> bytes:
    """Empty where the server has none. Raises ProviderError."""
    try:
        return read_body(server.open_cover(name, covers.SIZES[-1]))
    except NoAnswer as error:
        raise faults.outage_error(server.title) from error
    except Refusal as refusal:
        if refusal.code != "track_not_found":
            raise
        return b""


def drop_oldest(shelf: Path) -> None:
    files = sorted(shelf.glob("*.jpg"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[PICTURES_IN_FOLDER * len(covers.SIZES) :]:
        path.unlink(missing_ok=True)


def no_cover() -> Refusal:
    return Refusal("not_found", "This track has no cover.")
