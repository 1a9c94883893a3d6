"""Nests for programs and scripts: any Redis client in, plain dictionaries out."""

from dataclasses import asdict
from typing import Any

from andre.act import Act
from andre.keys import address
from andre.redis import Client, using
from nests.services import glance, lifecycle, members, rooms, settings
from nests.services.idle import should_delete_nest
from nests.services.registry import Nest

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
            return described(rooms.create_nest(address(creator), "", name, seed_track=seed_track))

    def get_nest(self, name: str) -> dict[str, Any] | None:
        """By nest id, code, slug or vanity code."""
        with using(self.redis):
            nest = rooms.find_nest(name)
            return described(nest) if nest else None

    def list_nests(self) -> list[dict[str, Any]]:
        """Every nest with `listeners` and `now_playing`, the newest first."""
        with using(self.redis):
            rooms.get_nest(rooms.MAIN)
            nests = rooms.list_nests()
            seen = glance.glances(nest.nest_id for nest in nests)
            return [described(nest) | asdict(seen[nest.nest_id]) for nest in nests]

    def rename_nest(self, nest_id: str, name: str) -> dict[str, Any]:
        """Raises Refusal."""
        with using(self.redis):
            nest = rooms.get_nest(nest_id)
            settings.change(Act(nest.nest_id, nest.creator), {"name": name})
            return described(rooms.get_nest(nest.nest_id))

    def touch_nest(self, nest_id: str) -> None:
        """Raises NoSuchNest."""
        with using(self.redis):
            rooms.touch(rooms.get_nest(nest_id).nest_id)

    def delete_nest(self, nest_id: str) -> bool:
        """Whether there was one; the Main Nest is refused."""
        with using(self.redis):
            nest = rooms.find_nest(nest_id)
            return lifecycle.delete(nest, "deleted") if nest else False


def described(nest: Nest) -> dict[str, Any]:
    return asdict(nest) | {"share_url": nest.share_url}


def join_nest(
    redis_client: Client, nest_id: str, email: str, connection: str = NO_CONNECTION
) -> None:
    """One connection of a person begins. Raises NoSuchNest."""
    with using(redis_client):
        members.enter(Act(nest_id, address(email)), connection)
        members.publish_presence(nest_id)


def leave_nest(
    redis_client: Client, nest_id: str, email: str, connection: str = NO_CONNECTION
) -> None:
    """One connection ends; nothing happens where none began."""
    with using(redis_client):
        members.leave(Act(nest_id, address(email)), connection)
        members.publish_presence(nest_id)


def refresh_member_ttl(
    redis_client: Client, nest_id: str, email: str, ttl_seconds: int = members.ALIVE_SECONDS
) -> None:
    """A listener's sign of life. Raises NoSuchNest."""
    with using(redis_client):
        members.keep_alive(nest_id, email, ttl_seconds)
