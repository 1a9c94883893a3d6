"""Nests for programs and scripts: any Redis client in, plain dictionaries out."""

from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest
from andre.core.keys import address
from andre.core.redis import Client, using
from andre.protocol.commands import ChangeNestSettings, CreateNest, DeleteNest
from nests.hooks import hooks
from nests.lifecycle.expiry_rule import should_delete_nest
from nests.membership import members
from nests.registry import store, summaries
from nests.registry.records import Nest

__all__ = ["NestManager", "join_nest", "leave_nest", "refresh_member_ttl", "should_delete_nest"]

NO_CONNECTION = "direct"  # Stands for the one connection of a program that counts none.


class NestManager:
    """The nests of one Redis."""

    def __init__(self, redis_client: Client) -> None:
        self.redis = redis_client

    def create_nest(
        self, creator: str, name: str | None = None, seed_track: str | None = None
    ) -> dict[str, Any]:
        """The new nest's metadata. Raises Refusal."""
        with using(self.redis):
            act = CommandContext("", Actor(address(creator), credential="system"))
            answer = hooks.dispatch(act, CreateNest(name=name, seed_track=seed_track))
            nest = store.get_nest(answer["nest_id"])
            return nest_as_dict(replace(nest, last_activity=nest.created_at))

    def get_nest(self, name: str) -> dict[str, Any] | None:
        """By nest id, code, slug or vanity code."""
        with using(self.redis):
            nest = store.find_nest(name)
            return nest_as_dict(nest) if nest else None

    def list_nests(self) -> list[dict[str, Any]]:
        """Every nest with `listeners` and `now_playing`, the newest first."""
        with using(self.redis):
            store.get_nest(store.MAIN)
            nests = store.list_nests()
            seen = summaries.summaries(nest.nest_id for nest in nests)
            return [nest_as_dict(nest) | asdict(seen[nest.nest_id]) for nest in nests]

    def rename_nest(self, nest_id: str, name: str) -> dict[str, Any]:
        """Raises Refusal."""
        with using(self.redis):
            nest = store.get_nest(nest_id)
            creator = Actor(nest.creator, credential="system")
            hooks.dispatch(CommandContext(nest.nest_id, creator), ChangeNestSettings(name=name))
            return nest_as_dict(store.get_nest(nest.nest_id))

    def touch_nest(self, nest_id: str) -> None:
        """Raises NoSuchNest."""
        with using(self.redis):
            store.touch(store.get_nest(nest_id).nest_id)

    def delete_nest(self, nest_id: str) -> bool:
        """Whether there was one; the Main Nest is refused."""
        with using(self.redis):
            if store.find_nest(nest_id) is None:
                return False
            with suppress(NoSuchNest):
                hooks.dispatch(CommandContext(""), DeleteNest(nest=nest_id, reason="deleted"))
                return True
            return False


def nest_as_dict(nest: Nest) -> dict[str, Any]:
    return nest.as_fields() | {"share_url": nest.share_url}


def join_nest(
    redis_client: Client, nest_id: str, email: str, connection: str = NO_CONNECTION
) -> None:
    """One connection of a person begins. Raises NoSuchNest."""
    with using(redis_client):
        members.enter(CommandContext(nest_id, Actor(address(email))), connection)
        members.publish_presence(nest_id)


def leave_nest(
    redis_client: Client, nest_id: str, email: str, connection: str = NO_CONNECTION
) -> None:
    """One connection ends; nothing happens where none began."""
    with using(redis_client):
        members.leave(CommandContext(nest_id, Actor(address(email))), connection)
        members.publish_presence(nest_id)


def refresh_member_ttl(
    redis_client: Client, nest_id: str, email: str, ttl_seconds: int = members.ALIVE_SECONDS
) -> None:
    """A listener's sign of life. Raises NoSuchNest."""
    with using(redis_client):
        members.keep_alive(nest_id, email, ttl_seconds)
