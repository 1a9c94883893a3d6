"""Who may have the bytes of a track, and for how long: signed tokens for one listener's speaker."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing

from andre.core import clock
from andre.core.errors import Refusal
from andre.core.keys import NestKeys, limit, person_hash
from andre.core.redis import async_redis, redis

TOKEN_SECONDS = 90
SALT = "andre.media"
BAD_TOKENS_A_MINUTE = 5


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


def mint_token(user: str, nest: str, device: str, track: str | int, epoch: int) -> tuple[str, int]:
    """(token, the ms at which it ends) for one listener's speaker and one track."""
    expires_at = clock.now_ms() + TOKEN_SECONDS * 1000
    claim = (person_hash(user), nest, digest(device), str(track), epoch, expires_at)
    return signing.dumps(claim, salt=SALT), expires_at


def decode_claim(token: str) -> Claim:
    """What a token of ours says, true or not any more. Raises Refusal `invalid_token`."""
    try:
        user, nest, device, track, epoch, expires_at = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise invalid_token() from error
    return Claim(user, nest, device, track, epoch, expires_at)


def verify_claim(
    token: str, *, user: str, nest: str, device: str, track: str | int, epoch: int, now_ms: int
) -> None:
    """Raises Refusal `invalid_token` if anything differs, `token_expired` if only time passed."""
    claim = decode_claim(token)
    if (claim.nest, claim.track, claim.epoch) != (nest, str(track), epoch):
        raise invalid_token()
    if (claim.user, claim.device) != (person_hash(user), digest(device)):
        raise invalid_token()
    if now_ms >= claim.expires_at:
        raise Refusal("token_expired", "This permission has ended; ask for a new one.")


def invalid_token() -> Refusal:
    return Refusal("invalid_token", "This permission is not for this listener and this song.")


def digest(device: str) -> str:
    return sha256(device.encode()).hexdigest()[:16]


async def admit_request(token: str, user: str, session_key: str, track: int | str) -> None:
    """Check a request's token against what is true now. Raises Refusal.

    A device is its browser's session, or whichever device this listener made their speaker.
    """
    claim = await decode_own_claim(token, user)
    speaker, revoked_at, now_ms = await read_speaker(claim.nest, user)
    fitting = (name for name in (session_key, speaker.get("device", "")) if name_fits(claim, name))
    verify_claim(
        token,
        user=user,
        nest=claim.nest,
        device=next(fitting, session_key),
        track=track,
        epoch=int(speaker.get("epoch") or 0),
        now_ms=now_ms,
    )
    if claim.issued_at <= revoked_at:
        raise invalid_token()


async def decode_own_claim(token: str, user: str) -> Claim:
    """Guessed and borrowed tokens are counted. Outdated ones are not: an honest page has those.

    Raises Refusal `invalid_token`.
    """
    try:
        claim = decode_claim(token)
        if claim.user != person_hash(user):
            raise invalid_token()
    except Refusal:
        await note_bad_token(user)
        raise
    return claim


def name_fits(claim: Claim, device: str) -> bool:
    return bool(device) and claim.device == digest(device)


async def read_speaker(nest: str, user: str) -> tuple[dict[str, str], int, int]:
    """(this listener's speaker, when their tokens were revoked, the nest's time), in one trip."""
    async with async_redis().pipeline(transaction=False) as pipe:
        pipe.hgetall(NestKeys(nest).speaker(user))
        pipe.get(revocation(user))
        clock.queue_time_probe(pipe)
        speaker, revoked_at, *time_replies = await pipe.execute()
    return speaker, int(revoked_at or 0), int(clock.time_from_replies(*time_replies))


async def note_bad_token(user: str) -> None:
    """Five in a minute end every token this listener holds: somebody is guessing."""
    client = async_redis()
    async with client.pipeline(transaction=False) as pipe:
        clock.queue_time_probe(pipe)
        now_ms = int(clock.time_from_replies(*await pipe.execute()))
    window = limit("bad-token", user, now_ms // 60_000)
    bad = await client.incr(window)
    await client.expire(window, 120)
    if bad >= BAD_TOKENS_A_MINUTE:
        await client.set(revocation(user), now_ms, ex=TOKEN_SECONDS * 2)


def revoke_all(users: Iterable[str]) -> None:
    """Every token that these people have been given until now ends."""
    now_ms = clock.now_ms()
    pipe = redis().pipeline(transaction=False)
    for user in users:
        pipe.set(revocation(user), now_ms, ex=TOKEN_SECONDS * 2)
    pipe.execute()


def revocation(user: str) -> str:
    return limit("media-revoked", user, 0)
