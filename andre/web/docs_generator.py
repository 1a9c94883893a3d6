"""Pages that are read off the code: the wire, the Redis names, the refusals.

`manage.py write_docs` writes them; a test fails while one of them is stale.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from pydantic import BaseModel

from andre.core import keys
from andre.core.errors import STATUS_OF
from andre.protocol import commands, events, shapes

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests/wire"
GENERATED = "<!-- Written by `manage.py write_docs`; change the code it is read off. -->"

Schema = dict[str, Any]

# The wire

NOTICES = (
    events.Welcome,
    events.Heartbeat,
    events.TimelineBeacon,
    events.NestDeleted,
    events.NestExpired,
    events.Done,
    events.Refused,
)
ENVELOPE = """\
Commands are imperative and go to the server; events are past tense and complete. The shapes are
closed: a field nobody wrote down is a fault.

- A command with an `id` is answered exactly once, to its sender: `done` or `refused`. The same `id`
  of the same person in the same nest within ten minutes is the same answer and no second act; for
  another command it is refused with `id_reused`. `probe_clock` on a socket is answered at once,
  whatever its id was used for.
- Every command needs membership: whoever has connected or joined and has not left.
- An event has `rev`, one more than the event's before it, and `ts`, ms of the nest's clock. An old
  snapshot and the events since are the new snapshot; whoever misses one asks with `?since=`.
- Notices speak to one connection and are never replayed.

