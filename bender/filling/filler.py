"""Keeping a nest's queue from running dry.

A fill reads the nest once and goes on from there: what is shown is queued, the next song is chosen
and shown, until enough wait. Every change is a script that looks again; where somebody was faster,
the nest is read anew.
"""

from dataclasses import replace
from random import Random, SystemRandom

import structlog

from andre.core.context import CommandContext, autoplay_depth
from andre.core.errors import NoSuchNest
from andre.telemetry import metrics
from bender.filling import fallback_tracks, preview
from bender.filling.pick_cache import PickCache
from bender.runs import run_log
from bender.scripts import lua
from bender.selection import profiles
from bender.selection.context import NoPick, Pick
from bender.state.frozen_context import freeze_context
from bender.state.nest_state import NestState, read_nest_state
from nests.registry import store
from nests.registry.records import Nest
from player.catalogues import CATALOGUES
from player.playback import autoplay_requests

MINUTE_MS = 60_000
STEPS_A_SONG = 4  # To choose, to queue, and to choose again where somebody was faster, twice.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 600_000

log = structlog.get_logger(__name__)


def fill_queue(nest_id: str, rng: Random | None = None) -> None:
    """Whatever there is to do: nothing, a new preview, songs. Twice is once."""
    autoplay_requests.take(nest_id)
    nest = store.find_nest(nest_id)
    if nest is None:
        return
    picks: list[Pick] = []
    try:
        top_up(nest, rng or SystemRandom(), picks)
    except NoSuchNest:
        return
    run_log.record_fill(nest_id, picks)


def top_up(nest: Nest, rng: Random, picks: list[Pick]) -> None:
    """Queue what is wanted and show what comes next; what was chosen joins `picks`.

    Raises NoSuchNest.
    """
    state = read_nest_state(nest)
    for _ in range(STEPS_A_SONG * (autoplay_depth(nest.nest_id) + 1)):
        if must_not_fill(state):
            preview.hide(state)
            return
        if preview.is_current(state):
            if len(state.queue) >= state.wanted:
                return
            state = preview.take_preview(state)
            continue
        pick = choose_song(state, rng)
        if isinstance(pick, NoPick):
            preview.hide(state)
            metrics.bender_failures.inc()
            wait_longer(state, pick)
            return
        picks.append(pick)
        metrics.bender_picks.labels(pick.strategy).inc()
        state = preview.show(state, pick)


def must_not_fill(state: NestState) -> bool:
    """He is off, nobody listens, songs come again by themselves, or he has played long enough."""
    repeats = state.playback["repeat_mode"] != "off"
    has_catalogue = state.nest.plays_from in CATALOGUES
    is_off = state.wanted == 0 or not state.names or not has_catalogue
    return is_off or repeats or has_played_long_enough(state)


def has_played_long_enough(state: NestState) -> bool:
    """His next song would begin that long after the last one of a person."""
    if not all(row["auto"] for row in state.coming):
        return False
    since_ms = state.now_ms if state.streak_ms is None else state.streak_ms
    most_ms = state.nest.setting("bender_max_minutes") * MINUTE_MS
    return bool(state.now_ms + state.waits_ms - since_ms >= most_ms)


def choose_song(state: NestState, rng: Random) -> Pick | NoPick:
    """By the nest's profile, else by what was set aside for that. Raises NoSuchNest."""
    context = freeze_context(state, rng)
    cache = PickCache(state.nest.nest_id)
    cache.keep_seed(context.seed.uri if context.seed else "")
    found = profiles.choose_by_profile(context, state.nest.asks, cache.offers)
    if isinstance(found, NoPick):
        found = fallback_tracks.choose_fallback(context, found)
    return found if isinstance(found, NoPick) else replace(found, profile=state.nest.asks)


def wait_longer(state: NestState, found: NoPick) -> None:
    """Try again in half a minute, then in twice that, up to ten minutes. Raises NoSuchNest."""
    nest = state.nest.nest_id
    _, failures = lua.note_failure(CommandContext(nest))
    wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (int(failures) - 1))
    autoplay_requests.renew_requests(nest, state.now_ms + wait_ms)
    log.info("bender_no_candidate", nest=nest, reasons=dict(found.reasons), wait_s=wait_ms // 1000)
