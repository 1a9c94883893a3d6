"""What a nest is set to, and how that changes: by its creator, or by whoever runs the server."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_args

from pydantic import TypeAdapter

from andre.core.conf import conf
from andre.core.context import CommandContext, default_setting
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.redis import Reply, redis
from andre.core.text import clean_text
from andre.plans import plans
from andre.protocol.frames import Answer
from andre.protocol.nest_presets import NEST_PRESETS
from andre.protocol.nest_settings import NEST_SETTINGS, Feature, Group, NestSetting
from nests.hooks import hooks
from nests.registry import contrast, naming, records, states, store, vanity_codes
from nests.registry.records import Nest
from nests.scripts import lua
from nests.signals import nest_set

MINUTE_MS = 60_000

Wishes = Mapping[str, Any]  # By name, of the right type: the command that carried them is closed.


def change(act: CommandContext, wishes: Wishes) -> Answer:
    """Set a nest up: all that is wished, or a Refusal and nothing.

    One script decides about everything, the turn to have another name included. A new name
    follows when the rest holds: it has to find an address first, and is told by its own event.
    """
    nest = store.get_nest(act.nest)
    if nest.is_main and "name" in wishes:
        raise Refusal("forbidden", "The Main Nest keeps its name.")
    name = naming.validate_name(wishes["name"]) if "name" in wishes else None
    before = {name: nest.setting(name) for name in ("is_private", "entry_mode")}
    require_entry_mode({**before, **wishes})
    require_playlist(act, wishes, nest.creator)
    require_contrast(nest, wishes)
    if "vanity_code" in wishes:
        return change_with_vanity(act, nest, wishes, name)
    reply = apply_changes(act, nest, wishes, name)
    if name is None:
        return {"rev": int(reply[1])}
    if reply[0] == "announced":  # By an earlier same command.
        return naming.rename_answer(reply)
    return naming.announce_name(act, naming.rename(nest.nest_id, name))


def change_with_vanity(act: CommandContext, nest: Nest, wishes: Wishes, name: str | None) -> Answer:
    """The address is kept for the nest first, so that nothing is changed where it is taken."""
    code = vanity_codes.validate_vanity(wishes["vanity_code"], nest)
    vanity_codes.reserve_vanity(act, nest, code)
    try:
        reply = apply_changes(act, nest, wishes, name)
    except Refusal:
        vanity_codes.free_vanity(nest, code)
        raise
    if reply[0] == "announced":  # By an earlier same command.
        vanity_codes.free_vanity(nest, code)
        return naming.rename_answer(reply)
    if name is not None:
        naming.rename(nest.nest_id, name)
    return naming.announce_name(act, vanity_codes.claim_vanity(nest.nest_id, code))


def apply_changes(act: CommandContext, nest: Nest, wishes: Wishes, name: str | None) -> Reply:
    """Raises Refusal `catalogue_in_use`, `rate_limited` or `validation_error`."""
    if not wishes:
        raise Refusal("validation_error", "Nothing was named that is to change.")
    reply = lua.change_nest_settings(
        act,
        wishes=json.dumps(texts_of(nest, wishes)),
        shown=describe_shown(nest.nest_id),
        song_rules=json.dumps([row.name for row in NEST_SETTINGS.values() if row.group == "Songs"]),
        is_named=name is not None,
        is_announced=name is not None or "vanity_code" in wishes,
        turn_ms=conf().nest_vanity_rate_limit_min * MINUTE_MS or None,
        house_catalogue=act.arg("house_catalogue"),
        creator=nest.creator,
        creator_id=nest.creator_id,
        creator_name=nest.creator_name,
    )
    match reply:
        case ["in_use"]:
            raise Refusal("catalogue_in_use", "It changes only while the queue is empty.")
        case ["too_soon", ms]:
            wait = max(1, math.ceil(int(ms) / 1000))
            raise Refusal("rate_limited", "It has just been renamed.", retry_after_s=wait)
    keep_registered(nest.nest_id)
    if "control_mode" in wishes:
        states.follow_grace(nest.nest_id)
    nest_set.send(sender=None, nest=nest.nest_id)
    return reply


def texts_of(nest: Nest, wishes: Wishes) -> dict[str, str]:
    """As the nest's own memory keeps them. Raises Refusal for what cannot be here."""
    fresh = validate_settings(wishes, is_main=nest.is_main)
    return {name: records.text_of_setting(value) for name, value in fresh.items()}


def validate_settings(wishes: Wishes, *, is_main: bool = False) -> dict[str, Any]:
    """Those wishes that are settings, as a nest has them. Raises Refusal."""
    fresh = {name: value for name, value in wishes.items() if name in NEST_SETTINGS}
    for name, value in fresh.items():
        require_possible(NEST_SETTINGS[name], value, is_main=is_main)
    if fresh.get("emoji"):
        fresh["emoji"] = naming.clean_emoji(fresh["emoji"])
    if fresh.get("blocked"):
        fresh["blocked"] = clean_list(fresh["blocked"])
    if fresh.get("catalogue"):
        store.require_catalogue(fresh["catalogue"])
    hooks.check_bender(fresh.get("bender_profile"), fresh.get("bender_weights"), is_main=is_main)
    return fresh


