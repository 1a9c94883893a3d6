"""Frames as texts: reading commands, writing answers."""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from andre.core.errors import Refusal
from andre.protocol.commands import COMMAND, Command

FRAME_LIMIT = 16 * 1024  # bytes
# U+0000 as JSON spells it: a backslash that no other backslash has taken for itself.
NUL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
# Faults of these fields have codes of their own.
CODES = {"repeat_mode": "invalid_repeat_mode", "entry_mode": "invalid_entry_mode"}
Answer = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


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
        raise Refusal(
            CODES.get(where.rpartition(".")[2], "malformed"),
            f"{where or 'message'}: {fault['msg']}",
        ) from error
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


def validate_body(model: type[Model], data: object) -> Model:
    """A body of the API. Raises Refusal `validation_error`."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        code = CODES.get(where, "validation_error")
        raise Refusal(code, f"{where or 'body'}: {fault['msg']}") from error
