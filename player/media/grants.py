"""The bytes of a track: which of them, who may have them, and for how long."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

from django.core import signing

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.executors import free_request_thread
from andre.core.keys import NestKeys, limit, person_hash
from andre.core.redis import async_redis

TOKEN_SECONDS = 90
SALT = "andre.media"
BAD_TOKENS_A_MINUTE = 5
CHUNK_BYTES = 256 * 1024  # Few thread hops; a slow client holds one chunk, not a file.
READERS = 8
# More digits than any file has bytes are no range but a joke.
RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE)

P = ParamSpec("P")
T = TypeVar("T")

# A pool of their own: a slow disk must not keep anybody's vote waiting.
_readers = ThreadPoolExecutor(READERS, thread_name_prefix="media")


@dataclass(frozen=True)
class Span:
    """Part of a file, both ends included, as RFC 9110 counts."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class NotThere(Exception):
    """A range that lies beyond the file."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range asked for; None for the whole file. Raises NotThere.

    What cannot be understood, and several ranges at once, count as not asked.
    """
    found = RANGE.fullmatch(header) if header else None
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        return suffix(int(found[2]), size)
    first = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return None
    if first >= size:
        raise NotThere
    return Span(first, min(last, size - 1))


def suffix(length: int, size: int) -> Span | None:
    if length == 0:
        raise NotThere
    return Span(max(0, size - length), size - 1) if size else None


@dataclass(frozen=True)
class Claim:
    """What a token says. The listener and the device stand in it as hashes: URLs are shown."""

    user: str
    nest: str
    device: str
    track: str
    epoch: int
    expires_at: int

    @property
    def issued_at(self) -> int:
        return self.expires_at - TOKEN_SECONDS * 1000


def mint(user: str, nest: str, device: str, track: str | int, epoch: int) -> tuple[str, int]:
    """(token, the ms at which it ends) for one listener's speaker and one track."""
    expires_at = clock.now_ms() + TOKEN_SECONDS * 1000
    claim = (person_hash(user), nest, digest(device), str(track), epoch, expires_at)
    return signing.dumps(claim, salt=SALT), expires_at


def decode_claim(token: str) -> Claim:
    """What a token of ours says, true or not any more. Raises Refusal `invalid_token`."""
    try:
        user, nest, device, track, epoch, expires_at = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise invalid() from error
    return Claim(user, nest, device, track, epoch, expires_at)


def check(
    token: str, *, user: str, nest: str, device: str, track: str | int, epoch: int, now_ms: int
) -> None:
    """Raises Refusal `invalid_token` if anything differs, `token_expired` if only time passed."""
    claim = decode_claim(token)
    if (claim.nest, claim.track, claim.epoch) != (nest, str(track), epoch):
        raise invalid()
    if (claim.user, claim.device) != (person_hash(user), digest(device)):
        raise invalid()
    if now_ms >= claim.expires_at:
        raise Refusal("token_expired", "This permission has ended; ask for a new one.")


def invalid() -> Refusal:
    return Refusal("invalid_token", "This permission is not for this listener and this song.")


def digest(device: str) -> str:
    return sha256(device.encode()).hexdigest()[:16]


async def admit(token: str, user: str, session_key: str, track: int) -> None:
    """Check a request's token against what is true now. Raises Refusal.

    A device is its browser's session, or whichever device this listener made their speaker.
    """
    claim = await genuine(token, user)
    speaker, revoked_at, now_ms = await standing(claim.nest, user)
    fitting = (name for name in (session_key, speaker.get("device", "")) if name_fits(claim, name))
    check(
        token,
        user=user,
        nest=claim.nest,
        device=next(fitting, session_key),
        track=track,
        epoch=int(speaker.get("epoch") or 0),
        now_ms=now_ms,
    )
    if claim.issued_at <= revoked_at:
        raise invalid()


async def genuine(token: str, user: str) -> Claim:
    """Guessed and borrowed tokens are counted. Outdated ones are not: an honest page has those."""
    try:
        claim = decode_claim(token)
        if claim.user != person_hash(user):
            raise invalid()
    except Refusal:
        await note_bad_token(user)
        raise
    return claim


def name_fits(claim: Claim, device: str) -> bool:
    return bool(device) and claim.device == digest(device)


async def standing(nest: str, user: str) -> tuple[dict[str, str], int, int]:
    """(this listener's speaker, when their tokens were revoked, the nest's time), in one trip."""
    async with async_redis().pipeline(transaction=False) as pipe:
        pipe.hgetall(NestKeys(nest).speaker(user))
        pipe.get(revocation(user))
        clock.queue_time_probe(pipe)
        speaker, revoked_at, *told = await pipe.execute()
    return speaker, int(revoked_at or 0), int(clock.time_told(*told))


async def note_bad_token(user: str) -> None:
    """Five in a minute end every token this listener holds: somebody is guessing."""
    redis = async_redis()
    async with redis.pipeline(transaction=False) as pipe:
        clock.queue_time_probe(pipe)
        now_ms = int(clock.time_told(*await pipe.execute()))
    window = limit("bad-token", user, now_ms // 60_000)
    bad = await redis.incr(window)
    await redis.expire(window, 120)
    if bad >= BAD_TOKENS_A_MINUTE:
        await redis.set(revocation(user), now_ms, ex=TOKEN_SECONDS * 2)


def revocation(user: str) -> str:
    return limit("media-revoked", user, 0)


async def by_reader(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    call = partial(copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_readers, call)


def open_at(path: Path, first: int) -> BinaryIO:
    """Unbuffered: we read in large pieces, and a buffer would only copy them."""
    file = path.open("rb", buffering=0)
    file.seek(first)
    return file


async def chunks(file: BinaryIO, length: int) -> AsyncIterator[bytes]:
    """The next `length` bytes. Memory holds one chunk, however long the file is."""
    await free_request_thread()
    left = length
    try:
        while left > 0:
            chunk = await by_reader(file.read, min(left, CHUNK_BYTES))
            if not chunk:
                return  # Cut short under our hands; the length we promised shows it.
            left -= len(chunk)
            yield chunk
    finally:
        file.close()
