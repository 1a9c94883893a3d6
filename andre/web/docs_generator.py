"""Pages that are read off the code: the wire, the Redis names, the refusals, the rights.

`manage.py write_docs` writes them; a test fails while one of them is stale.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from prometheus_client.metrics import MetricWrapperBase
from pydantic import BaseModel, TypeAdapter

from andre.core import keys
from andre.core.errors import STATUS_OF
from andre.core.keys import groups as key_groups
from andre.core.keys import providers as provider_keys
from andre.core.keys import server as server_keys
from andre.protocol import commands, events, shapes
from andre.protocol.nest_presets import NEST_PRESETS
from andre.protocol.nest_settings import NEST_SETTINGS, House, NestSetting
from andre.telemetry import metrics
from andre.web.house_metrics import job_families, nest_families, pool_families
from andre.web.rights.page import describe_rights

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
    events.SyncCorrection,
    events.GuestsWaiting,
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
- Building, joining, leaving and deleting a nest are addresses of their own. An `id` in the body of
  such a request makes it one act in the same way.
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
Every Redis name with its type. Nothing outside `andre/core/keys/` spells one. `{id}` is a nest's
id; with `NEST_KEY_HASH_TAG` it stands in braces, so that a cluster keeps a nest in one place."""
SAMPLE = "alice@example.com"
HASHED = re.compile(r"[0-9a-f]{32,64}")
KEY_MODULES = (server_keys, provider_keys, key_groups)


