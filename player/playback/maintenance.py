"""Twice a minute, every nest: what a lost task or a crashed process left behind is put right."""

from andre.core.failure_log import log_failure
from nests.membership import members
from nests.registry import store
from player.history import history
from player.playback import autoplay_requests, playback


def repair_nests() -> None:
    """Every nest, whatever becomes of another: one that fails is logged and tried again."""
    nests = [nest.nest_id for nest in store.list_nests()]
    for nest in nests:
        with log_failure("sweep_failed", nest=nest):
            members.prune(nest)
            playback.tick(nest)
            autoplay_requests.look_after(nest)
    # Last: while the database is away all of the above still happens.
    for nest in nests:
        with log_failure("history_failed", nest=nest):
            history.record(nest)
