"""What the API of songs takes and answers, as shapes for its description."""

from typing import Literal

from rest_framework import serializers

from andre.protocol.shapes import Shape, Track
from player.models import Play
from player.providers.linked import Device


class Found(Shape):
    """`late` are the catalogues that did not answer in time."""

    results: list[Track]
    late: list[str]


class PasteWish(Shape):
    """Of a `nest` only what it plays from is taken."""

    text: str
    nest: str | None = None


class Unread(Shape):
    text: str
    message: str


class Pasted(Shape):
    """A track of unknown length has 0: the page measures it, and hands that in with the song."""

    tracks: list[Track]
    unread: list[Unread]


class Embed(Shape):
    url: str | None


class Suggested(Shape):
    results: list[Track]


class MediaTokenWish(Shape):
    """The token is for the session or key that asks, whatever `device` says."""

    track: str
    device: str | None = None


class MediaToken(Shape):
    url: str
    token: str
    expires_at: int


class PersonsAirtime(Shape):
    """Seconds."""

    email: str
    name: str
    last_hour_s: float
    finish_tag: float


class Airtime(Shape):
    virtual_time: float
    people: list[PersonsAirtime]


class SyncErrors(Shape):
    devices: int
    median_ms: float | None
    worst_ms: float | None


class PlayRow(serializers.ModelSerializer[Play]):
    class Meta:
        model = Play
        fields = "__all__"


class Plays(serializers.Serializer[dict[str, list[Play]]]):
    plays = PlayRow(many=True)


class Account(Shape):
    """`state`: none, connected, ending, ended. Connect by POST of a form to `connect_url`."""

    provider: str
    title: str
    state: Literal["none", "connected", "ending", "ended"]
    name: str
    warning: str
    consented_at: str | None
    ends_at: str | None
    connect_url: str


class Accounts(Shape):
    accounts: list[Account]


class OwnDevices(Shape):
    devices: list[Device]


class TransferWish(Shape):
    """Without `nest` the Main Nest; `device_id` null: no longer."""

    device_id: str | None = None
    nest: str = "main"


class OwnStatus(Shape):
    """`message` is for the listener; `why` is the same for programs."""

    following: bool
    provider: str
    device_id: str
    device: str
    state: Literal["off", "on", "silent", "away", "held", "trouble"]
    why: str
    message: str
    error_ms: int | None


class OwnToken(Shape):
    """`expires_at` is in milliseconds of the epoch."""

    access_token: str
    expires_at: int
