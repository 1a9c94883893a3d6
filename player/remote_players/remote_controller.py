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
        lease = lua.lease_follower(CommandContext(nest), listener=email, lease_ms=LEASE_MS)
        for _ in range(ROUNDS):
            if lease[0] not in {"leased", "again"}:
                return
            once(nest, email)
            lease = lua.release_follower(CommandContext(nest), listener=email, wishes=lease[1])
    except NoSuchNest:
        followers.unfollow(nest, email)  # Perhaps before whoever ends the nest looks who follows.


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
    match save_status(nest, email, after):
        case "left":
            stop_what_was_started(email, follower, after)
        case "saved" if after.state in {"on", "trouble"}:
            followers.poll_later(email)
        case _:
            followers.stop_polling(email)


def stop_what_was_started(email: str, follower: Follower, after: FollowStatus) -> None:
    """They left while their player was told to play, perhaps after it was told something else."""
    if after.sounds and not followers.begin_again(email):
        pause_device(email, follower.provider, follower.device)


def synchronise(nest: str, email: str, follower: Follower, before: FollowStatus) -> FollowStatus:
    """Once more with a fresh key where the first is refused. Raises Refusal."""
    key = accounts.access_key_of(email, providers.linked_provider(follower.provider))
    try:
        return step(key, follower, playback_of(nest, email), before)
    except AccessRefused:
        key = accounts.fresh_key_of(email, key)
        return step(key, follower, playback_of(nest, email), before)


def step(
    key: Key, follower: Follower, playback: NestPlayback, before: FollowStatus
) -> FollowStatus:
    """Tell the player what the nest does, unless it does so. Raises Refusal."""
    is_wanted = playback.is_playing and playback.is_here and playback.provider == follower.provider
    if not is_wanted:
        return pause_follower(key, follower, playback, before)
    if before.state == "held" and before.song_id == playback.song_id:
        return before
    if before.version != playback.version or before.state in {"silent", "away", "held"}:
        return start(key, follower, playback, before)
    return compare(key, follower, playback, before)


def pause_follower(
    key: Key, follower: Follower, playback: NestPlayback, before: FollowStatus
) -> FollowStatus:
    if before.sounds:
        silence(key, follower.device)
    state = "silent" if playback.is_here else "away"
    return replace(
        before,
        state=state,
        why="",
        message="",
        version=playback.version,
        sounds=False,
        error_ms=None,
    )


def silence(key: Key, device: str) -> None:
    try:
        key.provider.pause(key.access, key.account, device)
    except OutcomeUnknown:
        heard = key.provider.read_player(key.access)
        if heard and heard.is_playing:
            key.provider.pause(key.access, key.account, device)
    except (Restricted, DeviceGone) as refused:
        log.info("follower_not_paused", why=refused.why)  # Mostly it is silent already.


def start(
    key: Key, follower: Follower, playback: NestPlayback, before: FollowStatus
) -> FollowStatus:
    if playback.remaining_ms() < ALMOST_OVER_MS:
        return before
    started = replace(
        before,
        state="on",
        why="",
        message="",
        version=playback.version,
        song_id=playback.song_id,
        told_at_ms=clock.now_ms(),
        sounds=True,
        was_heard=False,
        error_ms=None,
    )
    try:
        key.provider.play(key.access, key.account, follower.device, playback.uri, playback.position)
    except OutcomeUnknown:
        # Perhaps it plays. What it says of itself decides, at the next look if not now.
        return compare(key, follower, playback, started)
    return started


def compare(
    key: Key, follower: Follower, playback: NestPlayback, before: FollowStatus
) -> FollowStatus:
    """What the player says of itself, beside what it was told."""
    asked = playback.position()
    heard = key.provider.read_player(key.access)
    error = heard.position_ms - (asked + playback.position()) // 2 if heard else 0
    if heard and heard.is_playing and is_ours(heard, follower, playback, error):
        return correct(key, follower, playback, before, error)
    is_settled = clock.now_ms() - before.told_at_ms >= SETTLES_MS
    if not is_settled or playback.remaining_ms() < LAST_STRETCH_MS:
        return before
    if before.was_heard and heard and heard.device == follower.device:
        return hold(before, heard)
    return start(key, follower, playback, before)


def is_ours(heard: PlayerState, follower: Follower, playback: NestPlayback, error: int) -> bool:
    is_there = heard.device == follower.device
    return playback.uri in heard.uris or (is_there and abs(error) < NEAR_MS)


def correct(
    key: Key, follower: Follower, playback: NestPlayback, before: FollowStatus, error: int
) -> FollowStatus:
    now = clock.now_ms()
    is_off = abs(error) > OFF_BY_MS and playback.remaining_ms() > LAST_STRETCH_MS
    after = replace(before, was_heard=True, error_ms=error, state="on", why="", message="")
    was_just_told = now - max(before.told_at_ms, before.corrected_at_ms) < SETTLES_MS
    if not is_off or was_just_told or now - before.corrected_at_ms < CORRECT_EVERY_MS:
        return after
    key.provider.seek(key.access, key.account, follower.device, playback.position)
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


def playback_of(nest: str, email: str) -> NestPlayback:
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


def save_status(nest: str, email: str, going: FollowStatus) -> str:
    """One of "saved", "chosen_again" and "left"; the last also where the nest has ended."""
    try:
        reply = lua.save_follow_status(
            CommandContext(nest),
            listener=email,
            choice=going.choice,
            status=json.dumps(asdict(going)),
        )
    except NoSuchNest:
        return "left"
    return str(reply[0])


def pause_device(email: str, provider_name: str, device: str) -> None:
    """Somebody stopped following: their device falls silent, if it can be told."""
    try:
        key = accounts.access_key_of(email, providers.linked_provider(provider_name))
        try:
            silence(key, device)
        except AccessRefused:
            silence(accounts.fresh_key_of(email, key), device)
    except Refusal as refusal:
        log.info("follower_not_paused", why=refusal.message)