def state_page() -> str:
    nest = keys.NestKeys(keys.MAIN)
    own = [named for module in KEY_MODULES for named in functions_of(module)]
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
    "message_too_long": "A message of the chat has at most 500 characters.",
    "invalid_seed": "A nest cannot begin from this track.",
    "invalid_position": "The position is before the song's beginning or after its end.",
    "invalid_repeat_mode": "Repeating is `off`, `one` or `all`.",
    "unknown_provider": "There is no catalogue of this name.",
    "path_outside_library": "The path leads out of the music folder.",
    "async_jobs_disabled": "On this server workers do no jobs for programs; `sync` still does.",
    "unsupported_job_type": "There is no job of this type; the message names those there are.",
    "invalid_signature": "The message is not signed by who it says it comes from, or is old.",
    "unauthorized": "Nobody is signed in, or the credentials are missing.",
    "pass_ended": "A guest's pass has ended: revoked, expired, or its nest is over.",
    "payment_failed": "The bank refused the payment; the message says what Stripe says.",
    "invalid_token": "The token is not one of ours, or not for this; 401 where it says who asks.",
    "token_expired": "The token was right and its time is over; 401 where it says who asks.",
    "forbidden": "Somebody else may do this, the caller may not.",
    "mfa_required": "This is an operator's, and asks for their second factor in this session.",
    "session_required": "A token is not enough for this; sign in, or use the key itself.",
    "own_vote": "Nobody votes for a song of their own.",
    "dj_only": "In this nest only the DJ does this.",
    "not_a_member": "The caller is not in this nest; `state` says whether they wait.",
    "invite_required": "This nest is for the invited.",
    "feature_not_allowed": "The plan does not include this.",
    "favourites_full": "Somebody keeps as many favourites as fit.",
    "playlists_full": "Somebody has as many playlists as fit.",
    "playlist_full": "The playlist holds no more songs.",
    "playlist_not_found": "The playlist is not there, or the caller may not know of it.",
    "entry_not_found": "The song is not in this playlist any more.",
    "unreadable_playlist": "The file is no playlist that can be read; the message says why.",
    "nest_limit_reached": "There are as many nests as this server, or this plan, holds.",
    "chat_disabled": "Chat is off in this nest.",
    "muted": "The sender may read the chat of this nest, but not write.",
    "not_active_speaker": "Bytes go to the listener's speaker, for what plays or comes next.",
    "code_required": "Joining needs the code of a nest.",
    "already_subscribed": "This plan is paid for already, or comes to be at the period's end.",
    "vanity_taken": "Another nest has this address, as its code, its name or a vanity code.",
    "invalid_entry_mode": "A private nest is entered by `approval`, `password` or `invitation`.",
    "invalid_password": "The nest asks for its password, and this is not it.",
    "locked": "The nest is locked: nobody new comes in who is not let in by name.",
    "banned": "A moderator of the nest keeps the caller out; `reason` says why.",
    "account_refused": "The service does not let this account do it; the message says why.",
    "not_found": "There is no such thing, or none that the caller may know of.",
    "song_not_queued": "The song does not wait here; perhaps it has just begun, or is gone.",
    "shadow_not_found": "No other profile was asked beside this run.",
    "track_not_found": "No catalogue has this track, or its file has vanished.",
    "library_root_missing": "The music folder is not there.",
    "scan_running": "The music folder is being read already.",
    "device_not_found": "The device is not there, or not the caller's.",
    "already_queued": "The song waits already; `place` says where.",
    "played_recently": "The song has just been played; `welcome_at_ms` says when it may return.",
    "artist_rests": "The nest lets artists rest; `welcome_at_ms` says until when.",
    "explicit_song": "The nest plays no explicit songs.",
    "song_too_long": "The nest plays no song as long as this.",
    "song_blocked": "The nest does not play what this song is or is called.",
    "queue_full": "The nest's queue holds no more.",
    "track_unplayable": "The track is known and cannot be played.",
    "track_unavailable": "The source that was chosen is not there, or cannot be played.",
    "wrong_catalogue": "The nest plays from another catalogue than the track's.",
    "id_reused": "The command's `id` was used for another command; every command has its own.",
    "catalogue_in_use": "The catalogue changes only while nothing plays or waits.",
    "duplicate_message": "The same person has written the same within the last three seconds.",
    "account_needed": "The listener has to connect an account of their own first, or again.",
    "fair_queue": "The order is made by fairness and votes; nobody moves what others have added.",
    "place_fixed": "The song is certain to play next, or the DJ has put it where it stands.",
    "preview_changed": "Bender has thought of something else meanwhile.",
    "nothing_playing": "There is nothing to do this to.",
    "rate_limited": "Too often in too short a time; `retry_after_s` says how long to wait.",
    "airhorn_cooldown": "The last horn has not faded yet; `retry_after_s` says how long to wait.",
    "internal_error": "A fault of Andre's own, which is written to its log.",
    "unavailable": "Something Andre needs does not answer; asking again soon is right.",
    "billing_not_configured": "This server sells no plans.",
}


def refusals_page() -> str:
    rows = [f"| `{code}` | {status} | {MEANINGS[code]} |" for code, status in STATUS_OF.items()]
    head = ["| code | status | when |", "|---|---|---|"]
    return write_page("# Refusals", GENERATED, REFUSALS, "\n".join([*head, *rows]))


# Nest settings

SETTINGS_OF_NESTS = """\
What each nest can be set to, by who built it; in the Main Nest by operators. They are the fields of
`change_nest_settings`, of `PATCH /api/nests/{code}` and, to begin with, of `POST /api/nests`; null
is "as the server has it". What everybody in a nest sees of them is in the snapshot's `nest`."""

PRESETS = """\
The page has these at one press; an empty field is as the server has it. `blocked` is nobody's but
the host's, and no preset touches it."""


def nest_settings_page() -> str:
    head = "| setting | group | takes | as the server has it | where | what it is |"
    rows = ["| " + " | ".join(describe_setting(row)) + " |" for row in NEST_SETTINGS.values()]
    table = "\n".join([head, "|---|---|---|---|---|---|", *rows])
    return write_page(
        "# Nest settings", GENERATED, SETTINGS_OF_NESTS, table, PRESETS, presets_table()
    )


