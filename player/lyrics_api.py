"""The words of a song over HTTP."""

from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from player import response_schemas
from player.library import lyrics, tags
from player.library.files import safe_file
from player.models import Track
from player.providers.library import no_such_track, track_number
from player.track_rows import NAME

KEEP = "private, max-age=300"


class TrackLyrics(APIView):
    """The words of a track of the library, from a text beside its file or from its tags."""

    @extend_schema(responses=response_schemas.Lyrics)
    def get(self, request: Request, uri: str) -> Response:
        """With times they are in their order. Unchanged since the `ETag` that is sent: 304."""
        consume("lists", identity_of_request(request).email)
        path = path_of(uri)
        try:
            etag = f'"{lyrics.version_of(settings.MUSIC_ROOT, path)}"'
            if get_conditional_response(request._request, etag=etag):
                return with_headers(Response(status=304), etag)
            beside = lyrics.texts_beside(settings.MUSIC_ROOT, path)
            found = lyrics.choose_lyrics(chain(beside, tags_of(path)))
        except OSError as error:
            raise no_lyrics() from error
        if not found.lines:
            raise no_lyrics()
        lines = [{"at_ms": line.at_ms, "text": line.text} for line in found.lines]
        body = {"uri": uri, "timed": found.kind == "timed", "lines": lines}
        return with_headers(Response(body), etag)


def path_of(uri: str) -> str:
    """Below the music root. Raises Refusal `track_not_found`."""
    kind, _, name = uri.rpartition(":")
    number = track_number(name) if kind == f"{NAME}:track" else None
    rows = Track.objects.filter(pk=number or 0, available=True)
    path: str | None = rows.values_list("path", flat=True).first()
    if path is None:
        raise no_such_track()
    return path


def tags_of(path: str) -> Iterator[str]:
    """Read only where they are asked for: what lies beside the song may be enough."""
    file = safe_file(settings.MUSIC_ROOT, path)
    if file:
        yield from tags.read_lyrics(file)


def with_headers(response: Response, etag: str) -> Response:
    response["ETag"] = etag
    response["Cache-Control"] = KEEP
    return response


def no_lyrics() -> Refusal:
    return Refusal("not_found", "Nobody has written down the words of this song.")
