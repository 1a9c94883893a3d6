"""When no strategy finds a song: the fallback songs of the nest, then the server's own library."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import ValidationError

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.frames import Answer
from andre.protocol.shapes import Track
from bender.scripts import lua
from bender.selection import profiles
from bender.selection.context import Context, NoPick, Pick
from bender.selection.rules import is_welcome
from bender.selection.selector import one_of, relax
from bender.selection.strategies import ask_strategy
from player import providers
from player.catalogues import CATALOGUES

BACKUP, LIBRARY = "backup", "library"
REASON = "One of the fallback songs of this nest."


def choose_fallback(context: Context, found: NoPick) -> Pick | NoPick:
    """In place of what no strategy of the profile found."""
    tracks = list(list_fallback(context.nest))
    for lenient in relax(context):
        welcome = [Pick(track, REASON) for track in tracks if is_welcome(track, lenient)]
        if welcome:
            return replace(
                one_of(welcome, lenient),
                strategy=BACKUP,
                provider=profiles.CLASSIC,
                fallback_reason="; ".join(found.reasons.values()),
                reasons=found.reasons,
            )
    if conf().andre_mix_catalogues and context.catalogue.name != LIBRARY:
        at_home = replace(context, catalogue=CATALOGUES[LIBRARY])
        return profiles.choose_by_profile(at_home, profiles.CLASSIC, ask_strategy)
    return found


def set_fallback_songs(act: CommandContext, uris: Iterable[str], *, replaces: bool) -> Answer:
    """The songs of these tracks, albums and artists. Raises Refusal for an address without any."""
    tracks = [track for uri in uris for track in providers.expand(uri)]
    rows = [[track.uri, track.model_dump_json()] for track in tracks]
    _, rev, count = lua.set_fallback_songs(act, tracks=json.dumps(rows), replaces=replaces)
    return {"rev": int(rev), "count": int(count)}


def list_fallback(nest: str) -> Iterator[Track]:
    keys = NestKeys(nest)
    uris = redis().lrange(keys.backup_queue, 0, -1)
    for text in redis().hmget(keys.backup_queue_data, uris) if uris else []:
        if track := parse_track(text):
            yield track


def parse_track(text: str | None) -> Track | None:
    """None for what is not there, or what another version of Andre stored."""
    try:
        return Track.model_validate_json(text) if text else None
    except ValidationError:
        return None
