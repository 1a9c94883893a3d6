"""When no strategy has an idea: songs set aside for that, then the house's own library."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.shapes import Track
from bender.filling.pick_cache import ask_strategy
from bender.runs import runner
from bender.runs.runner import RunPick
from bender.scripts import lua
from bender.selection.context import Context, Pick
from bender.selection.rules import is_welcome
from bender.selection.selector import NoPick, one_of, relax
from player.catalogues import CATALOGUES

BACKUP, LIBRARY = "backup", "library"


def instead(context: Context, found: NoPick) -> RunPick | NoPick:
    tracks = list(set_aside(context.nest))
    for lenient in relax(context):
        welcome = [
            Pick(track, "It was set aside for a moment like this.")
            for track in tracks
            if is_welcome(track, lenient)
        ]
        if welcome:
            pick = one_of(welcome, lenient)
            return RunPick(
                pick, BACKUP, runner.CLASSIC, 0.0, "; ".join(found.reasons.values()), found.reasons
            )
    if conf().andre_mix_catalogues and context.catalogue.name != LIBRARY:
        at_home = replace(context, catalogue=CATALOGUES[LIBRARY])
        return runner.make(at_home, runner.CLASSIC, ask_strategy)
    return found


def save_fallback(nest: str, tracks: Iterable[Track], *, anew: bool) -> int:
    """Set these aside; how many are then. Raises NoSuchNest."""
    told = [[track.uri, track.model_dump_json()] for track in tracks]
    _, count = lua.set_aside(CommandContext(nest), tracks=json.dumps(told), anew=anew)
    return int(count)


def set_aside(nest: str) -> Iterator[Track]:
    keys = NestKeys(nest)
    uris = redis().lrange(keys.backup_queue, 0, -1)
    for text in redis().hmget(keys.backup_queue_data, uris) if uris else []:
        if track := track_in(text):
            yield track


def track_in(text: str | None) -> Track | None:
    """None for what is not there, or what another version of Andre set aside."""
    try:
        return Track.model_validate_json(text) if text else None
    except ValidationError:
        return None
