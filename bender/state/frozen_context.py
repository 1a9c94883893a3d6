"""The frozen context that Bender chooses by, made from a nest's state."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import structlog

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.flags import flags
from andre.protocol.shapes import Track
from bender.selection import strategies
from bender.selection.context import Context
from bender.state import listener_tastes
from bender.state.nest_state import NestState
from bender.state.play_history import PlayHistory
from nests.registry import seeds
from player import providers
from player.catalogues import CATALOGUES
from player.library.text_folding import fold
from player.playlists import nest_playlists
from player.queue.rules import rules_of
from player.track_rows import EPISODE, track_of_song

MINUTE_MS = 60_000

log = structlog.get_logger(__name__)


def freeze_context(state: NestState, rng: Random, *, allows_explicit: bool = True) -> Context:
    nest = state.nest
    rules, gap = rules_of(nest), nest.setting("artist_gap_minutes")
    from_playlist = seed_of_playlist(state, rng)
    seed, seed_by = (from_playlist, "") if from_playlist else seed_of(state)
    return Context(
        nest=nest.nest_id,
        is_main=nest.is_main,
        catalogue=CATALOGUES[nest.plays_from],
        now_ms=state.now_ms,
        waits_ms=state.waits_ms,
        rng=rng,
        weights=strategies.weights(nest.bender_weights),
        history=PlayHistory(),
        seed=seed,
        seed_by=seed_by,
        is_from_playlist=from_playlist is not None,
        hint=(nest.genre_hint or "").strip().lower() or None,
        queued=frozenset(row["trackid"] for row in state.coming),
        recent=state.recent,
        filtered=dict(filters_in_force(state)),
        heard=last_heard_by_artist(state),
        lineup=tuple(fold(row["artist"]) for row in reversed(state.rows)),
        listeners=listener_tastes.listeners(nest.nest_id, state.names, state.plays, state.now_ms),
        rules=replace(rules, allows_explicit=rules.allows_explicit and allows_explicit),
        is_smart=flags.is_on("smart_bender"),
        no_repeat_ms=nest.setting("no_repeat_minutes") * MINUTE_MS,
        artist_gap=conf().artist_gap,
        artist_gap_ms=(conf().artist_gap_minutes if gap is None else gap) * MINUTE_MS,
    )


def filters_in_force(state: NestState) -> Iterator[tuple[str, str]]:
    """(address, why) of each track that he leaves alone now."""
    for uri, text in state.filters.items():
        why, _, until = text.rpartition(":")
        if float(until) > state.now_ms:
            yield uri, why


def last_heard_by_artist(state: NestState) -> dict[str, int]:
    """When each artist was heard last; who waits or plays is heard now."""
    found = {fold(play["song"]["artist"]): play["ended_ms"] for play in reversed(state.plays)}
    return found | {fold(row["artist"]): state.now_ms for row in state.coming}


def seed_of_playlist(state: NestState, rng: Random) -> Track | None:
    """A song of the playlist that the nest is set to go by, another each time; None without one."""
    nest, chosen = state.nest, state.nest.setting("bender_playlist")
    if chosen is None:
        return None
    playlist = nest_playlists.find_for_nest(chosen, nest.creator)
    if playlist is None:
        log.warning("bender_playlist_unreadable", nest=nest.nest_id, playlist=chosen)
        return None
    found = nest_playlists.pick_track(playlist, rng, nest.plays_from)
    if found is None:
        log.warning("bender_playlist_empty", nest=nest.nest_id, playlist=chosen)
    return found


def seed_of(state: NestState) -> tuple[Track | None, str]:
    """The first that applies, and whose it is: a person's last, Bender's last, what plays, the
    nest's own. Episodes of podcasts never are.
    """
    playing = state.song["trackid"] if state.song else ""
    for uri in (state.last_queued, state.last_bender, playing, state.nest.seed_uri or ""):
        if not uri or EPISODE in uri:
            continue
        row = next((row for row in state.rows if row["trackid"] == uri), None)
        if row is not None:
            return track_of_song(row), "" if row["auto"] else row["user_name"]
        if track := lookup_known(uri):
            return track, ""
    return None, ""


def lookup_known(uri: str) -> Track | None:
    """From the names of themed nests, where no catalogue has to be asked; else from its own."""
    for themed in seeds.THEMES.values():
        if themed.seed_uri == uri:
            return Track(
                uri=uri,
                provider=uri.partition(":")[0],
                title=themed.seed_title,
                artist=themed.seed_artist,
                album="",
                duration_ms=0,
                image="",
            )
    try:
        return providers.lookup(uri)
    except Refusal:
        return None
