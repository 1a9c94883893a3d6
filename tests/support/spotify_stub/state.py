"""What the stub remembers: accounts, consents, tokens, devices, and players on a clock."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field

from tests.support.spotify_stub.catalogue import TRACKS


def now_ms():
    return time.time() * 1000


@dataclass
class Device:
    id: str
    name: str
    type: str = "Computer"
    is_restricted: bool = False
    volume_percent: int = 50


@dataclass
class Player:
    """Really advances: where it is follows from when it was last told something."""

    uri: str | None = None
    position_ms: float = 0
    is_playing: bool = False
    device: str | None = None
    at_ms: float = 0

    def position(self, now):
        if not self.is_playing:
            return self.position_ms
        return min(self.position_ms + now - self.at_ms, self.length())

    def length(self):
        return TRACKS[self.uri.rpartition(":")[2]]["duration_ms"]

    def plays(self, now):
        return self.is_playing and self.position(now) < self.length()


@dataclass
class Account:
    name: str
    product: str = "premium"
    is_listed: bool = True
    devices: dict[str, Device] = field(default_factory=dict)
    states: list[Player] = field(default_factory=lambda: [Player()])

    @property
    def player(self):
        return self.states[-1]

    def seen(self, at_ms):
        """As it was then: what a reader sees of a lagging service."""
        known = [state for state in self.states if state.at_ms <= at_ms]
        return known[-1] if known else self.states[0]

    def becomes(self, **changes):
        now = now_ms()
        before = self.player
        state = Player(before.uri, before.position(now), before.is_playing, before.device, now)
        for name, value in changes.items():
            setattr(state, name, value)
        self.states = [*self.states[-20:], state]

    def gets(self, name, kind="Computer", **more):
        found = hashlib.sha1(f"{self.name} {name}".encode()).hexdigest()
        self.devices[found] = Device(found, name, kind, **more)
        return found

    def loses(self, device):
        del self.devices[device]
        if self.player.device == device:
            self.becomes(is_playing=False, device=None)


@dataclass
class Call:
    at_ms: float
    method: str
    path: str
    query: dict
    body: object
    account: str | None
    status: int = 0


@dataclass
class World:
    """`token_seconds`: how long an access token lives. `lag_ms`: how old what one reads is."""

    accounts: dict[str, Account] = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    access: dict = field(default_factory=dict)
    refresh: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    ledger: list[Call] = field(default_factory=list)
    token_seconds: int = 3600
    lag_ms: float = 0
    new_refresh_tokens: bool = False

    def account(self, name, **more):
        return self.accounts.setdefault(name, Account(name, **more))

    def code_for(self, name, challenge, redirect):
        code = secrets.token_urlsafe(16)
        self.codes[code] = (name, challenge, redirect)
        return code

    def tokens_for_code(self, code, verifier, redirect):
        name, challenge, asked = self.codes.pop(code, (None, None, None))
        digest = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if name is None or proof != challenge or asked != redirect:
            return None
        refresh = secrets.token_urlsafe(16)
        self.refresh[refresh] = name
        return {**self.token_for(name), "refresh_token": refresh}

    def tokens_for_refresh(self, refresh):
        if refresh not in self.refresh:
            return None
        name = self.refresh[refresh]
        given = self.token_for(name)
        if self.new_refresh_tokens:
            del self.refresh[refresh]
            given["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh[given["refresh_token"]] = name
        return given

    def token_for(self, name):
        token = secrets.token_urlsafe(16)
        self.access[token] = (name, now_ms() + self.token_seconds * 1000)
        scope = "" if name is None else "streaming"
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.token_seconds,
            "scope": scope,
        }

    def withdraws_consent(self, name):
        self.refresh = {token: who for token, who in self.refresh.items() if who != name}
        self.access = {token: held for token, held in self.access.items() if held[0] != name}

    def calls(self, method="", path=""):
        return [
            call
            for call in self.ledger
            if call.method.startswith(method) and call.path.startswith(path)
        ]
