"""Listening on an account of one's own, over HTTP: accounts, devices, how it goes."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request, require_session_or_key
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from nests.api import act_of_member, nest_named
from nests.registry import store
from player import providers, response_schemas
from player.linked_accounts import accounts
from player.remote_players import followers, linked_devices

PROVIDER = OpenApiParameter("provider", location="path", type=OpenApiTypes.STR)


class Accounts(APIView):
    """The services whose accounts can be connected here, and how mine stand."""

    @extend_schema(responses=response_schemas.Accounts)
    def get(self, request: Request) -> Response:
        found = accounts.list_accounts(identity_of_request(request).email, timezone.now())
        return Response({"accounts": found}, headers=NO_STORE)


class OneAccount(APIView):
    """Disconnect: everything Andre has of the account goes at once."""

    @extend_schema(responses={200: response_schemas.Accounts})
    def delete(self, request: Request, provider: str) -> Response:
        require_session_or_key(request)
        email = identity_of_request(request).email
        followers.forget_follower(email)
        accounts.disconnect(email, provider)
        return Response(
            {"accounts": accounts.list_accounts(email, timezone.now())}, headers=NO_STORE
        )


class Devices(APIView):
    """Where my account could play just now."""

    @extend_schema(parameters=[PROVIDER], responses=response_schemas.OwnDevices)
    def get(self, request: Request, provider: str) -> Response:
        email = identity_of_request(request).email
        consume("own_player", email)
        found = linked_devices.devices(email, providers.linked_provider(provider))
        return Response({"devices": found}, headers=NO_STORE)


class Transfer(APIView):
    """Listen to a nest on a device of mine, or no longer (without a device)."""

    @extend_schema(
        parameters=[PROVIDER],
        request=response_schemas.TransferWish,
        responses=response_schemas.OwnStatus,
    )
    def post(self, request: Request, provider: str) -> Response:
        email = identity_of_request(request).email
        consume("own_player", email)
        body = request.data if isinstance(request.data, dict) else {}
        device, name = body.get("device_id"), body.get("nest", store.MAIN)
        if not isinstance(device, str | None) or not isinstance(name, str):
            raise Refusal("validation_error", "device_id: a device's id is needed, or null.")
        if device is None:
            nest = nest_named(name, request).nest_id
            followers.unfollow(nest, email)
        else:
            nest = act_of_member(request, name).nest
            linked_devices.follow(nest, email, providers.linked_provider(provider), device)
        return Response(linked_devices.status(nest, email), headers=NO_STORE)


class Status(APIView):
    """How my listening goes: the page asks every few seconds while it follows."""

    @extend_schema(
        parameters=[PROVIDER, OpenApiParameter("nest")], responses=response_schemas.OwnStatus
    )
    def get(self, request: Request, provider: str) -> Response:
        nest = nest_named(request.query_params.get("nest", store.MAIN), request)
        email = identity_of_request(request).email
        return Response(linked_devices.status(nest.nest_id, email), headers=NO_STORE)


class PlayerToken(APIView):
    """For the player in my own page: an access token, good for some minutes."""

    @extend_schema(parameters=[PROVIDER], request=None, responses=response_schemas.OwnToken)
    def post(self, request: Request, provider: str) -> Response:
        require_session_or_key(request)
        email = identity_of_request(request).email
        consume("own_player", email)
        key = accounts.access_key_of(email, providers.linked_provider(provider))
        told = {"access_token": key.access, "expires_at": key.expires_at_ms}
        return Response(told, headers=NO_STORE)
