"""Songs that wait for approval, and what becomes of them."""

import json

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.frames import Answer
from player.playback import scheduler
from player.queue.queue import depth_alone
from player.scripts import lua


def approve_song(act: CommandContext, song_id: int) -> Answer:
    """It gets its turn. Raises Refusal: what no longer waits, or has no place."""
    reply = lua.approve_song(act, song_id=song_id, limits=json.dumps(depth_alone(act.nest)))
    match reply:
        case ["approved", rev, queued, *due]:
            scheduler.schedule(act.nest, *due)
            return {"rev": int(rev), "song_id": int(queued)}
        case ["refused", text]:
            refused = json.loads(text)
            raise Refusal(refused["error"], refused["message"])
        case _:
            raise no_proposal()


def refuse_song(act: CommandContext, song_id: int) -> Answer:
    """Raises Refusal `song_not_queued`."""
    match lua.refuse_song(act, song_id=song_id):
        case ["refused", rev]:
            return {"rev": int(rev)}
        case _:
            raise no_proposal()


def no_proposal() -> Refusal:
    return Refusal("song_not_queued", "This song does not wait for approval any more.")
