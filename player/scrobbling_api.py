"""Lists of what people hear, over HTTP: connect a service of one's own, report what sounded."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request, require_session_or_key
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from nests.api import act_of_member, validate_body
from player import response_schemas
from player.scrobbling import connections, outbox

SERVICE = OpenApiParameter("service", location="path", type=OpenApiTypes.STR)


class Scrobbling(APIView):
    """The services that can be told what I hear, and how mine stand."""

    @extend_schema(responses=response_schemas.ScrobbleServices)
    def get(self, request: Request) -> Response:
        email = identity_of_request(request).email
        consume("lists", email)
        return Response({"services": connections.list_services(email)}, headers=NO_STORE)


class OneScrobbleService(APIView):
    @extend_schema(
        parameters=[SERVICE],
        request=response_schemas.ScrobbleToken,
        responses=response_schemas.ScrobbleServices,
    )
    def put(self, request: Request, service: str) -> Response:
        """Connect it by a token of mine. The service is asked whose it is; it is kept encrypted."""
        require_session_or_key(request)
        email = identity_of_request(request).email
        consume("own_player", email)
        wish = validate_body(response_schemas.ScrobbleToken, request.data)
        connections.connect_service(email, service, wish.token.strip())
        return Response({"services": connections.list_services(email)}, headers=NO_STORE)

    @extend_schema(parameters=[SERVICE], responses={200: response_schemas.ScrobbleServices})
    def delete(self, request: Request, service: str) -> Response:
        """Disconnect: the token goes at once, and with it what was not told yet."""
        require_session_or_key(request)
        email = identity_of_request(request).email
        connections.disconnect_service(email, service)
        return Response({"services": connections.list_services(email)}, headers=NO_STORE)


class ScrobbleConsent(APIView):
    @extend_schema(parameters=[SERVICE], request=None, responses=response_schemas.ScrobbleConsent)
    def post(self, request: Request, service: str) -> Response:
        """Where listeners bring no token: one that connects the service once I have allowed it."""
        require_session_or_key(request)
        consume("own_player", identity_of_request(request).email)
        begun = connections.begin_connecting(service)
        return Response({"token": begun.token, "url": begun.url}, headers=NO_STORE)


class Heard(APIView):
    """How much of the song that plays has sounded on a device of mine."""

    @extend_schema(
        request=response_schemas.HeardWish,
        responses=response_schemas.HeardCounted,
    )
    def post(self, request: Request, code: str) -> Response:
        """Half of it or four minutes count, once for a play, where a service is connected."""
        act = act_of_member(request, code)
        told = validate_body(response_schemas.HeardWish, request.data)
        consume("progress", act.user)
        heard = outbox.HeardSong(told.song_id, told.heard_ms)
        return Response({"counted": outbox.note_heard(act, heard)})
