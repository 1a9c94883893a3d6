"""The smallest whole client of a nest: it comes in by a key, follows the events, says what plays.

What other clients need is all here: the key in a header, a sign of life for each heartbeat,
`?since=` and `?epoch=` on the way back, and which codes mean that there is no way back.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from andre.core.text import clean_text

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 30.0
ENDS = {
    4001: "The key is not good here.",
    4002: "There is no such nest.",
    4003: "The nest is private or locked, and nobody has let you in.",
    4004: "The nest has ended: nobody was in it.",
    4005: "The nest was ended by its creator.",
    4010: "You are banned from this nest.",
    4011: "You were sent out of this nest.",
    4012: "The key is good no longer.",
}
RESYNCHRONISE = 4013
PROBES_AT_FIRST = 5

Say = Callable[[str], None]
Pause = Callable[[float], None]


class Clock(Protocol):
    def probe(self) -> dict[str, Any]:
        """What is sent to hear the nest's time."""
        ...

    def hear(self, answer: Mapping[str, Any]) -> None: ...


class Ear(Protocol):
    """Whoever lets sound what plays (terminal_sound.py)."""

    @property
    def clock(self) -> Clock: ...

    def follow(self, song: Mapping[str, Any] | None, playback: Mapping[str, Any]) -> None: ...


class NotLetIn(Exception):
    """There is no way back in; the text is for people."""


@dataclass
class TerminalListener:
    """`server` is its address, like http://127.0.0.1:8000; `nest` a code, or `main`."""

    server: str
    nest: str
    key: str
    say: Say
    pause: Pause = time.sleep
    ear: Ear | None = None
    rev: int = 0
    own_rev: int = 0
    epoch: str = ""
    song: Mapping[str, Any] | None = field(default=None, init=False)
    is_in: bool = field(default=False, init=False)

    def listen(self) -> None:
        """For ever; comes back by itself when the connection is lost. Raises NotLetIn."""
        wait = FIRST_WAIT_SECONDS
        while True:
            self.is_in = False
            try:
                self.follow()
            except (OSError, TimeoutError, InvalidHandshake) as fault:
                self.say(f"The server does not answer ({type(fault).__name__}).")
            wait = FIRST_WAIT_SECONDS if self.is_in else min(2 * wait, LONGEST_WAIT_SECONDS)
            self.pause(wait)

    def follow(self) -> None:
        """One connection to its end. Raises NotLetIn, OSError or InvalidHandshake."""
        headers = {"X-Andre-API-Key": self.key}
        with connect(self.address(), additional_headers=headers, compression=None) as socket:
            try:
                while True:
                    frame = json.loads(socket.recv())
                    for answer in self.answers(frame):
                        socket.send(json.dumps(answer))
                    self.hear(frame)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
        if code in ENDS:
            raise NotLetIn(ENDS[code])
        if code == RESYNCHRONISE:
            self.epoch = ""  # What is known here is not true any more.

    def answers(self, frame: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A sign of life for each heartbeat, and questions for the time where that is needed."""
        if self.ear and frame["type"] == "done" and frame["id"] == self.ear.clock.probe()["id"]:
            self.ear.clock.hear(frame)
        probes = {"welcome": PROBES_AT_FIRST, "heartbeat": 1}.get(frame["type"], 0)
        beat = [{"type": "beat", "rev": self.rev}] if frame["type"] == "heartbeat" else []
        return beat + [self.ear.clock.probe() for _ in range(probes) if self.ear]

    def address(self) -> str:
        """Whoever has been here asks only for what was missed."""
        base = self.server.rstrip("/").replace("http", "ws", 1)
        name = "" if self.nest == "main" else f"/{quote(self.nest, safe='')}"
        seen = {"since": self.rev, "own_since": self.own_rev, "epoch": self.epoch}
        return f"{base}/socket{name}" + (f"?{urlencode(seen)}" if self.epoch else "")

    def hear(self, frame: Mapping[str, Any]) -> None:
        if frame["type"] == "welcome":
            self.be_welcomed(frame)
        elif frame.get("scope") == "listener":
            self.own_rev = frame["rev"]
        elif "rev" in frame and "ts" in frame:
            self.rev = frame["rev"]
            self.tell(frame)

    def be_welcomed(self, frame: Mapping[str, Any]) -> None:
        """The whole nest, or what happened since one was here last."""
        if frame["snapshot"] is None:
            for event in frame["events"]:
                self.hear(event)
        else:
            self.song = frame["snapshot"]["song"]
            self.own_rev = frame["snapshot"]["mine"]["rev"]
            self.say(f"You are {frame['you']['name']} in {frame['snapshot']['nest']['name']}.")
            self.tell_playback(frame["playback"])
        self.rev, self.epoch, self.is_in = frame["rev"], frame["epoch"], True

    def tell(self, event: Mapping[str, Any]) -> None:
        match event["type"]:
            case "song_started":
                self.song = event["song"]
                self.tell_playback(event["playback"])
            case "playback_state":
                self.tell_playback(event)
            case "nest_fell_silent":
                self.song = None
                self.tell_playback(event["playback"])

    def tell_playback(self, playback: Mapping[str, Any]) -> None:
        if self.ear:
            self.ear.follow(self.song, playback)
        if self.song is None:
            self.say("Nothing plays.")
            return
        state = "Plays" if playback["is_playing"] else "Paused"
        title, artist, adder = (
            clean_text(self.song[name]) for name in ("title", "artist", "user_name")
        )
        by = "Bender" if self.song["auto"] else adder
        at = f"{clock_time(playback['position_ms'])} of {clock_time(playback['duration_ms'])}"
        self.say(f"{state}: {title} · {artist} ({at}), added by {by}")


def clock_time(ms: float) -> str:
    minutes, seconds = divmod(int(ms) // 1000, 60)
    return f"{minutes}:{seconds:02}"