def require_entry_mode(set_to: Wishes) -> None:
    """Raises Refusal `invalid_entry_mode` for a private nest that nobody could come into."""
    if set_to.get("is_private") and not set_to.get("entry_mode"):
        raise Refusal(
            "invalid_entry_mode", "Say how people come in: by approval, password or invitation."
        )


def require_playlist(act: CommandContext, wishes: Wishes, creator: str) -> None:
    """Raises Refusal `playlist_not_found`."""
    if wishes.get("bender_playlist") is not None:
        hooks.check_playlist(wishes["bender_playlist"], act.user, creator)


def require_contrast(nest: Nest, wishes: Wishes) -> None:
    """Raises Refusal `validation_error` for a theme in which something could not be read.

    An accent alone is made lighter or darker by the page, as its ground asks for it.
    """
    names = ("theme_accent", "theme_background")
    accent, background = (wishes.get(name, nest.setting(name)) for name in names)
    if not background or not any(wishes.get(name) for name in names):
        return
    if not contrast.carries_text(background):
        raise Refusal("validation_error", "On this background text could not be read.")
    if accent and not contrast.stands_out(accent, background):
        raise Refusal("validation_error", "These two colours are too close to tell them apart.")


def clean_list(texts: list[str]) -> list[str]:
    """Each once, on one line, without what no text has."""
    return [text for text in dict.fromkeys(map(clean_text, texts)) if text]


def require_possible(row: NestSetting, value: object, *, is_main: bool) -> None:
    """Raises Refusal for what the Main Nest keeps, and for a switch the server does not offer."""
    if is_main and row.fixed_in_main:
        raise Refusal("forbidden", row.fixed_in_main)
    is_bound = row.kind == "switch" or row.group == "Theme"
    if is_bound and value and not records.is_offered(row):
        raise Refusal("feature_not_allowed", row.unavailable)


def list_offered(nest: Nest) -> list[dict[str, Any]]:
    """The rows of the page's dialog, with what stands in it of each."""
    open_to_creator = plans.ALL if nest.is_main else plans.find_features(nest.creator)
    return [
        {
            "name": row.name,
            "kind": row.picks or row.kind,
            "label": row.label,
            "group": row.group,
            "help": row.help,
            "when_empty": row.when_empty,
            "least": bound_of(row, "minimum"),
            "most": bound_of(row, "maximum"),
            "right": row.right,
            "choices": choices_of(row),
            "is_fixed": is_fixed(row, nest, open_to_creator),
        }
        for row in sorted(NEST_SETTINGS.values(), key=place_of_group)
        if row.in_dialog and records.is_offered(row) and has_a_choice(row)
    ]


def is_fixed(row: NestSetting, nest: Nest, open_to_creator: Collection[Feature]) -> bool:
    """Whether nobody changes it in the dialog: the Main Nest's, and what the plan does not open."""
    if nest.is_main and row.fixed_in_main:
        return True
    return row.feature is not None and row.feature not in open_to_creator


def bound_of(row: NestSetting, name: str) -> int | None:
    """Of a number, as JSON's own schema calls it."""
    found: int | None = TypeAdapter(row.type).json_schema().get(name)
    return found


def list_presets(nest: Nest) -> list[dict[str, str]]:
    """What the page's dialog offers at one press; `values` as JSON. No DJ for the Main Nest."""
    return [
        {
            "name": preset.name,
            "label": preset.label,
            "help": preset.help,
            "values": json.dumps(possible_values(preset.values, is_main=nest.is_main)),
        }
        for preset in NEST_PRESETS
        if not (nest.is_main and preset.values["control_mode"])
    ]


def possible_values(values: Mapping[str, Any], *, is_main: bool) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if not (is_main and NEST_SETTINGS[name].fixed_in_main)
    }


def place_of_group(row: NestSetting) -> int:
    return get_args(Group).index(row.group)


def has_a_choice(row: NestSetting) -> bool:
    return row.kind != "choice" or len(choices_of(row)) > 1


def choices_of(row: NestSetting) -> list[tuple[str, str]]:
    """Each value with what the page calls it, as far as this server has it."""
    if row.name == "catalogue":
        titles = hooks.titles()
        return [(name, titles.get(name, name)) for name in conf().catalogues]
    hidden = () if conf().nest_admin_enabled or row.name != "entry_mode" else ("invitation",)
    return [(value, row.choices.get(value, value)) for value in row.values if value not in hidden]


def describe_shown(nest: str) -> str:
    """What the script needs to tell everybody what the nest is set to, now that it is changed."""
    return json.dumps(
        [
            {
                "name": row.name,
                "kind": row.kind,
                "otherwise": records.text_of_setting(default_setting(row.name, nest)),
                "is_offered": records.is_offered(row),
            }
            for row in records.list_shown_settings()
        ]
    )


def keep_registered(nest_id: str) -> Nest:
    """Write down in the registry, for lists, what the nest's own memory says of it."""
    return naming.rewrite(nest_id, partial(as_it_lives, key=NestKeys(nest_id).nest_state))


def as_it_lives(nest: Nest, key: str) -> Nest:
    """The nest's own memory decides; the registry is for lists, and for the next life.

    It is read at every try, so that of two changes at once the later one stays.
    """
    life = redis().hgetall(key)
    return replace(
        nest,
        settings=records.settings_in(life),
        dj=life.get("dj", ""),
        dj_name=life.get("dj_name", ""),
    )
