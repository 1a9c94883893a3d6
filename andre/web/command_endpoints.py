"""Twins of commands and parts of the snapshot, each at an address of its own, for simple clients.

There is no rule here: a twin builds the command its address stands for and hands it to the
switchboard; a part is cut out of the snapshot.
"""

import json
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from pydantic import TypeAdapter
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from andre.core.http_headers import NO_STORE
from andre.protocol import commands, frames
from andre.protocol.commands import Command
from andre.protocol.events import Done
from andre.protocol.shapes import Person, Playback, Shape, SongRow, WaitingRow
from andre.web import dispatch, snapshot
from nests.api import act_of_member
from player.queue import queue_schedule

COMMANDS: dict[str, type[Command]] = {
    "playback/play": commands.Play,
    "playback/pause": commands.Pause,
    "playback/toggle": commands.Toggle,
    "playback/seek": commands.Seek,
    "playback/next": commands.Skip,
    "playback/prev": commands.Previous,
    "playback/ended": commands.ReportEnded,
    "playback/options": commands.SetOptions,
    "queue/enqueue": commands.AddSongs,
    "queue/move": commands.MoveSong,
    "speaker": commands.ChooseSpeaker,
    "mute": commands.MuteListener,
    "unmute": commands.UnmuteListener,
    "kick": commands.KickListener,
    "ban": commands.BanListener,
    "unban": commands.UnbanListener,
}


def twin(address: str, command: type[Command]) -> URLPattern:
    adapter: TypeAdapter[Command] = TypeAdapter(command)

    @extend_schema(request=command, responses=Done)
    @api_view(["POST"])
    def view(request: Request, code: str) -> Response:
        text = request._request.body.decode(errors="replace") or "{}"
        wanted = frames.parse_frame(text, adapter)
        answer = dispatch.dispatch_command(act_of_member(request, code), wanted)
        return Response({"type": "done", "id": wanted.id, **answer})

    return path(f"api/nests/<str:code>/{address}", view, name=address.replace("/", "_"))


class Part(Shape):
    """A part of the snapshot, true at `rev`."""

    rev: int
    epoch: str
    server_ms: int


class Queue(Part):
    queue: list[WaitingRow]


class Listeners(Part):
    listeners: list[Person]
    count: int


class Stage(Playback):
    """What plays, what comes next, and what played before a silence."""

    song: SongRow | None
    last_song: SongRow | None
    queue_head: SongRow | None
    volume: int
    rev: int
    epoch: str


@extend_schema(responses=Queue)
@api_view(["GET"])
def queue(request: Request, code: str) -> Response:
    """What waits, in the order it will play, when that will be, and why."""
    found = read_part(request, code)
    rows = queue_schedule.explain_queue(found["queue"], found["playback"])
    return part(found | {"queue": list(rows)}, Queue)


@extend_schema(responses=Listeners)
@api_view(["GET"])
def listeners(request: Request, code: str) -> Response:
    """Who listens."""
    return part(read_part(request, code), Listeners)


@extend_schema(responses=Stage)
@api_view(["GET"])
def stage(request: Request, code: str) -> Response:
    """The playback, its position projected to now, and the songs around it."""
    found = read_part(request, code)
    head = next(iter(found["queue"]), None)
    return part(found | found["playback"] | {"queue_head": head}, Stage)


def read_part(request: Request, code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(snapshot.snapshot(act_of_member(request, code)))
    return found


def part(whole: dict[str, Any], shape: type[Shape]) -> Response:
    return Response({name: whole[name] for name in shape.model_fields}, headers=NO_STORE)


urlpatterns = [
    path("api/nests/<str:code>/queue", queue, name="queue"),
    path("api/nests/<str:code>/listeners", listeners, name="listeners"),
    path("api/nests/<str:code>/playback", stage, name="playback"),
    *(twin(address, command) for address, command in COMMANDS.items()),
]
