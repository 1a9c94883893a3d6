"""What a nest is set to, and how that changes: by its creator, or by whoever runs the house."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.redis import Reply, redis
from andre.protocol.frames import Answer
from andre.protocol.shapes import BenderProfile
from nests.hooks import hooks
from nests.membership import rights
from nests.registry import naming, records, store
from nests.registry.records import Nest
from nests.scripts import lua
from nests.signals import nest_set

MINUTE_MS = 60_000

BENDER_WAYS: dict[BenderProfile, str] = {
    "classic": "Genre and artist",
    "smart_first": "Sound first",
    "smart_only": "Sound only",
}

Wishes = Mapping[str, Any]  # By name, of the right type: the command that carried them is closed.


def change(act: CommandContext, wishes: Wishes) -> Answer:
    """Its creator sets a nest up: all that is wished, or a Refusal and nothing.

    One script decides about everything, the turn to have another name included. A new name
    follows when the rest holds: it has to find an address first, and is told by its own event.
    """
    nest = require_creator(act)
    if nest.is_main and "name" in wishes:
        raise Refusal("forbidden", "The Main Nest keeps its name.")
    name = naming.validate_name(wishes["name"]) if "name" in wishes else None
    reply = apply_changes(act, nest, wishes, is_named=name is not None)
    if name is None:
        return {"rev": int(reply[1])}
    if reply[0] == "announced":  # By an earlier same command.
        return naming.rename_answer(reply)
    return naming.announce_name(act, naming.rename(nest.nest_id, name))


def change_by_house(nest: Nest, wishes: Wishes) -> None:
    """Any nest, the Main Nest included. Raises Refusal."""
    apply_changes(CommandContext(nest.nest_id), nest, wishes, is_named=False)


def bender_ways() -> list[tuple[str, str]]:
    """How he may be asked to choose, in words; none where there is no choice."""
    return list(BENDER_WAYS.items()) if conf().has_bender and conf().smart_bender else []


def require_creator(act: CommandContext) -> Nest:
    nest = store.get_nest(act.nest)
    if not rights.may_change(nest, act):
        raise Refusal("forbidden", "Only who built this nest may change it.")
    return nest


def apply_changes(act: CommandContext, nest: Nest, wishes: Wishes, *, is_named: bool) -> Reply:
    if not wishes:
        raise Refusal("validation_error", "Nothing was named that is to change.")
    reply = lua.change_nest_settings(
        act,
        wishes=json.dumps(texts_of(nest, wishes)),
        is_named=is_named,
        turn_ms=conf().nest_vanity_rate_limit_min * MINUTE_MS or None,
    )
    match reply:
        case ["in_use"]:
            raise Refusal("catalogue_in_use", "It changes only while the queue is empty.")
        case ["too_soon", ms]:
            wait = max(1, math.ceil(int(ms) / 1000))
            raise Refusal("rate_limited", "It has just been renamed.", retry_after_s=wait)
    naming.rewrite(nest.nest_id, partial(as_it_lives, life=act.keys.nest_state))
    nest_set.send(sender=None, nest=nest.nest_id)
    return reply


def texts_of(nest: Nest, wishes: Wishes) -> dict[str, str]:
    """As the nest's own memory keeps them. Raises Refusal for what cannot be here."""
    if "catalogue" in wishes:
        check_catalogue(nest, wishes["catalogue"])
    fresh = validate_settings(wishes, is_main=nest.is_main)
    return {name: records.text_of_setting(value) for name, value in fresh.items()}


def validate_settings(wishes: Wishes, *, is_main: bool = False) -> dict[str, Any]:
    """Those wishes that are settings, as a nest has them. Raises Refusal."""
    fresh = {name: value for name, value in wishes.items() if name in records.SETTINGS}
    if fresh.get("emoji"):
        fresh["emoji"] = naming.clean_emoji(fresh["emoji"])
    if fresh.get("bender") and not conf().has_bender:
        raise Refusal("feature_not_allowed", "On this server Bender is switched off.")
    hooks.check_bender(fresh.get("bender_profile"), fresh.get("bender_weights"), is_main=is_main)
    return fresh


def check_catalogue(nest: Nest, name: str | None) -> None:
    if nest.is_main:
        raise Refusal("forbidden", "What the Main Nest plays from is a setting of the server.")
    if name is not None:
        store.require_catalogue(name)


def as_it_lives(nest: Nest, life: str) -> Nest:
    """The nest's own memory decides; the registry is for lists, and for the next life.

    It is read at every try, so that of two changes at once the later one stays.
    """
    return replace(nest, **records.settings_in(redis().hgetall(life)))
