"""A nest as HTTP tells it: the creator's address is for themself and for operators."""

from dataclasses import asdict
from typing import Any, Literal

from andre.accounts.identity import Identity
from andre.core.keys import MAIN
from nests.membership import members
from nests.registry import store, summaries
from nests.registry.records import Nest
from nests.registry.summaries import NestSummary

Sort = Literal["newest", "listeners"]


def list_nests_for(viewer: Identity, origin: str, sort: Sort = "newest") -> list[dict[str, Any]]:
    """The Main Nest, then the public live ones and one's own and joined ones."""
    store.get_nest(MAIN)
    return serialize_nests(store.list_nests(), viewer, origin, sort)


def public(viewer: Identity, origin: str, sort: Sort = "newest") -> list[dict[str, Any]]:
    """The public live ones only."""
    found = serialize_nests(store.list_nests(), viewer, origin, sort)
    return [
        nest for nest in found if nest["is_live"] and not nest["is_main"] and not nest["is_private"]
    ]


def serialize_nest(nest: Nest, viewer: Identity, origin: str) -> dict[str, Any]:
    """As it is at this moment: who has crashed is let go before they are counted."""
    members.prune(nest.nest_id)
    return description(nest, summaries.summary(nest.nest_id), viewer, origin)


def serialize_nests(
    nests: list[Nest], viewer: Identity, origin: str, sort: Sort
) -> list[dict[str, Any]]:
    ids = [nest.nest_id for nest in nests]
    seen, joined = summaries.summaries(ids), members.nests_of(viewer.email, ids)
    found = [
        description(nest, seen[nest.nest_id], viewer, origin)
        for nest in nests
        if nest.is_main
        or nest.creator == viewer.email
        or nest.nest_id in joined
        or (seen[nest.nest_id].is_live and not nest.setting("is_private"))
    ]
    if sort == "listeners":
        found.sort(key=lambda nest: nest["listeners"] or 0, reverse=True)
    return sorted(found, key=lambda nest: not nest["is_main"])


def description(nest: Nest, seen: NestSummary, viewer: Identity, origin: str) -> dict[str, Any]:
    told = nest.as_fields()
    dj_name = told.pop("dj_name")
    return (
        told
        | {
            "creator": nest.creator_for(viewer.email, viewer.role),
            "creator_id": nest.creator_id,
            "catalogue": nest.plays_from,
            "dj": dj_name or nest.creator_name,
            "share_url": nest.share_url_from(origin),
            "share_text": share_text(nest),
        }
        | asdict(seen)
        | store.rights_of(nest, viewer.email)
    )


def share_text(nest: Nest) -> str:
    name = f"{nest.emoji} {nest.name}" if nest.emoji else nest.name
    return f"{name}: listen with me"
