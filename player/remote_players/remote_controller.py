"""A follower's player made to do what the nest does: read, compare, then tell it at most once.

Whatever it was told before, what counts is what the nest does now; so a task may come late, twice
or never, and the next look puts it right.
"""

import json
import time
from dataclasses import asdict, dataclass, field, replace

import structlog

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from player import providers
from player.linked_accounts import accounts
from player.linked_accounts.accounts import Key
from player.providers.base import OutcomeUnknown
from player.providers.linked import (
    AccessRefused,
    DeviceGone,
    LinkedProvider,
    PlayerState,
    Restricted,
)
from player.remote_players import followers
from player.remote_players.followers import Follower
from player.scripts import lua

LEASE_MS = 15_000  # Longer than three calls that hang.
ROUNDS = 3
OFF_BY_MS = 400
CORRECT_EVERY_MS = 10_000
SETTLES_MS = 3_000  # What a player says of itself is so old at times.
ALMOST_OVER_MS = 1_000  # Not begun any more.
LAST_STRETCH_MS = 5_000  # What happens here is the song's end, and nobody's choice.
NEAR_MS = 3_000  # Another recording of the same song, playing where ours should be, is ours.

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NestPlayback:
    """What the nest does, at the moment it was read."""

    version: int
    is_playing: bool
    song_id: str
    uri: str
    provider: str
    position_ms: int
    duration_ms: int
    is_here: bool
    read_at: float = field(default_factory=time.monotonic)

    def position(self) -> int:
        """Now, unclamped at the end."""
        return round(self.position_ms + (time.monotonic() - self.read_at) * 1000)

    def remaining_ms(self) -> int:
        return self.duration_ms - self.position()


@dataclass(frozen=True)
class FollowStatus:
    """How following goes. `state` is on, silent, away, held (by the listener) or trouble."""

    choice: str
    state: str = "silent"
    why: str = ""
    message: str = ""
    version: int = -1  # of the nest's playback that the player was told last
    song_id: str = ""
    told_at_ms: int = 0
    sounds: bool = False  # for all we know
    was_heard: bool = False  # the song told last has been heard
    corrected_at_ms: int = 0
    error_ms: int | None = None


def update_follower(nest: str, email: str) -> None:
    """One at a time for each listener; who comes meanwhile leaves word and goes."""
    try:
        begun = lua.begin_steering(CommandContext(nest), listener=email, lease_ms=LEASE_MS)
        for _ in range(ROUNDS):
            if begun[0] not in {"begun", "again"}:
                return
            once(nest, email)
            begun = lua.end_steering(CommandContext(nest), listener=email, wishes=begun[1])
    except NoSuchNest:
        followers.forget_follower(email)


def once(nest: str, email: str) -> None:
    follower = followers.follower_of(nest, email)
    if follower is None:
        return
    before = going_of(nest, email, follower)
    try:
        after = synchronise(nest, email, follower, before)
    except Refusal as refusal:
        log.info("follower_account_error", provider=follower.provider, code=refusal.code)
        after = in_trouble(before, refusal)
    save_status(nest, email, after)
    still_follows = followers.follower_of(nest, email) == follower
    if still_follows and after.state in {"on", "trouble"}:
        followers.poll_later(email)
    else:
        followers.stop_polling(email)


def synchronise(nest: str, email: str, follower: Follower, before: FollowStatus) -> FollowStatus:
    provider = providers.linked_provider(follower.provider)
    key = accounts.access_key_of(email, provider)
    try:
        return RemoteController(key, follower, stage_of(nest, email)).synchronise(before)
    except AccessRefused:
        key = accounts.fresh_key_of(email, key)
        return RemoteController(key, follower, stage_of(nest, email)).synchronise(before)


