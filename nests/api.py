"""Nests over HTTP."""

from io import BytesIO
from typing import Any, TypeVar

import segno
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import seat_of
from andre.act import Act
from andre.errors import Refusal
from nests.services import lifecycle, members, now_playing, rooms
from nests.services.rooms import Nest

Model = TypeVar("Model", bound=BaseModel)
OBJECT = {200: OpenApiTypes.OBJECT}


class Build(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str | None = None


class Rename(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str


def act_in(nest: Nest, request: Request) -> Act:
    seat = seat_of(request)
    return Act(nest.nest_id, seat.email, seat.name, seat.picture)


class Nests(APIView):
    @extend_schema(responses=OBJECT)
    def get(self, _: Request) -> Response:
        """Every nest with how many listen and what plays."""
        return Response({"nests": [described(nest) for nest in rooms.list_nests()]})

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OBJECT)
    def post(self, request: Request) -> Response:
        """Build a nest."""
        wanted = checked(Build, request.data)
        seat = seat_of(request)
        nest = rooms.create_nest(seat.email, seat.name, wanted.name)
        return Response(described(nest))


class OneNest(APIView):
    @extend_schema(responses=OBJECT)
    def get(self, request: Request, code: str) -> Response:
        return Response(described(rooms.get_nest(code)))

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OBJECT)
    def patch(self, request: Request, code: str) -> Response:
        wanted = checked(Rename, request.data)
        nest = rooms.get_nest(code)
        rooms.rename_nest(act_in(nest, request), wanted.name)
        return Response(described(rooms.get_nest(nest.nest_id)))

    @extend_schema(responses=OBJECT)
    def delete(self, request: Request, code: str) -> Response:
        nest = rooms.get_nest(code)
        lifecycle.delete_nest(act_in(nest, request))
        return Response({"deleted": nest.code})


class QrCode(APIView):
    """The nest's address to point a phone at."""

    @extend_schema(responses={(200, "image/svg+xml"): OpenApiTypes.BINARY})
    def get(self, _: Request, code: str) -> HttpResponse:
        picture = BytesIO()
        address = rooms.get_nest(code).share_url
        segno.make(address, error="m").save(picture, kind="svg", scale=6, border=2, light="#fff")
        return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def described(nest: Nest) -> dict[str, Any]:
    return nest.info().model_dump() | {
        "listeners": members.count(nest.nest_id),
        "queue_size": now_playing.queue_size(nest.nest_id),
        "now_playing": now_playing.title(nest.nest_id),
    }


def checked(model: type[Model], data: object) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise Refusal("validation_error", f"{where or 'body'}: {fault['msg']}") from error
