"""What is kept about the caller: an archive to take along, and its end."""

import time
from typing import Literal

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import (
    credential_of,
    identity_of_request,
    require_session_or_key,
)
from andre.accounts.identity import SIGNED_IN_AT
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.person_data import erasure, export
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Shape

FRESH_SECONDS = 600
NOT_FRESH = "Sign in once more first: this can be done within ten minutes after it."


class ErasureWish(BaseModel):
    """Without `confirm` nothing is erased: the answer says what would be, and has the code."""

    model_config = ConfigDict(extra="forbid", strict=True)

    confirm: str | None = None


class PlaceTold(Shape):
    title: str
    count: int
    kept: Literal["gone", "nobody's"]


class ErasureTold(Shape):
    """`confirm` is good for ten minutes, and null once it is done."""

    erased: bool
    places: list[PlaceTold]
    confirm: str | None


class Export(APIView):
    """What is kept about the caller: a ZIP of JSON."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        require_session_or_key(request)
        email = identity_of_request(request).email
        consume("exports", email)
        name = 'attachment; filename="andre-about-me.zip"'
        headers = {**NO_STORE, "Content-Disposition": name}
        archive = export.make_archive(email)
        return HttpResponse(archive, content_type="application/zip", headers=headers)


class Me(APIView):
    """The caller's account."""

    @extend_schema(request=ErasureWish, responses={200: ErasureTold})
    def delete(self, request: Request) -> Response:
        """Asked without `confirm` it is a dry run; with the code of one, everything is erased."""
        email = require_fresh_session(request)
        wanted = validate_body(ErasureWish, request.data or {})
        if wanted.confirm is None:
            erasure.require_another_admin(email)
            places = [
                PlaceTold(title=line.title, count=line.count, kept=line.kept)
                for line in erasure.preview_erasure(email)
            ]
            told = ErasureTold(erased=False, places=places, confirm=erasure.confirm_code(email))
            return Response(told.model_dump(), headers=NO_STORE)
        erasure.erase_confirmed(email, wanted.confirm)
        request._request.session.flush()
        return Response(ErasureTold(erased=True, places=[], confirm=None).model_dump())


def require_fresh_session(request: Request) -> str:
    """The caller's address. Raises Refusal `session_required`."""
    seat = identity_of_request(request)
    if credential_of(request).kind != "session":
        raise Refusal("session_required", "Only somebody who is signed in can erase themselves.")
    if seat.is_guest:
        raise Refusal("forbidden", "A guest is forgotten thirty days after the end of the pass.")
    if not is_fresh(request._request.session.get(SIGNED_IN_AT, 0)):
        raise Refusal("session_required", NOT_FRESH)
    return seat.email


def is_fresh(signed_in_at: float) -> bool:
    return time.time() - signed_in_at < FRESH_SECONDS
