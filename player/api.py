"""Songs, search and history over HTTP."""

from typing import Any, get_args

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, seat_of
from andre.conf import conf
from andre.errors import Refusal
from andre.limits import spend
from andre.text import clean_text
from nests.services import rooms
from nests.services.addresses import origin_of
from player import answers, providers
from player.models import Play
from player.providers import Embedding, Kind
from player.services import history, listening, pasting, search, suggesting, sync
from player.services.airtime import airtime
from player.services.exports import exported

MOST_PLAYS = 100
LONGEST_PASTE = 20_000
KINDS: tuple[Kind, ...] = get_args(Kind)


class Search(APIView):
    """Every catalogue side by side."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", required=True),
            OpenApiParameter("kind", enum=KINDS, description="track, unless said"),
            OpenApiParameter("provider"),
            OpenApiParameter("nest", description="its catalogue alone; without: every one"),
            OpenApiParameter("page", OpenApiTypes.INT),
        ],
        responses=answers.Found,
    )
    def get(self, request: Request) -> Response:
        """Words find songs, or albums, artists, playlists of one's own, each as one thing.

        Links and URIs become the songs they stand for, and so does a thing that is pasted.
        """
        query = clean_text(request.query_params.get("q", ""))
        if not query:
            raise Refusal("validation_error", "What are you looking for? The search is empty.")
        listener = seat_of(request).email
        spend("search", listener)
        kind = kind_of(request.query_params.get("kind", "track"))
        page = whole_number(request.query_params.get("page", "1"), "page")
        catalogue = catalogue_of(request.query_params.get("nest"))
        if pasting.is_pasted(query):
            return Response(search.pasted(query, catalogue, page, listener))
        provider = request.query_params.get("provider")
        if kind == "playlist":
            return Response(search.own(listener, query, provider, page, catalogue))
        return Response(search.everywhere(query, provider, page, catalogue, kind))


class Paste(APIView):
    """What was understood of a paste, before any of it is added. What was not is named."""

    @extend_schema(request=answers.PasteWish, responses=answers.Pasted)
    def post(self, request: Request) -> Response:
        listener = seat_of(request).email
        spend("search", listener)
        body = request.data if isinstance(request.data, dict) else {}
        text, nest = body.get("text"), body.get("nest")
        if not isinstance(text, str) or not isinstance(nest, str | None):
            raise Refusal("validation_error", "text: links, or lines of them, are needed.")
        if len(text) > LONGEST_PASTE:
            raise Refusal("validation_error", "This is more than fits into one paste.")
        return Response(pasting.understood(text, catalogue_of(nest), listener).body())


class Embed(APIView):
    """The page that plays a track in a frame; null for a track that needs none."""

    @extend_schema(
        parameters=[
            OpenApiParameter("uri", required=True),
            OpenApiParameter("start_ms", OpenApiTypes.INT),
        ],
        responses=answers.Embed,
    )
    def get(self, request: Request) -> Response:
        uri = request.query_params.get("uri", "")
        start = request.query_params.get("start_ms", "0")
        how = Embedding(
            int(start) if start.isdecimal() and len(start) < 10 else 0,
            conf().andre_base_url or origin_of(request),
        )
        return Response({"url": providers.embed_url(uri, how)})


def catalogue_of(nest: str | None) -> str | None:
    return rooms.get_nest(nest).plays_from if nest else None


class Suggestions(APIView):
    """A few tracks to begin with, of what a nest plays from."""

    @extend_schema(
        parameters=[OpenApiParameter("nest", description="without: the library's")],
        responses=answers.Suggested,
    )
    def get(self, request: Request) -> Response:
        name = request.query_params.get("nest")
        nest = rooms.get_nest(name) if name else None
        listener = seat_of(request).email
        spend("search", listener)
        return Response({"results": suggesting.suggestions(nest, listener)})


class MediaToken(APIView):
    """The key to a song's bytes, for a minute and a half."""

    @extend_schema(request=answers.MediaTokenWish, responses=answers.MediaToken)
    def post(self, request: Request, code: str) -> Response:
        seat = seat_of(request)
        nest = rooms.get_nest(code)
        body = request.data if isinstance(request.data, dict) else {}
        track, device = body.get("track"), body.get("device")
        if not isinstance(track, str) or not isinstance(device, str | None):
            raise Refusal("validation_error", "track: a track's address is needed.")
        spend("media_tokens", f"{seat.email} {device or ''}")
        device = device or credential_of(request).name
        return Response(listening.token(nest.nest_id, seat.email, track, device))


class History(APIView):
    """What played in a nest, the latest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=answers.Plays,
    )
    def get(self, request: Request, code: str) -> Response:
        nest = rooms.get_nest(code)
        plays = Play.objects.filter(nest_id=nest.nest_id)
        return Response({"plays": page_of(plays, request)})


class AllHistory(APIView):
    """What played wherever the caller may look, the latest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("nest"),
            OpenApiParameter("user"),
            OpenApiParameter("q", description="words of title, artist or album"),
            OpenApiParameter("before", OpenApiTypes.INT),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=answers.Plays,
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        plays = history.visible_to(seat_of(request).email)
        if nest := asked.get("nest"):
            plays = plays.filter(nest_id=nest.upper() if nest != "main" else nest)
        if user := asked.get("user"):
            plays = plays.filter(user=user.strip().lower())
        plays = history.matching(plays, asked.get("q", ""))
        return Response({"plays": page_of(plays, request)})


class HistoryExport(APIView):
    """A nest's plays, oldest first, as M3U8, XSPF, JSPF or CSV."""

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, _: Request, code: str, kind: str) -> HttpResponse:
        nest = rooms.get_nest(code)
        plays = Play.objects.filter(nest_id=nest.nest_id).order_by("started_ms")
        content_type, text = exported(kind, nest.name, plays)
        name = f"{nest.slug or nest.code}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type=f"{content_type}; charset=utf-8", headers=headers)


def page_of(plays: QuerySet[Play], request: Request) -> list[dict[str, Any]]:
    limit = min(MOST_PLAYS, whole_number(request.query_params.get("limit", "50"), "limit"))
    if before := request.query_params.get("before"):
        plays = plays.filter(started_ms__lt=whole_number(before, "before"))
    return [dict(play) for play in plays.order_by("-started_ms").values()[:limit]]


class Fairness(APIView):
    """Each person's airtime of the last hour, and where their next turn begins."""

    @extend_schema(responses=answers.Airtime)
    def get(self, _: Request, code: str) -> Response:
        return Response(airtime(rooms.get_nest(code).nest_id))


class SyncReport(APIView):
    """How well the nest's devices keep time together."""

    @extend_schema(responses=answers.SyncErrors)
    def get(self, _: Request, code: str) -> Response:
        return Response(sync.errors(rooms.get_nest(code).nest_id))


def kind_of(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refusal("validation_error", f"kind: one of {', '.join(KINDS)}.")


def whole_number(text: str, name: str) -> int:
    if not text.isdecimal() or not 1 <= len(text) < 16 or int(text) < 1:
        raise Refusal("validation_error", f"{name}: a whole number from 1 is needed.")
    return int(text)
