"""Nests over HTTP."""

from io import BytesIO
from typing import Any, Literal, TypeVar

import segno
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request, require_session_or_key
from andre.accounts.client_address import client_address
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.protocol.commands import ChangeNestSettings, NestSettings
from nests import response_schemas
from nests.lifecycle import deletion
from nests.membership import members
from nests.registry import serializers, settings, store
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of

Model = TypeVar("Model", bound=BaseModel)
PAGE = [
    OpenApiParameter("limit", OpenApiTypes.INT),
    OpenApiParameter("offset", OpenApiTypes.INT),
    OpenApiParameter("sort", enum=["newest", "listeners"]),
]


class Build(NestSettings):
    name: str | None = None
    seed_track: str | None = None


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
            serializers.list_nests_for(
                identity_of_request(request).email, origin_of(request), page.sort
            )
        )

    @extend_schema(request=Build, responses=response_schemas.NestTold)
    def post(self, request: Request) -> Response:
        """Build a nest."""
        store.require_nests()
        wanted = validate_body(Build, request.data)
        set_to = settings.validate_settings(wanted.model_dump())
        seat = identity_of_request(request)
        consume("build", seat.email)
        consume("build_from_address", client_address(request._request))
        nest = store.create_nest(
            seat.email,
            seat.name,
            wanted.name,
            seed_track=wanted.seed_track,
            **set_to,
        )
        return nest_response(nest, request)


class PublicNests(APIView):
    @extend_schema(parameters=PAGE, responses=response_schemas.NestList)
    def get(self, request: Request) -> Response:
        """The nests anyone may fly into."""
        store.require_nests()
        page = listing(request)
        return page.of(
            serializers.public(identity_of_request(request).email, origin_of(request), page.sort)
        )


class OneNest(APIView):
    @extend_schema(responses=response_schemas.NestTold)
    def get(self, request: Request, code: str) -> Response:
        return nest_response(nest_named(code, request), request)

    @extend_schema(request=ChangeNestSettings, responses=response_schemas.NestTold)
    def patch(self, request: Request, code: str) -> Response:
        """Its creator changes its settings: the twin of `change_nest_settings`."""
        nest = nest_named(code, request)
        wanted = validate_body(ChangeNestSettings, request.data)
        consume("settings", identity_of_request(request).email)
        settings.change(act_in(nest, request).with_command_id(wanted), wanted.wishes)
        return nest_response(store.get_nest(nest.nest_id), request)

    @extend_schema(responses={200: response_schemas.NestDeleted})
    def delete(self, request: Request, code: str) -> Response:
        require_session_or_key(request)
        nest = nest_named(code, request)
        deletion.delete_nest(act_in(nest, request))
        return Response({"deleted": nest.code})


class Join(APIView):
    """Become a member before any socket is open."""

    @extend_schema(request=None, responses=response_schemas.NestJoined)
    def post(self, request: Request, code: str) -> Response:
        nest = nest_named(code, request)
        members.admit(act_in(nest, request))
        return nest_response(nest, request, status="APPROVED")


class Leave(APIView):
    """Be a member no longer; whatever is still connected is closed."""

    @extend_schema(request=None, responses=response_schemas.NestLeft)
    def post(self, request: Request, code: str) -> Response:
        nest = nest_named(code, request)
        members.disconnect_everywhere(act_in(nest, request))
        return Response({"left": nest.code})


class QrCode(APIView):
    """The nest's address to point a phone at."""

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str) -> HttpResponse:
        picture = BytesIO()
        address = nest_named(code, request).share_url_from(origin_of(request))
        segno.make(address, error="m").save(picture, kind="svg", scale=6, border=2, light="#fff")
        return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def nest_named(code: str, request: Request) -> Nest:
    """Raises NoSuchNest, and `rate_limited` for who tries out codes."""
    return look_up(code, identity_of_request(request).email, client_address(request._request))


def act_in(nest: Nest, request: Request) -> CommandContext:
    seat = identity_of_request(request)
    return CommandContext(
        nest.nest_id, seat.email, seat.name, seat.picture, seat.role, origin=origin_of(request)
    )


def act_of_member(request: Request, code: str) -> CommandContext:
    """The caller in a nest they are a member of. Raises NoSuchNest or NotAMember."""
    act = act_in(nest_named(code, request), request)
    members.require_member(act)
    return act


def nest_response(nest: Nest, request: Request, **more: str) -> Response:
    found = serializers.serialize_nest(nest, identity_of_request(request).email, origin_of(request))
    return Response(found | more)


def listing(request: Request) -> Page:
    consume("lists", identity_of_request(request).email)
    return validate_body(Page, request.query_params.dict())


def validate_body(model: type[Model], data: object) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise Refusal("validation_error", f"{where or 'body'}: {fault['msg']}") from error
