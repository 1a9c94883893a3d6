"""What moderators did in a nest, over HTTP, for whoever may do it."""

from typing import Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.core import permissions
from andre.core.http_headers import NO_STORE
from andre.protocol.shapes import Person
from nests.api import act_in, nest_named
from nests.moderation import listing


class DecisionTold(BaseModel):
    """`by` has an empty id where whoever runs the server decided."""

    person: Person
    by: Person
    reason: str
    at_ms: int


class ActTold(DecisionTold):
    act: Literal["muted", "unmuted", "kicked", "banned", "unbanned"]


class ModerationTold(BaseModel):
    """The latest first; of acts the last fifty."""

    muted: list[DecisionTold]
    banned: list[DecisionTold]
    acts: list[ActTold]


class Moderation(APIView):
    @extend_schema(responses=ModerationTold)
    def get(self, request: Request, code: str) -> Response:
        """Who is muted, who is banned, and what was done: for who may do it."""
        nest = nest_named(code, request)
        permissions.require_right(act_in(nest, request).actor, "ban_listener")
        return Response(listing.read_moderation(nest.nest_id), headers=NO_STORE)
