"""The password of a private nest: made by the server, told once, kept as a hash."""

import secrets

from django.contrib.auth.hashers import check_password, make_password

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.registry.codes import ALPHABET
from nests.scripts import lua

LENGTH = 8


def issue_password(nest: str) -> str | None:
    """A first one, where the nest asks for one and has none yet."""
    return set_password(nest, only_if_missing=True)


def renew_password(nest: str) -> str:
    """Another one; the one before ends at once. Raises Refusal where the nest asks for none."""
    password = set_password(nest, only_if_missing=False)
    if password is None:
        raise Refusal("invalid_entry_mode", "This nest asks for no password.")
    return password


def set_password(nest: str, *, only_if_missing: bool) -> str | None:
    if only_if_missing and not is_missing(nest):
        # Not made for nothing: a hash takes its time. Where none is asked for any more, it goes.
        lua.set_password(CommandContext(nest), password_hash="", only_if_missing=True)
        return None
    password = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    reply = lua.set_password(
        CommandContext(nest), password_hash=make_password(password), only_if_missing=only_if_missing
    )
    return password if reply == ["set"] else None


def is_missing(nest: str) -> bool:
    keys = NestKeys(nest)
    asked = redis().hmget(keys.nest_state, "is_private", "entry_mode")
    return asked == ["1", "password"] and not redis().exists(keys.door_password)


def hash_met_by(nest: str, typed: str) -> str:
    """The hash that this password meets, which the door compares once more; empty for none."""
    kept = redis().get(NestKeys(nest).door_password)
    typed = typed.strip().upper()
    return str(kept) if kept and typed and check_password(typed, str(kept)) else ""
