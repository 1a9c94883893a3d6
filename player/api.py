"""Songs, search and history over HTTP."""

from typing import Any, get_args

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.core.text import clean_text
from nests.api import act_of_member, nest_named
from nests.registry import store
from nests.registry.share_links import origin_of
from player import providers, response_schemas
from player.discovery import paste, search, suggestions
from player.history import exports, history
from player.media import media_grants
from player.models import Play
from player.playback import clock_sync
from player.providers import Embedding, Kind
from player.queue.airtime import airtime

MOST_PLAYS = 100
LONGEST_PASTE = 20_000
LONGEST_QUERY = 200
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
        responses=response_schemas.Found,
    )
    def get(self, request: Request) -> Response:
        """Words find songs, or albums, artists, playlists of one's own, each as one thing.

        Links and URIs become the songs they stand for, and so does a thing that is pasted.
        """
        query = clean_text(request.query_params.get("q", ""))
        if not query:
            raise Refusal("validation_error", "What are you looking for? The search is empty.")
        listener = identity_of_request(request).email
        consume("search", listener)
        kind = kind_of(request.query_params.get("kind", "track"))
        page = whole_number(request.query_params.get("page", "1"), "page")
        catalogue = catalogue_of(request.query_params.get("nest"), request)
        if paste.is_pasted(query):
            return Response(search.search_pasted(query, catalogue, page, listener))
        if len(query) > LONGEST_QUERY:
            sentence = f"q: at most {LONGEST_QUERY} characters are searched for."
            raise Refusal("validation_error", sentence)
        provider = request.query_params.get("provider")
        if kind == "playlist":
            return Response(search.own(listener, query, provider, page, catalogue))
        return Response(search.everywhere(query, provider, page, catalogue, kind))


class Paste(APIView):
    """What was understood of a paste, before any of it is added. What was not is named."""

    @extend_schema(request=response_schemas.PasteWish, responses=response_schemas.Pasted)
    def post(self, request: Request) -> Response:
        listener = identity_of_request(request).email
        consume("search", listener)
        body = request.data if isinstance(request.data, dict) else {}
        text, nest = body.get("text"), body.get("nest")
        if not isinstance(text, str) or not isinstance(nest, str | None):
            raise Refusal("validation_error", "text: links, or lines of them, are needed.")
        if len(text) > LONGEST_PASTE:
            raise Refusal("validation_error", "This is more than fits into one paste.")
        return Response(paste.understood(text, catalogue_of(nest, request), listener).body())


class Embed(APIView):
    """The page that plays a track in a frame; null for a track that needs none."""

    @extend_schema(
        parameters=[
            OpenApiParameter("uri", required=True),
            OpenApiParameter("start_ms", OpenApiTypes.INT),
        ],
        responses=response_schemas.Embed,
    )
    def get(self, request: Request) -> Response:
        uri = request.query_params.get("uri", "")
        start = request.query_params.get("start_ms", "0")
        how = Embedding(
            int(start) if start.isdecimal() and len(start) < 10 else 0,
            conf().andre_base_url or origin_of(request),
        )
        return Response({"url": providers.embed_url(uri, how)})


def catalogue_of(nest: str | None, request: Request) -> str | None:
    return nest_named(nest, request).plays_from if nest else None


class Suggestions(APIView):
    """A few tracks to add, of what a nest plays from."""

    @extend_schema(
        parameters=[
            OpenApiParameter("nest", description="without: the library's"),
            OpenApiParameter("like", description="a track that they should go with"),
        ],
        responses=response_schemas.Suggested,
    )
    def get(self, request: Request) -> Response:
        name = request.query_params.get("nest")
        listener = identity_of_request(request).email
        consume("search", listener)
        nest = store.get_nest(act_of_member(request, name).nest) if name else None
        like = request.query_params.get("like", "")
        return Response({"results": suggestions.suggestions(nest, listener, like)})


class MediaToken(APIView):
    """The key to a song's bytes, for a minute and a half."""

    @extend_schema(request=response_schemas.MediaTokenWish, responses=response_schemas.MediaToken)
    def post(self, request: Request, code: str) -> Response:
        act = act_of_member(request, code)
        body = request.data if isinstance(request.data, dict) else {}
        track, named = body.get("track"), body.get("device")
        if not isinstance(track, str) or not isinstance(named, str | None):
            raise Refusal("validation_error", "track: a track's address is needed.")
        device = credential_of(request).name  # Until there are speakers, whatever was named.
        consume("media_tokens", f"{act.user} {device}")
        return Response(media_grants.token(act.nest, act.user, track, device))


class History(APIView):
    """What played in a nest, the latest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=response_schemas.Plays,
    )
    def get(self, request: Request, code: str) -> Response:
        consume("lists", identity_of_request(request).email)
        plays = Play.objects.filter(nest_id=act_of_member(request, code).nest)
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
        responses=response_schemas.Plays,
    )
    def get(self, request: Request) -> Response:
        asked, person = request.query_params, identity_of_request(request).email
        consume("lists", person)
        plays = history.visible_to(person)
        if nest := asked.get("nest"):
            plays = plays.filter(nest_id=nest.upper() if nest != "main" else nest)
        if user := asked.get("user"):
            plays = plays.filter(user=user.strip().lower())
        plays = history.filter_plays(plays, asked.get("q", ""))
        return Response({"plays": page_of(plays, request)})


class HistoryExport(APIView):
    """A nest's plays, oldest first, as M3U8, XSPF, JSPF or CSV."""

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, code: str, kind: str) -> StreamingHttpResponse:
        nest = store.get_nest(act_of_member(request, code).nest)
        content_type = exports.format_of(kind).content_type
        consume("exports", identity_of_request(request).email)
        name = f"{nest.slug or nest.code}.{kind}"
        return StreamingHttpResponse(
            exports.stream(kind, nest.name, nest.nest_id),
            content_type=f"{content_type}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def page_of(plays: QuerySet[Play], request: Request) -> list[dict[str, Any]]:
    limit = min(MOST_PLAYS, whole_number(request.query_params.get("limit", "50"), "limit"))
    if before := request.query_params.get("before"):
        plays = plays.filter(started_ms__lt=whole_number(before, "before"))
    return [dict(play) for play in plays.order_by("-started_ms").values()[:limit]]


class Fairness(APIView):
    """Each person's airtime of the last hour, and where their next turn begins."""

    @extend_schema(responses=response_schemas.Airtime)
    def get(self, request: Request, code: str) -> Response:
        return Response(airtime(act_of_member(request, code).nest))


class SyncReport(APIView):
    """How well the nest's devices keep time together."""

    @extend_schema(responses=response_schemas.SyncErrors)
    def get(self, request: Request, code: str) -> Response:
        return Response(clock_sync.errors(act_of_member(request, code).nest))


def kind_of(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refusal("validation_error", f"kind: one of {', '.join(KINDS)}.")


def whole_number(text: str, name: str) -> int:
    if not text.isdecimal() or not 1 <= len(text) < 16 or int(text) < 1:
        raise Refusal("validation_error", f"{name}: a whole number from 1 is needed.")
    return int(text)
