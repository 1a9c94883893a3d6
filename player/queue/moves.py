"""Moving a song in the queue: the DJ any song, everybody else their own among their own turns."""

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.frames import Answer
from player.queue.queue import song_not_queued
from player.scripts import lua


def move_song(act: CommandContext, song_id: int, before: int | None) -> Answer:
    """Before another song, or behind all.

    Raises Refusal `forbidden`, `fair_queue`, `place_fixed` or `song_not_queued`.
    """
    match lua.move_song(act, song_id=song_id, before_id=before):
        case ["moved", rev, order]:
            return {"rev": int(rev), "order": float(order), "changed": True}
        case ["unchanged", rev]:
            return {"rev": int(rev), "changed": False}
        case ["forbidden"]:
            raise Refusal("forbidden", "In this nest only the DJ moves what others have added.")
        case ["fair_queue"]:
            raise Refusal(
                "fair_queue", "Turns and votes make the order; you can move your own songs."
            )
        case ["locked"]:
            raise Refusal("place_fixed", "This song is certain to play next.")
        case ["placed"]:
            raise Refusal("place_fixed", "The DJ has put this song where it stands.")
        case ["shuffled"]:
            raise Refusal("place_fixed", "The DJ has shuffled this queue.")
        case _:
            raise song_not_queued()
