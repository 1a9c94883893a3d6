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

from andre.accounts.addresses import client_address
from andre.accounts.authentication import more_than_a_token, seat_of
from andre.act import Act
from andre.errors import Refusal
from andre.limits import spend
from andre.protocol.commands import ChangeNestSettings, NestSettings
from nests import answers
from nests.services import descriptions, lifecycle, members, rooms, settings
from nests.services.addresses import origin_of
from nests.services.lookup import look_up
from nests.services.registry import Nest

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
    @extend_schema(parameters=PAGE, responses=answers.NestList)
    def get(self, request: Request) -> Response:
        """The Main Nest, the public live ones and my own, with how many listen and what plays."""
        rooms.require_nests()
        page = listing(request)
        return page.of(descriptions.listed(seat_of(request).email, origin_of(request), page.sort))

    @extend_schema(request=Build, responses=answers.NestTold)
    def post(self, request: Request) -> Response:
        """Build a nest."""
        rooms.require_nests()
        wanted = checked(Build, request.data)
        set_to = settings.checked(wanted.model_dump())
        seat = seat_of(request)
        spend("build", seat.email)
        spend("build_from_address", client_address(request._request))
        nest = rooms.create_nest(
            seat.email,
            seat.name,
            wanted.name,
            seed_track=wanted.seed_track,
            **set_to,
        )
        return told(nest, request)


class PublicNests(APIView):
    @extend_schema(parameters=PAGE, responses=answers.NestList)
    def get(self, request: Request) -> Response:
        """The nests anyone may fly into."""
        rooms.require_nests()
        page = listing(request)
        return page.of(descriptions.public(seat_of(request).email, origin_of(request), page.sort))


class OneNest(APIView):
    @extend_schema(responses=answers.NestTold)
    def get(self, request: Request, code: str) -> Response:
        return told(nest_named(code, request), request)

    @extend_schema(request=ChangeNestSettings, responses=answers.NestTold)
    def patch(self, request: Request, code: str) -> Response:
        """Its creator changes its settings: the twin of `change_nest_settings`."""
        nest = nest_named(code, request)
        wanted = checked(ChangeNestSettings, request.data)
        spend("settings", seat_of(request).email)
        settings.change(act_in(nest, request).once(wanted), wanted.wishes)
        return told(rooms.get_nest(nest.nest_id), request)

    @extend_schema(responses={200: answers.NestDeleted})
    def delete(self, request: Request, code: str) -> Response:
        more_than_a_token(request)
        nest = nest_named(code, request)
        lifecycle.delete_nest(act_in(nest, request))
        return Response({"deleted": nest.code})


class Join(APIView):
    """Become a member before any socket is open."""

    @extend_schema(request=None, responses=answers.NestJoined)
    def post(self, request: Request, code: str) -> Response:
        nest = nest_named(code, request)
        members.admit(act_in(nest, request))
        return told(nest, request, status="APPROVED")


class Leave(APIView):
    """Be a member no longer; whatever is still connected is closed."""

    @extend_schema(request=None, responses=answers.NestLeft)
    def post(self, request: Request, code: str) -> Response:
        nest = nest_named(code, request)
        members.dismiss(act_in(nest, request))
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
    return look_up(code, seat_of(request).email, client_address(request._request))


def act_in(nest: Nest, request: Request) -> Act:
    seat = seat_of(request)
    return Act(
        nest.nest_id, seat.email, seat.name, seat.picture, seat.role, origin=origin_of(request)
    )


def act_of_member(request: Request, code: str) -> Act:
    """The caller in a nest they are a member of. Raises NoSuchNest or NotAMember."""
    act = act_in(nest_named(code, request), request)
    members.require_member(act)
    return act


def told(nest: Nest, request: Request, **more: str) -> Response:
    found = descriptions.one(nest, seat_of(request).email, origin_of(request))
    return Response(found | more)


def listing(request: Request) -> Page:
    spend("lists", seat_of(request).email)
    return checked(Page, request.query_params.dict())


def checked(model: type[Model], data: object) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise Refusal("validation_error", f"{where or 'body'}: {fault['msg']}") from error
