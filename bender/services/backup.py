"""When no strategy has an idea: songs set aside for that, then the house's own library."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from andre.act import Act
from andre.conf import conf
from andre.keys import NestKeys
from andre.protocol.shapes import Track
from andre.redis import redis
from bender import runs
from bender.context import Context, Pick
from bender.dice import NoPick, in_leniency, one_of
from bender.lua import lua
from bender.rules import is_welcome
from bender.runs import Made
from bender.shelf import asked
from player.catalogues import CATALOGUES

BACKUP, LIBRARY = "backup", "library"


def instead(context: Context, found: NoPick) -> Made | NoPick:
    tracks = list(set_aside(context.nest))
    for lenient in in_leniency(context):
        welcome = [
            Pick(track, "It was set aside for a moment like this.")
            for track in tracks
            if is_welcome(track, lenient)
        ]
        if welcome:
            pick = one_of(welcome, lenient)
            return Made(
                pick, BACKUP, runs.CLASSIC, 0.0, "; ".join(found.reasons.values()), found.reasons
            )
    if conf().andre_mix_catalogues and context.catalogue.name != LIBRARY:
        at_home = replace(context, catalogue=CATALOGUES[LIBRARY])
        return runs.make(at_home, runs.CLASSIC, asked)
    return found


def keep(nest: str, tracks: Iterable[Track], *, anew: bool) -> int:
    """Set these aside; how many are then. Raises NoSuchNest."""
    told = [[track.uri, track.model_dump_json()] for track in tracks]
    _, count = lua.set_aside(Act(nest), tracks=json.dumps(told), anew=anew)
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
