"""The chat of a nest over HTTP: what was said before the page came."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.address_numbers import describe_whole_number
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.protocol.shapes import Message, Shape
from nests.api import act_of_member, validate_body
from nests.chat import messages


class ChatPage(BaseModel):
    """What an address asks for, so its numbers are spelled as text."""

    before: int | None = Field(default=None, ge=1)
    limit: int = Field(default=50, ge=1, le=100)


class ChatMessages(Shape):
    messages: list[Message]
    has_older: bool


class Chat(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter(
                "before", describe_whole_number(1, None), description="a `message_id`"
            ),
            OpenApiParameter("limit", describe_whole_number(1, 100)),
        ],
        responses=ChatMessages,
    )
    def get(self, request: Request, code: str) -> Response:
        """The latest messages, or those before one of them, oldest first."""
        consume("lists", identity_of_request(request).email)
        act = act_of_member(request, code)
        page = validate_body(ChatPage, request.query_params.dict())
        return Response(messages.read(act.nest, page.before, page.limit), headers=NO_STORE)