def presets_table() -> str:
    """A column for each preset."""
    names = " | ".join(preset.label for preset in NEST_PRESETS)
    rows = [
        f"| `{name}` | " + " | ".join(spell_preset(each.values[name]) for each in NEST_PRESETS)
        for name in NEST_PRESETS[0].values
    ]
    rule = "|---" * (len(NEST_PRESETS) + 1) + "|"
    return "\n".join([f"| setting | {names} |", rule, *(f"{row} |" for row in rows)])


def spell_preset(value: object) -> str:
    return "" if value is None else f"`{json.dumps(value)}`"


def describe_setting(row: NestSetting) -> tuple[str, ...]:
    takes = type_of(TypeAdapter(row.type).json_schema())
    words = ". ".join(text.rstrip(".") for text in (row.label, row.help) if text)
    return f"`{row.name}`", row.group, takes, default_of(row), list_places(row), f"{words}."


def default_of(row: NestSetting) -> str:
    """With the Main Nest's, where that is another."""
    plain, in_main = row.default_for(is_main=False), row.default_for(is_main=True)
    return spell_default(plain) + (
        "" if plain == in_main else f"; in the Main Nest {spell_default(in_main)}"
    )


def spell_default(default: object) -> str:
    if isinstance(default, House):
        return default.in_words or f"`{default.name.upper()}`"
    return "nothing" if default is None else f"`{json.dumps(default)}`"


def list_places(row: NestSetting) -> str:
    seen = {"snapshot": row.in_snapshot, "dialog": row.in_dialog, "admin": True}
    return ", ".join(name for name, is_there in seen.items() if is_there)


# Figures

METRICS = """\
`GET /metrics/prometheus` is what Prometheus reads, `GET /metrics` a summary in JSON: counters and
timings of the process that answers, or with `?scope=all` of all that live, and as `gauges` what is
looked up at that moment (`nests.active.free`, `db.pool.checked_out`). Neither asks for a sign-in;
ANDRE_METRICS_ALLOWED_CIDRS says which networks they are shown to (this machine and private ones).
An edge on this machine is such an address: let it refuse `/metrics`, as ops/Caddyfile and
ops/nginx.conf do, or name it in ANDRE_TRUSTED_PROXIES.

The processes of a server leave their figures in ANDRE_METRICS_DIR (`metrics` in the data folder)
and are added up. A start of everything, and `manage.py upgrade`, begin at zero.

`ops/prometheus/` has a configuration, alerts and their tests, `ops/grafana/andre.json` a dashboard.
No label names a nest or a person."""


def metrics_page() -> str:
    rows = sorted(describe_metrics())
    head = ["| figure | kind | labels | what it is |", "| --- | --- | --- | --- |"]
    return write_page("# Figures", GENERATED, METRICS, "\n".join([*head, *map(format_row, rows)]))


def format_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escape_cell, cells))} |"


def describe_metrics() -> Iterator[tuple[str, str, str, str]]:
    """(name, kind, labels, what it is) of each family."""
    counted = (each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase))
    looked_up = [*nest_families(0, 0, []), *job_families(0, 0), *pool_families(0, 0, 0, 0)]
    for each in counted:
        (family,) = each.describe()
        suffix = "_total" if family.type == "counter" else ""
        labels = ", ".join(f"`{name}`" for name in each._labelnames)
        yield f"`{family.name}{suffix}`", family.type, labels, family.documentation
    for family in looked_up:
        labels = ", ".join(f"`{name}`" for name in family._labelnames)
        yield f"`{family.name}`", family.type, labels, family.documentation


def rights_page() -> str:
    return write_page("# Rights", GENERATED, *describe_rights())


def write_page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/protocol.md": protocol_page,
    "docs/state.md": state_page,
    "docs/api-errors.md": refusals_page,
    "docs/nest-settings.md": nest_settings_page,
    "docs/metrics.md": metrics_page,
    "docs/rights.md": rights_page,
}
