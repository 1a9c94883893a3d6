"""Twice a minute, every nest: what a lost task or a crashed process left behind is put right."""

from andre.failures import log_failure
from nests.services import members, rooms
from player.services import history, hunger, playback


def sweep() -> None:
    """Every nest, whatever becomes of another: one that fails is logged and tried again."""
    nests = [nest.nest_id for nest in rooms.list_nests()]
    for nest in nests:
        with log_failure("sweep_failed", nest=nest):
            members.prune(nest)
            playback.tick(nest)
            hunger.look_after(nest)
    # Last: while the database is away all of the above still happens.
    for nest in nests:
        with log_failure("history_failed", nest=nest):
            history.record(nest)
