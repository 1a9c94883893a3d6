"""What listeners throw at songs: jams, comments and airhorns."""

import json

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.person_ids import public_person
from andre.core.text import clean_text
from andre.protocol.frames import Answer
from player.queue.queue import song_not_queued
from player.scripts import lua

COMMENT_LENGTH = 280
COMMENTS_PER_SONG = 100
AIRHORN_AHEAD_MS = 300  # Time enough to reach every listener before it sounds.


def toggle_jam(act: CommandContext, song_id: int) -> Answer:
    """Raises Refusal `song_not_queued`."""
    match lua.toggle_jam(act, song_id=song_id, face=act.arg("face")):
        case ["toggled", rev, jammed]:
            return {"rev": int(rev), "jammed": bool(jammed)}
        case _:
            raise song_not_queued()


def add_comment(act: CommandContext, song_id: int, text: str) -> Answer:
    """Raises Refusal `validation_error` or `song_not_queued`."""
    said = clean_text(text)
    if not 1 <= len(said) <= COMMENT_LENGTH:
        raise Refusal("validation_error", f"A comment has 1 to {COMMENT_LENGTH} characters.")
    comment = public_person(act.user, act.name, act.picture) | {"text": said}
    reply = lua.add_comment(
        act,
        song_id=song_id,
        comment=json.dumps(comment)[:-1],
        most=COMMENTS_PER_SONG,
        face=act.arg("face"),
    )
    match reply:
        case ["added", rev]:
            return {"rev": int(rev)}
        case ["full"]:
            raise Refusal("validation_error", "So much has been said about this song already.")
        case _:
            raise song_not_queued()


def blow_airhorn(act: CommandContext, name: str) -> Answer:
    """Raises Refusal `airhorn_cooldown` or `feature_not_allowed`."""
    reply = lua.blow_airhorn(
        act,
        sound=name,
        ahead_ms=AIRHORN_AHEAD_MS,
        expire_count=conf().airhorn_expire_count,
        expire_ms=conf().airhorn_expire_sec * 1000,
        kept=conf().airhorn_list_min_len,
        face=act.arg("face"),
    )
    match reply:
        case ["blown", rev, at_ms, free]:
            return {"rev": int(rev), "at_ms": int(at_ms), "free": bool(free)}
        case ["off"]:
            raise Refusal("feature_not_allowed", "In this nest no airhorns are blown.")
        case [_, wait_ms]:
            seconds = -(-int(wait_ms) // 1000)
            raise Refusal(
                "airhorn_cooldown",
                f"The airhorns need {seconds} s to catch their breath.",
                retry_after_s=seconds,
            )
        case _:
            raise TypeError(reply)
