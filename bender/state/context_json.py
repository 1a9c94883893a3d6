"""A context as JSON and back: a job that runs later chooses from what was there when it was asked
for, by the same rng.
"""

from collections import Counter
from dataclasses import asdict, fields
from random import Random
from typing import Any

from andre.protocol.shapes import Track
from bender.selection.context import Context
from bender.selection.tastes import Listener
from bender.state.play_history import PlayHistory
from player.catalogues import CATALOGUES
from player.queue.rules import SongRules

COUNTED = ("plays", "jams", "rejections")
APART = ("catalogue", "rng", "history", "seed", "listeners", "queued", "rules")


def dump(context: Context) -> dict[str, Any]:
    plain = {field.name: getattr(context, field.name) for field in fields(Context)}
    return {name: value for name, value in plain.items() if name not in APART} | {
        "catalogue": context.catalogue.name,
        "seed": context.seed.model_dump() if context.seed else None,
        "queued": sorted(context.queued),
        "rules": asdict(context.rules),
        "listeners": [asdict(listener) for listener in context.listeners],
    }


def load(found: dict[str, Any], rng: Random) -> Context:
    plain = {name: value for name, value in found.items() if name not in APART}
    return Context(
        **plain | {"lineup": tuple(found["lineup"])},
        catalogue=CATALOGUES[found["catalogue"]],
        rng=rng,
        history=PlayHistory(),
        seed=Track.model_validate(found["seed"]) if found["seed"] else None,
        queued=frozenset(found["queued"]),
        rules=SongRules(**found["rules"] | {"blocked": tuple(found["rules"]["blocked"])}),
        listeners=tuple(map(listener, found["listeners"])),
    )


def listener(found: dict[str, Any]) -> Listener:
    return Listener(**found | {name: Counter(found[name]) for name in COUNTED})
