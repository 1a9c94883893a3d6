"""Which commands need a plan where the console is on; it is the nest's creator who has one.

What whoever runs the server does needs none, and neither does the Main Nest, which nobody built.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.plans import plans
from andre.protocol.commands import (
    BanListener,
    ChangeNestSettings,
    Command,
    CreateNest,
    KickListener,
)
from andre.protocol.nest_settings import NEST_SETTINGS, Feature
from nests.registry import store
from nests.registry.records import Nest

OF_THE_DOOR = {"is_private", "entry_mode"}
OF_A_FEATURE: Mapping[str, Feature] = {"kick_listener": "moderation", "ban_listener": "moderation"}


def require_plan(act: CommandContext, command: Command) -> None:
    """Raises Refusal `feature_not_allowed`; with the console off nothing is asked."""
    if not asks_for_plan(act):
        return
    match command:
        case CreateNest():
            plans.require_features(act.user, features_in(command.model_dump(exclude_none=True)))
        case KickListener() | BanListener():
            plans.require_features(store.get_nest(act.nest).creator, ["moderation"])
        case ChangeNestSettings():
            nest = store.get_nest(act.nest)
            plans.require_features(nest.creator, features_in(command.wishes, nest))


def asks_for_plan(act: CommandContext) -> bool:
    return conf().nest_admin_enabled and not (act.actor.is_house or act.actor.is_main)


def list_closed(act: CommandContext) -> list[str]:
    """Rights that nobody has in this nest, whoever they are, as long as its creator's plan does
    not open them; with the console off none, and nothing is asked.
    """
    if not asks_for_plan(act):
        return []
    opened = plans.find_features(store.get_nest(act.nest).creator)
    return [right for right, feature in OF_A_FEATURE.items() if feature not in opened]


def note_plan(act: CommandContext) -> CommandContext:
    """Whoever builds a nest, with whether they have a plan: asked only where plans are sold."""
    if act.actor.is_house or not plans.sells_plans():
        return act
    has_plan = bool(plans.find_paying([act.user]))
    return replace(act, actor=replace(act.actor, has_plan=has_plan))


def features_in(wishes: Mapping[str, Any], nest: Nest | None = None) -> list[Feature]:
    """Of the console, that settings by these names belong to, each once.

    Entry by invitation is one way of being private, and the only one of the console's: that it
    begins or ends is.
    """
    named = (NEST_SETTINGS[name].feature for name in wishes if name in NEST_SETTINGS)
    found = [feature for feature in named if feature]
    if "vanity_code" in wishes:
        found.append("vanity")
    ends = nest is not None and nest.is_invite_only and OF_THE_DOOR & set(wishes)
    if ends or wishes.get("entry_mode") == "invitation":
        found.append("invite_only")
    return list(dict.fromkeys(found))


def features_of_nest(nest: Nest) -> frozenset[Feature]:
    """What this nest's creator may set up."""
    return plans.ALL if nest.is_main else plans.find_features(nest.creator)
