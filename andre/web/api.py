"""HTTP at the roof: the same commands, the same snapshot, the same refusals as on the socket."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    ParseError,
    PermissionDenied,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from andre import __version__
from andre.accounts import ws_tickets
from andre.accounts.authentication import credential_of
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.keys import MAIN
from andre.protocol import frames, shapes
from andre.protocol.events import Done
from andre.web import dispatch, snapshot
from andre.web.openapi import Frame
from nests.api import act_of_member, nest_named, validate_body
from nests.devices import connected
from nests.devices.names import device_named


class Commands(APIView):
    """Takes exactly a socket's frame and answers `done`, or the refusal with its status."""

    @extend_schema(request=Frame, responses=Done)
    def post(self, request: Request, code: str) -> Response:
        command = frames.parse_frame(request._request.body.decode(errors="replace"))
        answer = dispatch.dispatch_command(act_of_member(request, code), command)
        return Response({"type": "done", "id": command.id, **answer})


class Snapshot(APIView):
    """All a newcomer sees: the same object as in `welcome`."""

    @extend_schema(
        parameters=[OpenApiParameter("device", description="which device of the caller asks")],
        responses=shapes.Snapshot,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        act = act_of_member(request, code)
        connected.arrive(act, device_named(request.query_params.get("device", "")))
        text = snapshot.snapshot(act)
        return HttpResponse(text, content_type="application/json", headers=NO_STORE)


class Running(shapes.Shape):
    version: str


class Version(APIView):
    """Which Andre this is; CHANGELOG.md says what is in it."""

    @extend_schema(responses=Running)
    def get(self, request: Request) -> Response:
        return Response(Running(version=__version__).model_dump(), headers=NO_STORE)


class TicketWish(shapes.Shape):
    nest: str = MAIN


class Ticket(shapes.Shape):
    ticket: str
    url: str
    expires_in_s: int


class WsTicket(APIView):
    """Opens one socket, once, for a program that cannot hand over a cookie."""

    @extend_schema(request=TicketWish, responses=Ticket)
    def post(self, request: Request) -> Response:
        nest = nest_named(validate_body(TicketWish, request.data or {}).nest, request)
        token = ws_tickets.issue(credential_of(request), nest.nest_id)
        ticket = Ticket(
            ticket=token,
            url=f"/socket/{nest.nest_id}?ticket={token}",
            expires_in_s=ws_tickets.TICKET_SECONDS,
        )
        return Response(ticket.model_dump(), headers=NO_STORE)


def refusal_response(error: Exception, _: dict[str, Any]) -> Response | None:
    """The door for the API: every refusal, ours or the framework's, in one shape."""
    refusal = understood(error)
    if refusal is None:
        return None
    set_rollback()
    headers = NO_STORE | refusal.headers()
    return Response(refusal.body(), status=refusal.status, headers=headers)


def understood(error: Exception) -> Refusal | None:
    match error:
        case Refusal():
            return error
        case NotAuthenticated():
            return Refusal("unauthorized", "Please sign in first.")
        case PermissionDenied():
            return Refusal("forbidden", str(error.detail))
        case ParseError():
            return Refusal("malformed", "This is not JSON.")
        case APIException():
            code = "not_found" if error.status_code == status.HTTP_404_NOT_FOUND else "malformed"
            return Refusal(code, str(error.detail), status=error.status_code)
        case _:
            return None
