"""Nests over HTTP."""

import json
from io import BytesIO
from typing import Annotated, Any, Literal

import segno
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.client_address import client_address
from andre.core.address_numbers import describe_whole_number
from andre.core.context import CommandContext
from andre.core.rate_limits import consume
from andre.protocol import frames
from andre.protocol.commands import (
    ChangeNestSettings,
    CreateNest,
    DeleteNest,
    JoinNest,
    LeaveNest,
)
from andre.protocol.frames import validate_body as validate_body  # Those above ask for it here.
from nests import response_schemas
from nests.door import entries, passwords
from nests.hooks import hooks
from nests.membership import members
from nests.membership.actors import actor_in, actor_of
from nests.registry import serializers, store
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of

PAGE = [
    OpenApiParameter("limit", describe_whole_number(1, 100)),
    OpenApiParameter("offset", describe_whole_number(0, None)),
    OpenApiParameter("sort", enum=["newest", "listeners"]),
]

JOINED = {200: response_schemas.NestJoined, 202: response_schemas.NestAwaited}
INVITE = OpenApiParameter("invite", description="the token of an invitation")


class EntryTyped(BaseModel):
    """What a private nest may ask for; whatever else stands in the body is ignored."""

    password: Annotated[str, Field(max_length=64)] = ""
    invite: Annotated[str, Field(max_length=64)] = ""


class Page(BaseModel):
    """What an address asks for, so its numbers are spelled as text."""

    limit: int = Field(default=50, ge=1, le=100)
    offset: int = Field(default=0, ge=0)
    sort: Literal["newest", "listeners"] = "newest"

    def of(self, nests: list[dict[str, Any]]) -> Response:
        return Response(
            {"nests": nests[self.offset : self.offset + self.limit], "total": len(nests)}
        )


class Nests(APIView):
    @extend_schema(parameters=PAGE, responses=response_schemas.NestList)
    def get(self, request: Request) -> Response:
        """The Main Nest, the public live ones and my own, with how many listen and what plays."""
        store.require_nests()
        page = listing(request)
        return page.of(
            serializers.list_nests_for(identity_of_request(request), origin_of(request), page.sort)
        )

    @extend_schema(request=CreateNest, responses=response_schemas.NestBuilt)
    def post(self, request: Request) -> Response:
        """Build a nest."""
        answer = hooks.dispatch(act_of(request), validate_body(CreateNest, request.data))
        password = passwords.issue_password(answer["nest_id"])
        told = {} if password is None else {"password": password}
        return nest_response(store.get_nest(answer["nest_id"]), request, **told)


class PublicNests(APIView):
    @extend_schema(parameters=PAGE, responses=response_schemas.NestList)
    def get(self, request: Request) -> Response:
        """The nests anyone may fly into."""
        store.require_nests()
        page = listing(request)
        return page.of(
            serializers.public(identity_of_request(request), origin_of(request), page.sort)
        )


class OneNest(APIView):
    @extend_schema(parameters=[INVITE], responses=response_schemas.NestTold)
    def get(self, request: Request, code: str) -> Response:
        """Of a private nest, for whoever is in it, or has an invitation to one for the invited."""
        return nest_response(nest_open_to(request, code), request)

    @extend_schema(request=ChangeNestSettings, responses=response_schemas.NestBuilt)
    def patch(self, request: Request, code: str) -> Response:
        """Its creator changes its settings: the twin of `change_nest_settings`."""
        nest = nest_named(code, request)
        wanted = validate_body(ChangeNestSettings, request.data)
        answer = hooks.dispatch(act_in(nest, request), wanted)
        told = {"password": answer["password"]} if "password" in answer else {}
        return nest_response(store.get_nest(nest.nest_id), request, **told)

    @extend_schema(responses={200: response_schemas.NestDeleted})
    def delete(self, request: Request, code: str) -> Response:
        answer = hooks.dispatch(act_of(request), DeleteNest(id=id_in(request), nest=code))
        return Response({"deleted": answer["nest_id"]})


class Join(APIView):
    """Become a member before any socket is open."""

    @extend_schema(request=EntryTyped, responses=JOINED)
    def post(self, request: Request, code: str) -> Response:
        return join_by_name(request, code)


class Leave(APIView):
    """Be a member no longer; whatever is still connected is closed."""

    @extend_schema(request=None, responses=response_schemas.NestLeft)
    def post(self, request: Request, code: str) -> Response:
        answer = hooks.dispatch(act_of(request), LeaveNest(id=id_in(request), nest=code))
        return Response({"left": answer["nest_id"]})


class QrCode(APIView):
    """The nest's address to point a phone at."""

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str) -> HttpResponse:
        picture = BytesIO()
        address = nest_open_to(request, code).share_url_from(origin_of(request))
        segno.make(address, error="m").save(picture, kind="svg", scale=6, border=2, light="#fff")
        return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def join_by_name(request: Request, name: str) -> Response:
    """In, or waiting to be let in; of a nest that one waits for, its code is told and no more."""
    typed = validate_body(EntryTyped, fields_in(request))
    invite = typed.invite or request.query_params.get("invite", "")[:64]
    join = JoinNest(id=id_in(request), nest=name, password=typed.password, invite=invite)
    answer = hooks.dispatch(act_of(request), join)
    nest = store.get_nest(answer["nest_id"])
    if answer["status"] == "PENDING":
        return Response({"code": nest.code, "status": "PENDING"}, status=202)
    return nest_response(nest, request, status=answer["status"])


def nest_named(code: str, request: Request) -> Nest:
    """Raises NoSuchNest, and `rate_limited` for who tries out codes."""
    return look_up(code, identity_of_request(request).email, client_address(request._request))


def act_of(request: Request) -> CommandContext:
    """The caller, about to do something to a whole nest."""
    return CommandContext(
        "",
        actor_of(credential_of(request)),
        origin=origin_of(request),
        client_address=client_address(request._request),
    )


def id_in(request: Request) -> str | None:
    """The command id of a request that needs no body; whatever else stands in one is ignored."""
    return frames.id_of(request._request.body.decode(errors="replace"))


def fields_in(request: Request) -> dict[str, Any]:
    """Of a request that needs no body, in whatever form it comes; empty unless it is an object."""
    try:
        found = json.loads(request._request.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def act_in(nest: Nest, request: Request) -> CommandContext:
    actor = actor_in(nest, credential_of(request))
    return CommandContext(nest.nest_id, actor, origin=origin_of(request))


def nest_open_to(request: Request, code: str) -> Nest:
    """Of a private nest nothing beyond its code is told.

    Raises NoSuchNest, NotAMember, and Refusal `invite_required` where it is for the invited.
    """
    nest = nest_named(code, request)
    if nest.setting("is_private"):
        act = act_in(nest, request)
        token = request.query_params.get("invite", "") if nest.is_invite_only else ""
        if not entries.entry_in_address(act, token, client_address(request._request)):
            members.require_member(nest.nest_id, act.user)
    return nest


def act_of_member(request: Request, code: str) -> CommandContext:
    """The caller in a nest they are a member of. Raises NoSuchNest or NotAMember."""
    nest = nest_named(code, request)
    members.require_member(nest.nest_id, identity_of_request(request).email)
    actor = actor_in(nest, credential_of(request), is_member=True)
    return CommandContext(nest.nest_id, actor, origin=origin_of(request))


def nest_response(nest: Nest, request: Request, **more: str) -> Response:
    found = serializers.serialize_nest(nest, identity_of_request(request), origin_of(request))
    return Response(found | more)


def listing(request: Request) -> Page:
    consume("lists", identity_of_request(request).email)
    return validate_body(Page, request.query_params.dict())
