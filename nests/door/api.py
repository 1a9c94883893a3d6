"""The door of a nest over HTTP."""

from typing import Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core import permissions
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.protocol.shapes import Person
from nests.api import (
    JOINED,
    act_in,
    act_of_member,
    fields_in,
    join_by_name,
    nest_named,
    validate_body,
)
from nests.door import decisions, passwords
from nests.membership import roster


class WaitingTold(BaseModel):
    person: Person
    at_ms: int


class DoorTold(BaseModel):
    """Who waits to be let in, the first who came first."""

    waiting: list[WaitingTold]


class PasswordTold(BaseModel):
    """Told this once."""

    password: str


class MemberTold(BaseModel):
    person: Person
    status: Literal["APPROVED", "PENDING"]


class RosterTold(BaseModel):
    members: list[MemberTold]


class CodeTyped(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str = ""


class JoinByCode(APIView):
    @extend_schema(request=CodeTyped, responses=JOINED)
    def post(self, request: Request) -> Response:
        """Join the nest of a code in the body."""
        code = validate_body(CodeTyped, fields_in(request)).code.strip()
        if not code:
            raise Refusal("code_required", "Which nest? Its code is needed.")
        return join_by_name(request, code)


class Door(APIView):
    @extend_schema(responses=DoorTold)
    def get(self, request: Request, code: str) -> Response:
        """Who waits to be let in: for who may let them in."""
        nest = nest_named(code, request)
        permissions.require_right(act_in(nest, request).actor, "approve_listener")
        return Response({"waiting": decisions.list_waiting(nest.nest_id)}, headers=NO_STORE)


class Password(APIView):
    @extend_schema(request=None, responses=PasswordTold)
    def post(self, request: Request, code: str) -> Response:
        """Another password, told once; the one before ends at once."""
        nest = nest_named(code, request)
        permissions.require_right(act_in(nest, request).actor, "change_nest_settings")
        consume("settings", identity_of_request(request).email)
        return Response({"password": passwords.renew_password(nest.nest_id)}, headers=NO_STORE)


class Roster(APIView):
    @extend_schema(responses=RosterTold)
    def get(self, request: Request, code: str) -> Response:
        """Who is in this nest, and who waits: for who is in it."""
        act = act_of_member(request, code)
        return Response({"members": roster.read_roster(act.nest)}, headers=NO_STORE)
