"""Frames as texts: reading commands, writing answers."""

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from andre.core.errors import Refusal
from andre.protocol.commands import COMMAND, Command

FRAME_LIMIT = 16 * 1024  # bytes
# U+0000 as JSON spells it: a backslash that no other backslash has taken for itself.
NUL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
Answer = dict[str, Any]


def parse_frame(frame: str, adapter: TypeAdapter[Any] = COMMAND) -> Command:
    """Raises Refusal, as a rule `malformed`, naming the first fault."""
    if len(frame) > FRAME_LIMIT or len(frame.encode(errors="replace")) > FRAME_LIMIT:
        raise Refusal("malformed", "This message is too long.")
    if has_nul_escape(frame):
        raise Refusal("malformed", "There is a character in this that no text has (U+0000).")
    try:
        command: Command = adapter.validate_json(frame)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        code = "invalid_repeat_mode" if where.endswith("repeat_mode") else "malformed"
        raise Refusal(code, f"{where or 'message'}: {fault['msg']}") from error
    return command


def has_nul_escape(text: str) -> bool:
    return "u0000" in text and NUL_ESCAPE.search(text) is not None


def id_of(frame: str) -> str | None:
    """The id to answer under, also of a command that could not be read."""
    try:
        found = json.loads(frame).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return found if isinstance(found, str) and 1 <= len(found) <= 64 else None


def done_frame(command_id: str, answer: Answer) -> str:
    return json.dumps({"type": "done", "id": command_id, **answer})


def refusal_frame(command_id: str, refusal: Refusal) -> str:
    return json.dumps({"type": "refused", "id": command_id, **refusal.body()})
