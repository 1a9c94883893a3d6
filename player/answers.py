"""What the API of songs takes and answers, as shapes for its description."""

from rest_framework import serializers

from andre.protocol.shapes import Shape, Track
from player.models import Play


class Found(Shape):
    """`late` are the catalogues that did not answer in time."""

    results: list[Track]
    late: list[str]


class Suggested(Shape):
    results: list[Track]


class MediaTokenWish(Shape):
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
