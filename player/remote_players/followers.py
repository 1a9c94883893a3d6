"""Who listens on an account of their own, and who is told when what plays changes."""

import json
import secrets
from dataclasses import asdict, dataclass
from random import Random, SystemRandom

from celery import current_app

from andre.core import clock
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis

STEER = "player.tasks.steer"  # By name: the tasks stand above and call this room.
HUSH = "player.tasks.hush"
TASK_EXPIRES_SECONDS = 10
LOOK_AFTER_MS = (5_000, 10_000)  # Between two looks at a playing account, by chance.
LOOKS_AT_ONCE = 50
LEASE_MS = 15_000  # A look that was lost with its worker is sent again this long after.


@dataclass(frozen=True)
class Follower:
    """A listener's own choice; `choice` is another one each time they choose."""

    provider: str
    device: str
    device_name: str
    choice: str


def follow(nest: str, email: str, provider: str, device: str, device_name: str) -> None:
    """From now on this person's device does what the nest does; they follow one nest at a time."""
    before = redis().hget(GLOBAL.following, email)
    if before and before != nest:
        leave(before, email)
    follower = Follower(provider, device, device_name, choice=secrets.token_hex(8))
    pipe = redis().pipeline(transaction=True)
    pipe.hset(NestKeys(nest).followers, email, json.dumps(asdict(follower)))
    pipe.hdel(NestKeys(nest).follow_status, email)
    pipe.hset(GLOBAL.following, email, nest)
    pipe.execute()
    send_update(nest, email)


def unfollow(nest: str, email: str) -> None:
    """The device falls silent, if what it plays is ours."""
    follower = follower_of(nest, email)
    if follower or redis().hget(GLOBAL.following, email) == nest:
        leave(nest, email)
    if follower:
        signature = current_app.signature(HUSH, (email, follower.provider, follower.device))
        signature.apply_async(expires=TASK_EXPIRES_SECONDS)


def leave(nest: str, email: str) -> None:
    pipe = redis().pipeline(transaction=True)
    pipe.hdel(NestKeys(nest).followers, email)
    pipe.hdel(NestKeys(nest).follow_status, email)
    pipe.hdel(GLOBAL.following, email)
    pipe.zrem(GLOBAL.follower_poll_due, email)
    pipe.execute()


def begin_again(email: str) -> bool:
    """Tell their device once more what the nest does that they follow now; False if they do not."""
    nest = redis().hget(GLOBAL.following, email)
    if nest is None:
        return False
    redis().hdel(NestKeys(nest).follow_status, email)
    send_update(nest, email)
    return True


def dismiss_all(nest: str) -> None:
    """The nest ends."""
    for email in redis().hkeys(NestKeys(nest).followers):
        unfollow(nest, email)


def forget_follower(email: str) -> None:
    """Wherever they follow: their account is gone, so nobody can even pause it."""
    if nest := redis().hget(GLOBAL.following, email):
        leave(nest, email)


def tell(nest: str) -> None:
    """What plays has changed. One question to Redis where nobody follows."""
    for email in redis().hkeys(NestKeys(nest).followers):
        send_update(nest, email)


def send_update(nest: str, email: str) -> None:
    current_app.signature(STEER, (nest, email)).apply_async(expires=TASK_EXPIRES_SECONDS)


def follower_of(nest: str, email: str) -> Follower | None:
    text = redis().hget(NestKeys(nest).followers, email)
    return Follower(**json.loads(text)) if text else None


def poll_later(email: str, rng: Random | None = None) -> None:
    wait = (rng or SystemRandom()).randint(*LOOK_AFTER_MS)
    redis().zadd(GLOBAL.follower_poll_due, {email: clock.now_ms() + wait})
    if not redis().hexists(GLOBAL.following, email):
        stop_polling(email)  # They left meanwhile.


def stop_polling(email: str) -> None:
    redis().zrem(GLOBAL.follower_poll_due, email)


def send_due_polls() -> None:
    """Of those whose players are due to be looked at, each once."""
    now = clock.now_ms()
    due = redis().zrangebyscore(GLOBAL.follower_poll_due, "-inf", now, start=0, num=LOOKS_AT_ONCE)
    if not due:
        return
    nests = redis().hmget(GLOBAL.following, due)
    redis().zadd(GLOBAL.follower_poll_due, dict.fromkeys(due, now + LEASE_MS))
    for email, nest in zip(due, nests, strict=True):
        if nest:
            send_update(nest, email)
        else:
            stop_polling(email)
