"""Twice a minute, every nest: what a lost task or a crashed process left behind is put right."""

from nests.services import members, rooms
from player.services import history, hunger, playback


def sweep() -> None:
    for nest in rooms.list_nests():
        members.prune(nest.nest_id)
        playback.tick(nest.nest_id)
        history.record(nest.nest_id)
        hunger.look_after(nest.nest_id)
