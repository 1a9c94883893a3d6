"""A synthetic listener: a socket to the running server, a look around, an act now and then."""

import asyncio
import http.client
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from andre.demo.listeners.behaviour import next_command, songs_of
from andre.demo.listeners.characters import Character

PAUSE_SECONDS = (4.0, 14.0)  # Somebody who listens and has other things to do, too.
BACK_AFTER_SECONDS = 2.0
ASK_SECONDS = 10.0
FINAL_CODES = range(4000, 4013)  # The door has said why; 4013 asks one to come back.


@dataclass
class Guest:
    """`pace` 1 is a person's; a higher one is quicker."""

    character: Character
    key: str
    port: int
    nest: str
    rng: random.Random
    pace: float
    tell: Callable[[str], None]
    rev: int = 0
    uris: list[str] = field(default_factory=list)
    unwelcome: dict[str, int] = field(default_factory=dict)  # uri -> until when, ms
    titles: dict[str, str] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> the command

    async def lives_here(self) -> None:
        """Until cancelled, through restarts of the server. Raises ConnectionClosed at the door."""
        while True:
            try:
                await self._visit()
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in FINAL_CODES:
                    raise
            except OSError:
                pass  # The server is away; music rooms come back.
            await asyncio.sleep(BACK_AFTER_SECONDS)

    async def _visit(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/socket/{self.nest}"
        headers = {"X-Andre-API-Key": self.key}
        async with connect(address, additional_headers=headers, max_size=None) as socket:
            self.tell("flies in")
            acting = asyncio.create_task(self._act_now_and_then(socket))
            try:
                await self._listen(socket)
            finally:
                acting.cancel()

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            self.rev = max(self.rev, frame.get("rev") or 0)
            match frame["type"]:
                case "heartbeat":
                    await socket.send(json.dumps({"type": "beat", "rev": self.rev}))
                case "done":
                    self._remember(frame)

    def _remember(self, answer: dict[str, Any]) -> None:
        command = self.asked.pop(answer["id"], {})
        for rejected in answer.get("rejected", []):
            self.unwelcome[rejected["uri"]] = rejected.get("welcome_at_ms") or 0
        if command and not answer.get("rejected"):
            self.tell(self._sentence(command))

    async def _act_now_and_then(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(*PAUSE_SECONDS) / self.pace)
            snapshot = await asyncio.to_thread(self._ask, f"/api/nests/{self.nest}/snapshot")
            if not self.uris:
                await self._find_music()
            if snapshot is None:
                continue
            self.titles |= {str(s["song_id"]): s["title"] for s in songs_of(snapshot)}
            now = snapshot["server_ms"]
            welcome = [uri for uri in self.uris if self.unwelcome.get(uri, 0) <= now]
            command = next_command(self.character, snapshot, welcome, self.rng)
            if command is not None:
                command["id"] = uuid.uuid4().hex
                self.asked[command["id"]] = command
                await socket.send(json.dumps(command))

    async def _find_music(self) -> None:
        """Whatever has one of these letters, which is nearly everything."""
        for letter in "aeio":
            found = await asyncio.to_thread(self._ask, f"/api/search?q={letter}") or {}
            self.titles |= {track["uri"]: track["title"] for track in found.get("results", [])}
        self.uris = [uri for uri in self.titles if ":" in uri]

    def _ask(self, path: str) -> dict[str, Any] | None:
        """What the API answers; None while it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_SECONDS)
        try:
            connection.request("GET", path, headers={"X-Andre-API-Key": self.key})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        found: dict[str, Any] | None = json.loads(body) if answer.status == 200 else None
        return found

    def _sentence(self, command: dict[str, Any]) -> str:
        song = self.titles.get(str(command.get("song_id")), "a song")
        match command["type"]:
            case "add_songs":
                return f"queues {self.titles.get(command['uris'][0], 'a song')}"
            case "cast_vote":
                return f"votes for {song}"
            case "toggle_jam":
                return f"jams to {song}"
            case "add_comment":
                return f"says “{command['text']}”"
            case "send_chat_message":
                return f"writes “{command['text']}”"
        return f"blows the {command['name']} horn"
