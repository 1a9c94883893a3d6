"""What people of a nest write to each other: a short list in its memory, which ends with it."""

import json
import math
from typing import Any

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import public_person
from andre.core.redis import redis
from andre.core.text import clean_text
from andre.protocol.frames import Answer
from nests.hooks import hooks
from nests.scripts import lua

MOST_CHARACTERS = 500
MESSAGES_KEPT = 500
MESSAGES_PER_WINDOW, WINDOW_MS = 5, 3_000

REFUSALS = {
    "disabled": ("chat_disabled", "Chat is off in this nest."),
    "empty": ("validation_error", "There is nothing to be read in this message."),
    "too_long": ("message_too_long", f"A message has at most {MOST_CHARACTERS} characters."),
    "no_song": ("song_not_queued", "This song neither waits nor plays, and has not just played."),
    "duplicate": ("duplicate_message", "You have just written the same."),
}


def send(act: CommandContext, text: str, song_id: int | None, mentions: list[str]) -> Answer:
    """Raises Refusal `chat_disabled`, `validation_error`, `message_too_long`, `song_not_queued`,
    `rate_limited`, `duplicate_message` or `muted`, in this order.
    """
    said = clean_text(text)
    title = "" if song_id is None else hooks.title_of_song(act.nest, song_id)
    message = public_person(act.user, act.name, act.picture) | {
        "text": said,
        "song": {"song_id": song_id, "title": title} if title else None,
        "mentions": list(dict.fromkeys(mentions)),
    }
    reply = lua.send_chat_message(
        act,
        message=json.dumps(message)[:-1],
        text_sent=said,
        characters=len(said),
        most_characters=MOST_CHARACTERS,
        song_id=song_id,
        song_title=title,
        most=MESSAGES_PER_WINDOW if conf().andre_limits_enabled else None,
        window_ms=WINDOW_MS,
        cooldown_ms=conf().chat_cooldown_seconds * 1000,
        kept=MESSAGES_KEPT,
        face=act.arg("face"),
    )
    match reply:
        case ["sent", rev, message_id]:
            return {"rev": int(rev), "message_id": int(message_id)}
        case ["too_many", wait_ms]:
            raise too_many(math.ceil(int(wait_ms) / 1000))
        case ["muted", kept]:
            raise refuse_muted(json.loads(kept)["reason"])
        case [outcome]:
            raise Refusal(*REFUSALS[outcome])
        case _:
            raise TypeError(reply)


def refuse_muted(reason: str) -> Refusal:
    sentence = "You are muted in this nest: you can read the chat, but not write."
    return Refusal("muted", f"{sentence} {reason}".strip(), reason=reason)


def too_many(seconds: int) -> Refusal:
    sentence = f"Rate limit: {MESSAGES_PER_WINDOW} messages in {WINDOW_MS // 1000} s are enough."
    return Refusal("rate_limited", sentence, retry_after_s=seconds)


def read(nest: str, before: int | None, limit: int) -> dict[str, Any]:
    """The latest messages, or those before one of them, oldest first."""
    kept = [json.loads(each) for each in redis().lrange(NestKeys(nest).chat, 0, -1)]
    found = [each for each in kept if before is None or each["message_id"] < before]
    return {"messages": found[-limit:], "has_older": len(found) > limit}