@dataclass(frozen=True)
class RemoteController:
    key: Key
    follower: Follower
    stage: NestPlayback

    @property
    def provider(self) -> LinkedProvider:
        return self.key.provider

    @property
    def is_wanted(self) -> bool:
        stage = self.stage
        return stage.is_playing and stage.is_here and stage.provider == self.follower.provider

    def synchronise(self, before: FollowStatus) -> FollowStatus:
        if not self.is_wanted:
            return self.pause(before)
        if before.state == "held" and before.song_id == self.stage.song_id:
            return before
        if before.version != self.stage.version or before.state in {"silent", "away", "held"}:
            return self.start(before)
        return self.check(before)

    def pause(self, before: FollowStatus) -> FollowStatus:
        if before.sounds:
            self.silence()
        state = "silent" if self.stage.is_here else "away"
        return replace(
            before,
            state=state,
            why="",
            message="",
            version=self.stage.version,
            sounds=False,
            error_ms=None,
        )

    def silence(self) -> None:
        try:
            self.provider.pause(self.key.access, self.key.account, self.follower.device)
        except OutcomeUnknown:
            heard = self.provider.read_player(self.key.access)
            if heard and heard.is_playing:
                self.provider.pause(self.key.access, self.key.account, self.follower.device)
        except (Restricted, DeviceGone) as silence:
            log.info("follower_not_paused", why=silence.why)  # Mostly it is silent already.

    def start(self, before: FollowStatus) -> FollowStatus:
        if self.stage.remaining_ms() < ALMOST_OVER_MS:
            return before
        told = replace(
            before,
            state="on",
            why="",
            message="",
            version=self.stage.version,
            song_id=self.stage.song_id,
            told_at_ms=clock.now_ms(),
            sounds=True,
            was_heard=False,
            error_ms=None,
        )
        device = self.follower.device
        try:
            self.provider.play(
                self.key.access, self.key.account, device, self.stage.uri, self.stage.position
            )
        except OutcomeUnknown:
            # Perhaps it plays. What it says of itself decides, at the next look if not now.
            return self.check(told)
        return told

    def check(self, before: FollowStatus) -> FollowStatus:
        asked = self.stage.position()
        heard = self.provider.read_player(self.key.access)
        error = heard.position_ms - (asked + self.stage.position()) // 2 if heard else None
        if heard and heard.is_playing and self.is_ours(heard, error or 0):
            return self.correct(before, error or 0)
        is_settled = clock.now_ms() - before.told_at_ms >= SETTLES_MS
        if not is_settled or self.stage.remaining_ms() < LAST_STRETCH_MS:
            return before
        if before.was_heard and heard and heard.device == self.follower.device:
            return hold(before, heard)
        return self.start(before)

    def is_ours(self, heard: PlayerState, error: int) -> bool:
        is_there = heard.device == self.follower.device
        return self.stage.uri in heard.uris or (is_there and abs(error) < NEAR_MS)

    def correct(self, before: FollowStatus, error: int) -> FollowStatus:
        now = clock.now_ms()
        is_off = abs(error) > OFF_BY_MS and self.stage.remaining_ms() > LAST_STRETCH_MS
        after = replace(before, was_heard=True, error_ms=error, state="on", why="", message="")
        was_just_told = now - max(before.told_at_ms, before.corrected_at_ms) < SETTLES_MS
        if not is_off or was_just_told or now - before.corrected_at_ms < CORRECT_EVERY_MS:
            return after
        device = self.follower.device
        self.provider.seek(self.key.access, self.key.account, device, self.stage.position)
        return replace(after, corrected_at_ms=now)


def hold(before: FollowStatus, heard: PlayerState) -> FollowStatus:
    """The listener did something to it themselves; so it is left to them."""
    why, message = (
        ("plays_else", "You play something else there. Choose the device again to come back.")
        if heard.is_playing
        else ("paused_there", "You paused it there. Choose the device again to go on.")
    )
    return replace(before, state="held", why=why, message=message, error_ms=None)


def in_trouble(before: FollowStatus, refusal: Refusal) -> FollowStatus:
    why = str(refusal.more.get("why", refusal.code))
    return replace(
        before, state="trouble", why=why, message=refusal.message, version=-1, error_ms=None
    )


def stage_of(nest: str, email: str) -> NestPlayback:
    reply = lua.read_playing(CommandContext(nest), listener=email)
    _, version, state, song_id, uri, provider, position, duration, here = reply
    return NestPlayback(
        version=int(version),
        is_playing=state == "playing",
        song_id=song_id,
        uri=uri,
        provider=provider,
        position_ms=int(position),
        duration_ms=int(duration),
        is_here=here == "1",
    )


def going_of(nest: str, email: str, follower: Follower) -> FollowStatus:
    """Of this choice of theirs; how it went with another one is of no interest."""
    text = redis().hget(NestKeys(nest).follow_status, email)
    going = FollowStatus(**json.loads(text)) if text else None
    return going if going and going.choice == follower.choice else FollowStatus(follower.choice)


def save_status(nest: str, email: str, going: FollowStatus) -> None:
    redis().hset(NestKeys(nest).follow_status, email, json.dumps(asdict(going)))


def pause_device(email: str, provider_name: str, device: str) -> None:
    """Somebody stopped following: their device falls silent, if it can be told."""
    try:
        provider = providers.linked_provider(provider_name)
        key = accounts.access_key_of(email, provider)
        provider.pause(key.access, key.account, device)
    except Refusal as refusal:
        log.info("follower_not_paused", why=refusal.message)