Sockets: `/socket` (the Main Nest) and `/socket/{nest}`. Streams: `GET /api/events` and
`GET /api/nests/{code}/events`. HTTP: `POST /api/nests/{code}/commands` takes the same frames."""


def protocol_page() -> str:
    sections: list[tuple[str, list[type[BaseModel]]]] = [
        ("Commands", members_of(commands.AnyCommand)),
        ("Events", members_of(events.AnyEvent)),
        ("Notices", list(NOTICES)),
    ]
    blocks = ["# The wire", GENERATED, ENVELOPE]
    for title, models in sections:
        blocks += [f"## {title}", *(block for model in models for block in message(model))]
    return write_page(
        *blocks, "## Shapes", *(block for model in nouns() for block in describe_shape(model))
    )


def members_of(union: object) -> list[type[BaseModel]]:
    return list(get_args(get_args(union)[0]))


def nouns() -> list[type[BaseModel]]:
    found = inspect.getmembers(shapes, lambda each: inspect.isclass(each) and is_noun(each))
    return [model for _, model in found]


def is_noun(each: type) -> bool:
    return issubclass(each, shapes.Shape) and each is not shapes.Shape


def message(model: type[BaseModel]) -> Iterator[str]:
    kind = model.model_fields["type"].default
    example = json.loads((EXAMPLES / f"{kind}.json").read_text(encoding="utf-8"))
    yield f"### `{kind}`"
    yield from field_table(model, without="type")
    yield f"```json\n{format_example(example)}\n```"


def format_example(example: object) -> str:
    """On one line if it fits there."""
    line = json.dumps(example, ensure_ascii=False)
    return line if len(line) <= 100 else json.dumps(example, ensure_ascii=False, indent=2)


def describe_shape(model: type[BaseModel]) -> Iterator[str]:
    yield f"### {model.__name__}"
    yield from field_table(model)


def field_table(model: type[BaseModel], without: str = "") -> Iterator[str]:
    if own := vars(model).get("__doc__"):
        yield inspect.cleandoc(own)
    schema = model.model_json_schema(ref_template="#{model}")
    required = schema.get("required", [])
    rows = [
        f"| `{name}` | {type_of(field)} | {presence(name, field, required)} |"
        for name, field in schema["properties"].items()
        if name != without
    ]
    if rows:
        yield "\n".join(["| field | type | |", "|---|---|---|", *rows])


def presence(name: str, field: Schema, required: list[str]) -> str:
    words = [field.get("description", "")]
    if name not in required:
        words.append(f"may be left out: `{json.dumps(field.get('default'))}`")
    return "; ".join(filter(None, words))


def type_of(field: Schema) -> str:
    match field:
        case {"$ref": ref}:
            return f"[{ref[1:]}]({ref.lower()})"
        case {"anyOf": parts} | {"oneOf": parts}:
            names = [type_of(part) for part in parts]
            return "one of the events" if len(names) > 4 else " or ".join(names)
        case {"enum": values}:
            return ", ".join(f"`{json.dumps(value)}`" for value in values)
        case {"const": value}:
            return f"`{json.dumps(value)}`"
        case {"type": "array", "items": items}:
            return f"list of {type_of(items)}{limits_of(field)}"
        case _:
            return f"{field['type']}{limits_of(field)}"


LIMITS = {
    "minimum": "from {}",
    "maximum": "to {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "minLength": "length from {}",
    "maxLength": "length to {}",
    "pattern": "`{}`",
}


def limits_of(field: Schema) -> str:
    return "".join(f", {words.format(field[it])}" for it, words in LIMITS.items() if it in field)


# Redis

STATE = """\
Every Redis name with its type. Nothing outside `andre/core/keys.py` spells one. `{id}` is a nest's
id; with `NEST_KEY_HASH_TAG` it stands in braces, so that a cluster keeps a nest in one place."""
SAMPLE = "alice@example.com"
HASHED = re.compile(r"[0-9a-f]{32,64}")


def state_page() -> str:
    nest = keys.NestKeys(keys.MAIN)
    own = functions_of(keys)
    named = [(name, doc, found) for name, doc, found in own if doc.startswith("string")]
    groups = [(name, doc, found) for name, doc, found in own if name.endswith("_group")]
    return write_page(
        "# State",
        GENERATED,
        STATE,
        "## Of one nest",
        table(members(nest)),
        "## Of no nest",
        table([*members(keys.GLOBAL), *named]),
        "## Groups of connections (Channels)",
        "\n".join(f"- `{found}`: `{name}`" for name, _, found in groups),
    )


Named = tuple[str, str, str]  # its name in Python, its docstring, how it is spelled


def members(names: object) -> list[Named]:
    """In the order they are written down."""
    found = []
    for name, member in vars(type(names)).items():
        if name.startswith("_") or not (doc := inspect.getdoc(member)) or ":" not in doc:
            continue
        is_key = isinstance(member, property | cached_property)
        value = getattr(names, name) if is_key else sample_key(getattr(names, name))
        family = "{…}" if name.endswith("_prefix") else ""
        found.append((name, doc, spelling(value) + family))
    return found


def functions_of(module: ModuleType) -> list[Named]:
    return [
        (name, inspect.getdoc(function) or "", spelling(sample_key(function)))
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and (name.endswith("_group") or (inspect.getdoc(function) or "").startswith("string"))
    ]


def sample_key(function: Callable[..., str]) -> str:
    """The key for parameters that stand for themselves."""
    names = inspect.signature(function).parameters
    given = {"email": SAMPLE, "nest": keys.MAIN}
    return function(*(given.get(name, f"{{{name}}}") for name in names))


def spelling(key: str) -> str:
    readable = HASHED.sub("{hash}", key).replace(SAMPLE, "{email}")
    return re.sub(rf"^(NEST:|nest\.){keys.MAIN}\b", r"\1{id}", readable)


def table(rows: list[Named]) -> str:
    lines = ["| key | type | what | in Python |", "|---|---|---|---|"]
    for name, doc, key in rows:
        kind, _, what = " ".join(doc.split()).partition(": ")
        lines.append(f"| `{escape_cell(key)}` | {kind} | {escape_cell(what)} | `{name}` |")
    return "\n".join(lines)


def escape_cell(text: str) -> str:
    return text.replace("|", "\\|")


# Refusals

REFUSALS = """\
What Andre understood and will not do, on the socket as `refused` and over HTTP with a status, in
one shape: `{"error": code, "message": sentence}`, with `retry_after_s` where waiting helps (then
also in `Retry-After`). Programs go by the code; the sentence is for people and may change."""

MEANINGS = {
    "malformed": "The message or the body is not what is expected here; the first fault is named.",
    "validation_error": "A value is of the right kind and still cannot be used.",
    "invalid_seed": "A nest cannot begin from this track.",
    "invalid_position": "The position is before the song's beginning or after its end.",
    "invalid_repeat_mode": "Repeating is `off`, `one` or `all`.",
    "unknown_provider": "There is no catalogue of this name.",
    "path_outside_library": "The path leads out of the music folder.",
    "unauthorized": "Nobody is signed in, or the credentials are missing.",
    "invalid_token": "The token is not one of ours, or not for this; 401 where it says who asks.",
    "token_expired": "The token was right and its time is over; 401 where it says who asks.",
    "forbidden": "Somebody else may do this, the caller may not.",
    "session_required": "A token is not enough for this; sign in, or use the key itself.",
    "own_vote": "Nobody votes for a song of their own.",
    "dj_only": "In this nest only the DJ does this.",
    "not_a_member": "The caller has not been let into this nest.",
    "invite_required": "This nest is for the invited.",
    "feature_not_allowed": "The plan does not include this.",
    "nest_limit_reached": "There are as many nests as this server, or this plan, holds.",
    "not_active_speaker": "Bytes go to the listener's speaker, for what plays or comes next.",
    "account_refused": "The service does not let this account do it; the message says why.",
    "not_found": "There is no such thing, or none that the caller may know of.",
    "song_not_queued": "The song does not wait here; perhaps it has just begun, or is gone.",
    "shadow_not_found": "No other profile was asked beside this run.",
    "track_not_found": "No catalogue has this track, or its file has vanished.",
    "library_root_missing": "The music folder is not there.",
    "device_not_found": "The device is not there, or not the caller's.",
    "already_queued": "The song waits already; `place` says where.",
    "played_recently": "The song has just been played; `welcome_at_ms` says when it may return.",
    "queue_full": "The nest's queue holds no more.",
    "track_unplayable": "The track is known and cannot be played.",
    "wrong_catalogue": "The nest plays from another catalogue than the track's.",
    "id_reused": "The command's `id` was used for another command; every command has its own.",
    "catalogue_in_use": "The catalogue changes only while nothing plays or waits.",
    "account_needed": "The listener has to connect an account of their own first, or again.",
    "fair_queue": "The order is made by fairness and votes; nobody moves songs by hand.",
    "preview_changed": "Bender has thought of something else meanwhile.",
    "nothing_playing": "There is nothing to do this to.",
    "rate_limited": "Too often in too short a time; `retry_after_s` says how long to wait.",
    "airhorn_cooldown": "The last horn has not faded yet; `retry_after_s` says how long to wait.",
    "internal_error": "A fault of Andre's own, which is written to its log.",
    "unavailable": "Something Andre needs does not answer; asking again soon is right.",
}


def refusals_page() -> str:
    rows = [f"| `{code}` | {status} | {MEANINGS[code]} |" for code, status in STATUS_OF.items()]
    head = ["| code | status | when |", "|---|---|---|"]
    return write_page("# Refusals", GENERATED, REFUSALS, "\n".join([*head, *rows]))


def write_page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/protocol.md": protocol_page,
    "docs/state.md": state_page,
    "docs/api-errors.md": refusals_page,
}
