"""Acts that are more than one script, done once under their id: the reply is kept beside them.

A command of a nest keeps its reply in the script that makes the change, in one step. Building a
nest is several steps, in Redis and in the database, and of a deleted one nothing is left to keep a
reply in: these claim their id first.
"""

import json
from collections.abc import Callable

from andre.core.errors import IdReused, Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import redis
from andre.protocol.commands import Command
from andre.protocol.frames import Answer

CLAIM_SECONDS = 60  # Longer than any act takes: a process that dies in one frees its id again.
REPLY_KEPT_SECONDS = 600


def answer_once(user: str, command: Command, work: Callable[[], Answer]) -> Answer:
    """The answer of `work`, or the one that the same command was given before.

    What is refused changes nothing and frees the id. Raises IdReused where the id was used for
    something else, and Refusal `unavailable` while the same act is being done.
    """
    if command.id is None:
        return work()
    key = GLOBAL.act_reply(user, command.id)
    claim = {"command": command.fingerprint}
    if not redis().set(key, json.dumps(claim), nx=True, ex=CLAIM_SECONDS):
        return read_answer(key, command)

    answer = None
    try:
        answer = work()
    finally:
        if answer is None:
            redis().delete(key)
    redis().set(key, json.dumps(claim | {"answer": answer}), ex=REPLY_KEPT_SECONDS)
    return answer


def read_answer(key: str, command: Command) -> Answer:
    """Raises IdReused, and Refusal `unavailable`, as `answer_once` does."""
    kept = json.loads(redis().get(key) or "{}")
    if kept.get("command", command.fingerprint) != command.fingerprint:
        raise IdReused
    if "answer" not in kept:
        raise Refusal("unavailable", "This is being done just now.", retry_after_s=1)
    answer: Answer = kept["answer"]
    return answer
