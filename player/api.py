"""Songs, search and history over HTTP."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import seat_of
from andre.errors import Refusal
from andre.limits import spend
from nests.services import rooms
from player.models import Play
from player.services import listening, search, sync
from player.services.airtime import airtime

OBJECT = {200: OpenApiTypes.OBJECT}
MOST_PLAYS = 100


class Search(APIView):
    """Every catalogue side by side."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", required=True),
            OpenApiParameter("provider"),
            OpenApiParameter("page", OpenApiTypes.INT),
        ],
        responses=OBJECT,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params.get("q", "").strip()
        if not query:
            raise Refusal("validation_error", "What are you looking for? The search is empty.")
        spend("search", seat_of(request).email)
        page = whole_number(request.query_params.get("page", "1"), "page")
        return Response(search.everywhere(query, request.query_params.get("provider"), page))


class Suggestions(APIView):
    """A few tracks to begin with."""

    @extend_schema(responses=OBJECT)
    def get(self, _: Request) -> Response:
        return Response({"results": search.suggestions()})


class MediaToken(APIView):
    """The key to a song's bytes, for a minute and a half."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OBJECT)
    def post(self, request: Request, code: str) -> Response:
        seat = seat_of(request)
        nest = rooms.get_nest(code)
        body = request.data if isinstance(request.data, dict) else {}
        track, device = body.get("track"), body.get("device")
        if not isinstance(track, str) or not isinstance(device, str | None):
            raise Refusal("validation_error", "track: a track's address is needed.")
        spend("media_tokens", f"{seat.email} {device or ''}")
        session_key = request._request.session.session_key or ""
        return Response(listening.token(nest.nest_id, seat.email, track, device or session_key))


class History(APIView):
    """What played in a nest, the latest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("before", OpenApiTypes.INT),
            OpenApiParameter("limit", OpenApiTypes.INT),
        ],
        responses=OBJECT,
    )
    def get(self, request: Request, code: str) -> Response:
        nest = rooms.get_nest(code)
        limit = min(MOST_PLAYS, whole_number(request.query_params.get("limit", "50"), "limit"))
        plays = Play.objects.filter(nest_id=nest.nest_id).order_by("-started_ms")
        if before := request.query_params.get("before"):
            plays = plays.filter(started_ms__lt=whole_number(before, "before"))
        return Response({"plays": list(plays.values()[:limit])})


class Fairness(APIView):
    """Each person's airtime of the last hour, and where their next turn begins."""

    @extend_schema(responses=OBJECT)
    def get(self, _: Request, code: str) -> Response:
        return Response(airtime(rooms.get_nest(code).nest_id))


class SyncReport(APIView):
    """How well the nest's devices keep time together."""

    @extend_schema(responses=OBJECT)
    def get(self, _: Request, code: str) -> Response:
        return Response(sync.errors(rooms.get_nest(code).nest_id))


def whole_number(text: str, name: str) -> int:
    if not text.isdecimal() or not 1 <= len(text) < 16 or int(text) < 1:
        raise Refusal("validation_error", f"{name}: a whole number from 1 is needed.")
    return int(text)
