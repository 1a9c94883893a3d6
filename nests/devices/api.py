"""One's own devices over HTTP."""

from typing import Annotated, Any

from drf_spectacular.utils import extend_schema
from pydantic import AfterValidator, BaseModel, Field
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.core.http_headers import NO_STORE
from andre.core.rate_limits import consume
from andre.core.text import clean_text
from andre.protocol.commands import DeviceId
from andre.protocol.shapes import ListeningDevice
from nests.api import validate_body
from nests.devices import devices, speakers

LONGEST_NAME = 60


class DeviceWish(BaseModel):
    """`name` may be left out: then it is called after its browser, or stays as it is called."""

    id: DeviceId
    name: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(clean_text)] = ""


class DeviceBeat(BaseModel):
    id: DeviceId


class DeviceTold(ListeningDevice):
    last_seen_ms: int


class DeviceList(BaseModel):
    devices: list[DeviceTold]


class Devices(APIView):
    """What the caller listens with."""

    @extend_schema(responses=DeviceList)
    def get(self, request: Request) -> Response:
        owner = owner_of(request)
        return Response({"devices": devices.list_devices(owner)}, headers=NO_STORE)


class Registration(APIView):
    """Make a device known, or give it another name."""

    @extend_schema(request=DeviceWish, responses={200: DeviceTold, 201: DeviceTold})
    def post(self, request: Request) -> Response:
        owner, wish = owner_of(request), validate_body(DeviceWish, request.data)
        agent = request.headers.get("User-Agent", "")
        _, is_new = devices.register_device(owner, wish.id, wish.name, agent)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(serialize_device(owner, wish.id), status=code)


class Heartbeat(APIView):
    """A sign of life, every 15 seconds, of a device that no open connection names."""

    @extend_schema(request=DeviceBeat, responses=DeviceTold)
    def patch(self, request: Request) -> Response:
        owner, beat = owner_of(request), validate_body(DeviceBeat, request.data)
        devices.heartbeat(owner, beat.id)
        speakers.see(owner, beat.id)
        return Response(serialize_device(owner, beat.id))


class OneDevice(APIView):
    """Forget one."""

    @extend_schema(responses={200: DeviceList})
    def delete(self, request: Request, device: str) -> Response:
        owner = owner_of(request)
        devices.forget_device(owner, device)
        speakers.release_device(owner, device)
        return Response({"devices": devices.list_devices(owner)})


def owner_of(request: Request) -> str:
    """Whose devices they are. Counts the request."""
    owner = identity_of_request(request).email
    consume("devices", owner)
    return owner


def serialize_device(owner: str, device_id: str) -> dict[str, Any]:
    return next(each for each in devices.list_devices(owner) if each["id"] == device_id)
