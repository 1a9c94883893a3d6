"""Songs, search and history over HTTP."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, get_args

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.permissions import at_least
from andre.core import clock, permissions
from andre.core.address_numbers import describe_whole_number
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.core.text import clean_text
from andre.protocol.commands import AddSongs
from nests.api import act_of_member, nest_named, validate_body
from nests.devices.names import DeviceTab
from nests.hooks import hooks
from nests.models import NestTombstone
from nests.registry import store
from nests.registry.share_links import origin_of
from player import providers, response_schemas
from player.discovery import paste, search, sources, suggestions
from player.history import exports, history, progress
from player.history.serializers import serialize_plays
from player.library import background_scan, scan_status
from player.media import media_grants
from player.models import ListeningProgress, Play
from player.playback import clock_sync
from player.providers import Embedding, Kind
from player.queue import repeats, rules
from player.queue.airtime import airtime

MOST_PLAYS = 100
LONGEST_PASTE = 20_000
LONGEST_QUERY = 200
PARTS = ("disc", "part")
SWITCHES = ("autoplay", "next", "selector", "progress")
COLOR = re.compile(r"[0-9A-Za-z]{1,20}")
YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}
KINDS: tuple[Kind, ...] = get_args(Kind)


class Search(APIView):
    """Every catalogue side by side."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", required=True),
            OpenApiParameter("kind", enum=KINDS, description="track, unless said"),
            OpenApiParameter("provider"),
            OpenApiParameter("nest", description="its catalogue alone; without: every one"),
            OpenApiParameter("page", describe_whole_number()),
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
            OpenApiParameter(
                "disc", describe_whole_number(), description="of an item of a collection"
            ),
            OpenApiParameter("part", describe_whole_number(), description="the same"),
            OpenApiParameter("start_ms", OpenApiTypes.INT),
            OpenApiParameter("color", description="a word, or hexadecimal digits"),
            *(OpenApiParameter(name, OpenApiTypes.BOOL) for name in SWITCHES),
        ],
        responses=response_schemas.Embed,
    )
    def get(self, request: Request) -> Response:
        """What the frame's player has no option for it ignores."""
        asked = request.query_params
        disc, part = (
            whole_number(asked[name], name) if asked.get(name) else None for name in PARTS
        )
        source = providers.find_source(asked.get("uri", ""), disc, part)
        if source is None:
            return Response({"url": None, "source": None})
        how = embedding_in(asked, conf().andre_base_url or origin_of(request))
        return Response({"url": providers.embed_url(source, how), "source": source.fields()})


def embedding_in(asked: Mapping[str, str], origin: str) -> Embedding:
    """Raises Refusal `validation_error`."""
    start, color = asked.get("start_ms", "0"), asked.get("color", "")
    if color and not COLOR.fullmatch(color):
        raise Refusal("validation_error", "color: a word, or hexadecimal digits.")
    return Embedding(
        color=color,
        start_ms=int(start) if start.isdecimal() and len(start) < 10 else 0,
        origin=origin,
        **{name: yes_or_no(asked[name], name) for name in SWITCHES if name in asked},
    )


def yes_or_no(text: str, name: str) -> bool:
    """Raises Refusal `validation_error`."""
    if text.lower() not in YES_OR_NO:
        raise Refusal("validation_error", f"{name}: true or false.")
    return YES_OR_NO[text.lower()]


class Source(APIView):
    """What a nest plays, chosen by whoever leads it."""

    @extend_schema(request=response_schemas.SourceWish, responses=response_schemas.SourceChosen)
    def post(self, request: Request, code: str) -> Response:
        """By provider, kind and id, for programs: it is queued for the caller.

        In a nest with a DJ that is for the DJ and who built it; listeners add songs.
        """
        act = act_of_member(request, code)
        wish = validate_body(response_schemas.SourceWish, request.data)
        permissions.require_right(act.actor, "choose_source")
        source = sources.find_available(wish.provider, wish.kind, wish.external_id)
        answer = hooks.dispatch(act, AddSongs(id=wish.id, uris=[source.uri]))
        return Response({"source": source.fields()} | answer)


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
        if nest is None:
            return Response({"results": suggestions.suggestions(None, listener, 0, like)})
        is_welcome = partial(rules.is_within, rules=rules.rules_of(nest))
        no_repeat_ms = repeats.no_repeat_ms(nest)
        found = suggestions.suggestions(nest, listener, no_repeat_ms, like, is_welcome)
        return Response({"results": found})


