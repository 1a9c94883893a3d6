"""What Redis knows of a person: every key of every nest is looked at, and set right in one step.

Keys that are named after somebody go. In the others an address that is a member or a field of its
own goes (presence, votes, jams, followers), and where it stands in a text, nobody stands there
then: songs, plays, comments, chat. Bans and mutes know people by their id, and stay. What was told
on a stream is forgotten, and every page of that nest begins anew.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from operator import methodcaller
from typing import Any

from andre.core.keys import (
    EVERY_LINK_ANSWER,
    EVERY_NEST_KEY,
    GLOBAL,
    NestKeys,
    account_state,
    devices_lock,
    devices_seen,
    nest_of,
)
from andre.core.redis import redis
from andre.person_data.erased import Erased
from nests.lifecycle.key_cleanup import pages

Change = Callable[[Any], object]  # What is written, given the transaction to write it in.


def sweep_nests(person: Erased, *, apply: bool) -> Counter[str]:
    """How many keys of each nest know them; with `apply` none does afterwards."""
    found = Counter[str]()
    for page in pages(EVERY_NEST_KEY):
        names = [name.decode(errors="replace") for name in page]
        for key in keys_about(person, names):
            nest = nest_of(key) or ""
            found[nest] += 1
            if apply:
                set_right(person, nest, key)
    return found


def keys_about(person: Erased, names: list[str]) -> Iterable[str]:
    pipe = redis().pipeline(transaction=False)
    for name in names:
        pipe.type(name)
    kinds = pipe.execute()
    for name, kind in zip(names, kinds, strict=True):
        if kind in READ:
            READ[kind](pipe, name)
    texts = iter(pipe.execute())
    for name, kind in zip(names, kinds, strict=True):
        content = str(next(texts)) if kind in READ else ""
        if person.is_in(name) or person.is_in(content):
            yield name


def set_right(person: Erased, nest: str, key: str) -> None:
    if person.is_in(key):
        redis().unlink(key)
        return
    redis().transaction(partial(rewrite_key, person, nest, key), key)


def rewrite_key(person: Erased, nest: str, key: str, pipe: Any) -> None:  # noqa: ANN401 - A Pipeline.
    """In the transaction that watches the key: begun anew where somebody else changes it."""
    kind = pipe.type(key)
    changes = list(CHANGES[kind](person, key, READ[kind](pipe, key))) if kind in CHANGES else []
    pipe.multi()
    for change in changes:
        change(pipe)
    if kind == "stream":
        pipe.set(NestKeys(nest).epoch, secrets.token_hex(8))
    elif changes:
        pipe.hset(NestKeys(nest).people, person.left, person.nobody_face)


READ: dict[str, Callable[[Any, str], Any]] = {
    "string": lambda pipe, key: pipe.get(key),
    "hash": lambda pipe, key: pipe.hgetall(key),
    "set": lambda pipe, key: pipe.smembers(key),
    "zset": lambda pipe, key: pipe.zrange(key, 0, -1, withscores=True),
    "list": lambda pipe, key: pipe.lrange(key, 0, -1),
    "stream": lambda pipe, key: pipe.xrange(key),
}


def change_string(person: Erased, key: str, text: str) -> Iterable[Change]:
    yield methodcaller("set", key, person.take_out(text), keepttl=True)


def change_hash(person: Erased, key: str, fields: dict[str, str]) -> Iterable[Change]:
    is_theirs = {person.email, person.id} & set(fields.values())
    for name, text in fields.items():
        if name == person.email:
            yield methodcaller("hdel", key, name)
            continue
        becomes = person.take_out(text)
        if is_theirs and name.endswith("_name") and text == person.name:
            becomes = person.left_name
        if becomes != text:
            yield methodcaller("hset", key, name, becomes)


def change_set(person: Erased, key: str, members: set[str]) -> Iterable[Change]:
    if person.email in members:
        yield methodcaller("srem", key, person.email)


def change_zset(person: Erased, key: str, members: list[tuple[str, float]]) -> Iterable[Change]:
    for text, score in members:
        becomes = person.take_out(text)
        if becomes == text:
            continue
        yield methodcaller("zrem", key, text)
        if text != person.email:
            yield methodcaller("zadd", key, {becomes: score})


def change_list(person: Erased, key: str, texts: list[str]) -> Iterable[Change]:
    for place, text in enumerate(texts):
        becomes = person.take_out(text)
        if becomes != text:
            yield methodcaller("lset", key, place, becomes)


def change_stream(_: Erased, key: str, __: Any) -> Iterable[Change]:  # noqa: ANN401
    yield methodcaller("delete", key)


CHANGES: dict[str, Callable[[Erased, str, Any], Iterable[Change]]] = {
    "string": change_string,
    "hash": change_hash,
    "set": change_set,
    "zset": change_zset,
    "list": change_list,
    "stream": change_stream,
}


def sweep_server(person: Erased, *, apply: bool) -> int:
    """Whom they follow, codes they confirmed, and what stands under a hash of their address."""
    pipe = redis().pipeline(transaction=False)
    keys = [make(person.email) for make in (account_state, devices_seen, devices_lock)]
    answers = redis().scan_iter(match=EVERY_LINK_ANSWER)
    keys += [key for key in answers if redis().get(key) == person.email]
    if apply:
        pipe.unlink(*keys)
        pipe.hdel(GLOBAL.following, person.email)
        pipe.zrem(GLOBAL.follower_poll_due, person.email)
    else:
        pipe.exists(*keys)
        pipe.hexists(GLOBAL.following, person.email)
    return sum(map(int, pipe.execute()[:2]))
