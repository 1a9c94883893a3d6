"""Keeping a nest's queue from running dry: the preview is queued, and another one thought of."""

from collections import defaultdict
from random import Random, SystemRandom

import structlog

from andre.core.conf import conf
from andre.core.context import CommandContext, autoplay_depth
from andre.core.errors import NoSuchNest
from bender.filling import fallback_tracks, preview
from bender.filling.nest_state import NestState, context_of, read
from bender.filling.pick_cache import PickCache
from bender.runs import run_log, runner
from bender.runs.runner import RunPick
from bender.scripts import lua
from bender.selection.selector import NoPick
from nests.registry import store
from nests.registry.records import Nest
from player.catalogues import CATALOGUES
from player.playback import autoplay_requests, scheduler

MINUTE_MS = 60_000
STEPS_A_SONG = 4  # To think, to queue, and to think again where somebody was faster, twice.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 600_000

Fills = defaultdict[str, list[RunPick]]  # Picks by the profile that was asked for them.

log = structlog.get_logger(__name__)


def fill_queue(nest_id: str, rng: Random | None = None) -> None:
    """Whatever there is to do: nothing, a new preview, songs. Twice is once."""
    autoplay_requests.take(nest_id)
    nest = store.find_nest(nest_id)
    if nest is None:
        return
    made: Fills = defaultdict(list)
    try:
        fill(nest, rng or SystemRandom(), made)
    except NoSuchNest:
        return
    run_log.record_fill(nest_id, made)


def fill(nest: Nest, rng: Random, made: Fills) -> None:
    for _ in range(STEPS_A_SONG * (autoplay_depth(nest.nest_id) + 1)):
        room = read(nest)
        if must_not_fill(room):
            preview.drop(room)
            return
        if not preview.is_current(room):
            found = think(room, rng)
            if isinstance(found, NoPick):
                preview.drop(room)
                wait(room, found)
                return
            made[room.nest.asks].append(found)
            preview.save_preview(room, found)
        elif len(room.queue) < room.wanted:
            queue_preview(room)
        else:
            return


def must_not_fill(room: NestState) -> bool:
    """He is off, nobody listens, songs come again by themselves, or he has played long enough."""
    repeats = room.playback["repeat_mode"] != "off"
    has_catalogue = room.nest.plays_from in CATALOGUES
    is_off = room.wanted == 0 or not room.names or not has_catalogue
    return is_off or repeats or has_played_long_enough(room)


def has_played_long_enough(room: NestState) -> bool:
    """His next song would begin that long after the last one of a person."""
    coming = [*room.queue, *([room.song] if room.song else [])]
    if not all(row["auto"] for row in coming):
        return False
    since_ms = room.now_ms if room.streak_ms is None else room.streak_ms
    return bool(room.now_ms + room.waits_ms - since_ms >= conf().max_bender_minutes * MINUTE_MS)


def think(room: NestState, rng: Random) -> RunPick | NoPick:
    context = context_of(room, rng)
    shelf = PickCache(room.nest.nest_id)
    shelf.keep_seed(context.seed.uri if context.seed else "")
    found = runner.make(context, room.nest.asks, shelf.offers)
    return fallback_tracks.instead(context, found) if isinstance(found, NoPick) else found


def queue_preview(room: NestState) -> None:
    reply = lua.take_preview(
        CommandContext(room.nest.nest_id),
        track=room.preview["track"],
        depth_limit=None if room.nest.is_main else conf().nest_max_queue_depth,
        no_repeat_ms=0,  # What may be shown as the next song may be it.
    )
    match reply:
        case ["taken", _, due]:
            scheduler.schedule(room.nest.nest_id, due)


def wait(room: NestState, found: NoPick) -> None:
    """Try again in half a minute, then in twice that, up to ten minutes."""
    nest = room.nest.nest_id
    _, failures = lua.note_failure(CommandContext(nest))
    wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (int(failures) - 1))
    autoplay_requests.renew_requests(nest, room.now_ms + wait_ms)
    log.info("no_pick", nest=nest, reasons=dict(found.reasons), wait_s=wait_ms // 1000)
