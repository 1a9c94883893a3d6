"""A nest as HTTP tells it: to members whole, to other people without the creator's address."""

from dataclasses import asdict
from typing import Any, Literal

from andre.core.keys import MAIN
from nests.membership import members
from nests.registry import store, summaries
from nests.registry.records import Nest
from nests.registry.summaries import NestSummary

Sort = Literal["newest", "listeners"]


def list_nests_for(email: str, origin: str, sort: Sort = "newest") -> list[dict[str, Any]]:
    """The Main Nest, then the public live ones and one's own and joined ones."""
    store.get_nest(MAIN)
    return serialize_nests(store.list_nests(), email, origin, sort)


def public(email: str, origin: str, sort: Sort = "newest") -> list[dict[str, Any]]:
    """The public live ones only."""
    found = serialize_nests(store.list_nests(), email, origin, sort)
    return [nest for nest in found if nest["is_live"] and not nest["is_main"]]


def serialize_nest(nest: Nest, email: str, origin: str) -> dict[str, Any]:
    """As it is at this moment: who has crashed is let go before they are counted."""
    members.prune(nest.nest_id)
    is_member = members.is_member(nest.nest_id, email)
    return description(nest, summaries.summary(nest.nest_id), email, origin, is_member=is_member)


def serialize_nests(nests: list[Nest], email: str, origin: str, sort: Sort) -> list[dict[str, Any]]:
    ids = [nest.nest_id for nest in nests]
    seen, joined = summaries.summaries(ids), members.nests_of(email, ids)
    found = [
        description(nest, seen[nest.nest_id], email, origin, is_member=nest.nest_id in joined)
        for nest in nests
        if nest.is_main
        or nest.creator == email
        or nest.nest_id in joined
        or seen[nest.nest_id].is_live
    ]
    if sort == "listeners":
        found.sort(key=lambda nest: nest["listeners"] or 0, reverse=True)
    return sorted(found, key=lambda nest: not nest["is_main"])


def description(
    nest: Nest, seen: NestSummary, email: str, origin: str, *, is_member: bool
) -> dict[str, Any]:
    knows_creator = is_member or nest.creator == email
    return (
        asdict(nest)
        | {
            "creator": nest.creator if knows_creator else nest.creator_name,
            "catalogue": nest.plays_from,
            "dj": nest.creator_name,
            "share_url": nest.share_url_from(origin),
            "share_text": share_text(nest),
        }
        | asdict(seen)
        | store.rights_of(nest, email)
    )


def share_text(nest: Nest) -> str:
    name = f"{nest.emoji} {nest.name}" if nest.emoji else nest.name
    return f"{name}: listen with me"
