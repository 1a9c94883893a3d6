"""Votes move songs up and down the queue."""

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.frames import Answer
from player.queue.queue import song_not_queued
from player.scripts import lua

SWITCHED_OFF = {
    "votes": "In this nest songs are not voted for.",
    "downvotes": "In this nest songs are not voted down.",
}


def cast(act: CommandContext, song_id: int, direction: int) -> Answer:
    """Raises Refusal `own_vote`, `feature_not_allowed` or `song_not_queued`."""
    match lua.cast_vote(act, song_id=song_id, direction=direction):
        case ["cast", rev, net, order]:
            return {"rev": int(rev), "net": int(net), "order": float(order)}
        case ["unchanged", rev]:
            return {"rev": int(rev)}
        case ["own_vote"]:
            raise Refusal("own_vote", "Your own song is up to the others.")
        case ["off", what]:
            raise Refusal("feature_not_allowed", SWITCHED_OFF[what])
        case _:
            raise song_not_queued()
