"""Listening on an account of one's own, over HTTP: accounts, devices, how it goes."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import more_than_a_token, seat_of
from andre.errors import Refusal
from andre.limits import spend
from nests.api import act_of_member, nest_named
from nests.services import rooms
from player import answers, providers
from player.services import accounts, followers, own_players

NO_STORE = {"Cache-Control": "no-store"}
PROVIDER = OpenApiParameter("provider", location="path", type=OpenApiTypes.STR)


class Accounts(APIView):
    """The services whose accounts can be connected here, and how mine stand."""

    @extend_schema(responses=answers.Accounts)
    def get(self, request: Request) -> Response:
        found = accounts.listed(seat_of(request).email, timezone.now())
        return Response({"accounts": found}, headers=NO_STORE)


class OneAccount(APIView):
    """Disconnect: everything Andre has of the account goes at once."""

    @extend_schema(responses=answers.Accounts)
    def delete(self, request: Request, provider: str) -> Response:
        more_than_a_token(request)
        email = seat_of(request).email
        followers.forget(email)
        accounts.disconnect(email, provider)
        return Response({"accounts": accounts.listed(email, timezone.now())}, headers=NO_STORE)


class Devices(APIView):
    """Where my account could play just now."""

    @extend_schema(parameters=[PROVIDER], responses=answers.OwnDevices)
    def get(self, request: Request, provider: str) -> Response:
        email = seat_of(request).email
        spend("own_player", email)
        found = own_players.devices(email, providers.personal(provider))
        return Response({"devices": found}, headers=NO_STORE)


class Transfer(APIView):
    """Listen to a nest on a device of mine, or no longer (without a device)."""

    @extend_schema(parameters=[PROVIDER], request=answers.TransferWish, responses=answers.OwnStatus)
    def post(self, request: Request, provider: str) -> Response:
        email = seat_of(request).email
        spend("own_player", email)
        body = request.data if isinstance(request.data, dict) else {}
        device, name = body.get("device_id"), body.get("nest", rooms.MAIN)
        if not isinstance(device, str | None) or not isinstance(name, str):
            raise Refusal("validation_error", "device_id: a device's id is needed, or null.")
        if device is None:
            nest = nest_named(name, request).nest_id
            followers.unfollow(nest, email)
        else:
            nest = act_of_member(request, name).nest
            own_players.follow(nest, email, providers.personal(provider), device)
        return Response(own_players.status(nest, email), headers=NO_STORE)


class Status(APIView):
    """How my listening goes: the page asks every few seconds while it follows."""

    @extend_schema(parameters=[PROVIDER, OpenApiParameter("nest")], responses=answers.OwnStatus)
    def get(self, request: Request, provider: str) -> Response:
        nest = nest_named(request.query_params.get("nest", rooms.MAIN), request)
        email = seat_of(request).email
        return Response(own_players.status(nest.nest_id, email), headers=NO_STORE)


class PlayerToken(APIView):
    """For the player in my own page: an access token, good for some minutes."""

    @extend_schema(parameters=[PROVIDER], request=None, responses=answers.OwnToken)
    def post(self, request: Request, provider: str) -> Response:
        more_than_a_token(request)
        email = seat_of(request).email
        spend("own_player", email)
        key = accounts.key_of(email, providers.personal(provider))
        told = {"access_token": key.access, "expires_at": key.expires_at_ms}
        return Response(told, headers=NO_STORE)
