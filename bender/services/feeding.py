"""Keeping a nest's queue from running dry: the preview is queued, and another one thought of."""

from collections import defaultdict
from random import Random, SystemRandom

import structlog

from andre.act import Act, wanted_depth
from andre.conf import conf
from andre.errors import NoSuchNest
from bender import runs
from bender.dice import NoPick
from bender.lua import lua
from bender.runs import Made
from bender.services import backup, ledger, preview
from bender.services.looking import Room, context_of, look
from bender.shelf import Shelf
from nests.services import rooms
from nests.services.registry import Nest
from player.catalogues import CATALOGUES
from player.services import deadlines, hunger

MINUTE_MS = 60_000
STEPS_A_SONG = 4  # To think, to queue, and to think again where somebody was faster, twice.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 600_000

Fills = defaultdict[str, list[Made]]  # Picks by the profile that was asked for them.

log = structlog.get_logger(__name__)


def feed(nest_id: str, dice: Random | None = None) -> None:
    """Whatever there is to do: nothing, a new preview, songs. Twice is once."""
    hunger.take(nest_id)
    nest = rooms.find_nest(nest_id)
    if nest is None:
        return
    made: Fills = defaultdict(list)
    try:
        fill(nest, dice or SystemRandom(), made)
    except NoSuchNest:
        return
    ledger.record_fill(nest_id, made)


def fill(nest: Nest, dice: Random, made: Fills) -> None:
    for _ in range(STEPS_A_SONG * (wanted_depth(nest.nest_id) + 1)):
        room = look(nest)
        if has_no_say(room):
            preview.drop(room)
            return
        if not preview.is_current(room):
            found = think(room, dice)
            if isinstance(found, NoPick):
                preview.drop(room)
                wait(room, found)
                return
            made[room.nest.asks].append(found)
            preview.keep(room, found)
        elif len(room.queue) < room.wanted:
            queue_preview(room)
        else:
            return


def has_no_say(room: Room) -> bool:
    """He is off, nobody listens, songs come again by themselves, or he has played long enough."""
    repeats = room.playback["repeat_mode"] != "off"
    has_catalogue = room.nest.plays_from in CATALOGUES
    is_off = room.wanted == 0 or not room.names or not has_catalogue
    return is_off or repeats or has_played_long_enough(room)


def has_played_long_enough(room: Room) -> bool:
    """His next song would begin that long after the last one of a person."""
    coming = [*room.queue, *([room.song] if room.song else [])]
    if not all(row["auto"] for row in coming):
        return False
    since_ms = room.now_ms if room.streak_ms is None else room.streak_ms
    return bool(room.now_ms + room.waits_ms - since_ms >= conf().max_bender_minutes * MINUTE_MS)


def think(room: Room, dice: Random) -> Made | NoPick:
    context = context_of(room, dice)
    shelf = Shelf(room.nest.nest_id)
    shelf.keep_seed(context.seed.uri if context.seed else "")
    found = runs.make(context, room.nest.asks, shelf.offers)
    return backup.instead(context, found) if isinstance(found, NoPick) else found


def queue_preview(room: Room) -> None:
    reply = lua.take_preview(
        Act(room.nest.nest_id),
        track=room.preview["track"],
        depth_limit=None if room.nest.is_main else conf().nest_max_queue_depth,
        no_repeat_ms=0,  # What may be shown as the next song may be it.
    )
    match reply:
        case ["taken", _, due]:
            deadlines.note(room.nest.nest_id, due)


def wait(room: Room, found: NoPick) -> None:
    """Try again in half a minute, then in twice that, up to ten minutes."""
    nest = room.nest.nest_id
    _, failures = lua.note_failure(Act(nest))
    wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (int(failures) - 1))
    hunger.note_again(nest, room.now_ms + wait_ms)
    log.info("no_pick", nest=nest, reasons=dict(found.reasons), wait_s=wait_ms // 1000)