class LibraryScan(APIView):
    """How the scan of the music folder goes, and the wish for one."""

    permission_classes = (at_least("operator"),)

    @extend_schema(responses=response_schemas.LibraryScan)
    def get(self, request: Request) -> Response:
        return Response(asdict(scan_status.read_scan_status()))

    @extend_schema(request=None, responses=response_schemas.LibraryScan)
    def post(self, request: Request) -> Response:
        """A worker begins soon. While a scan waits or runs, asking again changes nothing."""
        return Response(asdict(background_scan.request_scan(identity_of_request(request).email)))


class MediaToken(APIView):
    """The key to a song's bytes, for a minute and a half."""

    @extend_schema(request=response_schemas.MediaTokenWish, responses=response_schemas.MediaToken)
    def post(self, request: Request, code: str) -> Response:
        act = act_of_member(request, code)
        wish = validate_body(response_schemas.MediaTokenWish, request.data)
        credential = credential_of(request).name
        consume("media_tokens", f"{act.user} {credential}")
        named = DeviceTab(wish.device or "", wish.tab or "")
        return Response(media_grants.token(act, wish.track, named, credential, wish.quality))


class History(APIView):
    """What played in a nest, the latest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter("before", describe_whole_number()),
            OpenApiParameter("limit", describe_whole_number()),
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
            OpenApiParameter("user", description="an id, or one's own address"),
            OpenApiParameter("q", description="words of title, artist or album"),
            OpenApiParameter("before", describe_whole_number()),
            OpenApiParameter("limit", describe_whole_number()),
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
            plays = history.plays_of_person(plays, user, person)
        plays = history.filter_plays(plays, asked.get("q", ""))
        return Response({"plays": page_of(plays, request)})


class HistoryExport(APIView):
    """A nest's plays, oldest first, as M3U8, XSPF, JSPF or CSV."""

    @extend_schema(
        responses={(200, each.content_type): OpenApiTypes.STR for each in exports.FORMATS.values()}
    )
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
    return serialize_plays([dict(play) for play in plays.order_by("-started_ms").values()[:limit]])


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


class Progress(APIView):
    """How far the caller came in a track in this nest."""

    @extend_schema(
        parameters=[
            OpenApiParameter("uri", required=True),
            OpenApiParameter("disc", describe_whole_number(0)),
            OpenApiParameter("part", describe_whole_number(0)),
        ],
        responses=response_schemas.ProgressFound,
    )
    def get(self, request: Request, code: str) -> Response:
        act, asked = act_of_member(request, code), request.query_params
        uri = asked.get("uri", "")
        if not uri:
            raise Refusal("validation_error", "uri: which track?")
        part = progress.Part(
            *(whole_number(asked[name], name, least=0) if asked.get(name) else 0 for name in PARTS)
        )
        row = progress.find_progress(act.user, act.nest, uri, part)
        return Response({"progress": row and serialize_progress(row)})

    @extend_schema(request=response_schemas.ProgressWish, responses=response_schemas.ProgressTold)
    def put(self, request: Request, code: str) -> Response:
        act = act_of_member(request, code)
        told = validate_body(response_schemas.ProgressWish, request.data)
        consume("progress", act.user)
        reached = progress.Reached(told.position_ms, told.duration_ms, told.completed)
        part = progress.Part(told.disc, told.part)
        row = progress.save_progress(act.user, act.nest, told.uri, reached, clock.now_ms(), part)
        return Response(serialize_progress(row))


class Resume(APIView):
    """Where the caller may go on. Also of a nest that has ended."""

    @extend_schema(responses=response_schemas.ResumeTold)
    def get(self, request: Request, code: str) -> Response:
        listener = identity_of_request(request).email
        row = progress.find_latest_progress(listener, code_of_nest(request, code))
        return Response(
            {
                "uri": row and row.uri,
                "progress_percent": row.progress_percent if row else 0,
                "last_position_seconds": row.position_ms / 1000 if row and not row.completed else 0,
                "completed": bool(row and row.completed),
            }
        )


def code_of_nest(request: Request, code: str) -> str:
    """Also of one that has ended. Raises NoSuchNest or NotAMember."""
    ended = NestTombstone.objects.filter(code=code.upper()).first()
    return ended.code if ended else act_of_member(request, code).nest


def serialize_progress(row: ListeningProgress) -> dict[str, Any]:
    names = response_schemas.ProgressTold.model_fields
    return {name: getattr(row, name) for name in names}


def kind_of(text: str) -> Kind:
    """Raises Refusal `validation_error`."""
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refusal("validation_error", f"kind: one of {', '.join(KINDS)}.")


def whole_number(text: str, name: str, least: int = 1) -> int:
    """Raises Refusal `validation_error`."""
    if not text.isdecimal() or not 1 <= len(text) < 16 or int(text) < least:
        raise Refusal("validation_error", f"{name}: a whole number from {least} is needed.")
    return int(text)
