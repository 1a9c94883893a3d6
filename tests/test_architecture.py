"""What a machine can hold of ARCHITECTURE.md: floors, names, tables, scripts, modules."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import get_args

import pytest
from lupa.lua51 import LuaRuntime

from andre.backup import keys as backup_keys
from andre.core import clock
from andre.core.features import FEATURES
from andre.core.keys import GlobalKeys, NestKeys
from andre.core.permissions import PERMISSIONS
from andre.core.rate_limits import COMMAND_LIMITS
from andre.core.redis import Part, Script, Scripts
from andre.protocol import commands, events
from andre.web import dispatch
from bender import commands as bender_handlers
from bender.scripts import lua as bender_lua
from nests import commands as nests_handlers
from nests.scripts import lua as nests_lua
from player import commands as player_handlers
from player.scripts import lua as player_lua

ROOT = Path(__file__).resolve().parents[1]
APPS = ("andre", "nests", "player", "bender")
PYTHON = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
LUA = [path for app in APPS for path in sorted((ROOT / app).rglob("*.lua"))]
JS = sorted((ROOT / "static/js").rglob("*.js"))
SPELLED_KEY = re.compile(r"\{?NESTS?\}?[:|]|(MISC|QUEUE|QUEUEJAM|COMMENTS|MEMBER|CONNECTIONS)[:|]")
NOTICES = (
    "welcome",
    "heartbeat",
    "timeline_beacon",
    "nest_deleted",
    "nest_expired",
    "guests_waiting",
    "sent_out",
    "listeners_waiting",
    "not_let_in",
    "sync_correction",
    "done",
    "refused",
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def types_in(union: object) -> list[str]:
    members = get_args(get_args(union)[0])
    return [member.model_fields["type"].default for member in members]


# Floors


def test_every_module_of_the_ground_and_the_roof_stands_on_one_floor():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    floors = settings["tool"]["importlinter"]["contracts"][0]["layers"]

    placed = re.findall(r"andre\.\w+", " ".join(floors))

    there = {
        f"andre.{path.stem}"
        for path in (ROOT / "andre").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert len(placed) == len(set(placed))
    assert there <= set(placed)


PURE = [
    ROOT / "bender/selection" / name
    for name in ("context.py", "rules.py", "selector.py", "tastes.py")
]
STORES = re.compile(r"(django\.db|redis|andre\.core\.redis)\b|.*\b(models|filling|scripts)\b")


def test_who_chooses_reads_no_store_but_asks_the_context():
    choosing = [*PURE, *sorted((ROOT / "bender/selection/strategies").glob("*.py"))]

    reading = [
        f"{name_of(path)}: {module}"
        for path in choosing
        for module in modules_of(path)
        if STORES.match(module)
    ]

    assert reading == []


def modules_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


# Names


def strings_of(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_redis_name_is_spelled_outside_the_keys():  # S-12.3
    spelled = [
        f"{name_of(path)}:{line}"
        for path in PYTHON
        for line, text in strings_of(path)
        if SPELLED_KEY.match(text) and path.parent != ROOT / "andre/core/keys"
    ]

    assert spelled == []


def test_no_redis_name_is_spelled_in_a_script():
    spelled = [
        f"{name_of(path)}: {text}"
        for path in LUA
        for text in re.findall(r'["\'](.*?)["\']', path.read_text())
        if SPELLED_KEY.match(text)
    ]

    assert spelled == []


@pytest.mark.parametrize("keys", [NestKeys, GlobalKeys])
def test_every_redis_name_says_its_type(keys):
    public = [name for name in vars(keys) if not name.startswith("_")]
    names = [name for name in public if name not in ("prefix", "nest") and has_doc(keys, name)]

    types = {name: re.match(r"\w+", getdoc(getattr(keys, name)) or "") for name in names}

    known = {"string", "hash", "set", "zset", "list", "stream", "int", "pub"}
    assert {name for name, found in types.items() if not found or found[0] not in known} == set()


def has_doc(keys: type, name: str) -> bool:
    return isinstance(vars(keys)[name], property) or callable(vars(keys)[name])


# Tables


def test_every_command_has_exactly_one_handler():
    tables = (nests_handlers.HANDLERS, player_handlers.HANDLERS, bender_handlers.HANDLERS)

    handled = [command.model_fields["type"].default for table in tables for command in table]

    assert set(dispatch.HANDLERS) == {command for table in tables for command in table}
    acts = [act.kind() for act in commands.NEST_ACTS]
    assert sorted(handled) == sorted([*types_in(commands.AnyCommand), *acts])


@pytest.mark.parametrize("command", dispatch.HANDLERS, ids=lambda command: command.kind())
def test_every_command_says_who_may_send_it_and_what_it_costs(command):
    assert command.kind() in PERMISSIONS
    assert command.kind() in COMMAND_LIMITS


def test_no_row_is_left_of_a_command_that_is_gone():
    there = {command.kind() for command in dispatch.HANDLERS}

    assert set(COMMAND_LIMITS) == there
    assert set(FEATURES) <= there
    assert set(PERMISSIONS) - there == {
        "add_songs_again",
        "remove_others_songs",
        "manage_guests",
        "lock_nest",
        "choose_source",
    }


@pytest.mark.parametrize("kind", types_in(commands.AnyCommand))
def test_every_command_has_an_example_that_is_one(kind):
    example = (ROOT / f"tests/wire/{kind}.json").read_text()

    assert commands.COMMAND.validate_json(example).type == kind


@pytest.mark.parametrize("kind", types_in(events.AnyEvent))
def test_every_event_has_an_example_that_is_one(kind):
    example = (ROOT / f"tests/wire/{kind}.json").read_text()

    assert events.EVENT.validate_json(example).type == kind


def test_every_example_is_of_a_message_there_is():
    kinds = {*types_in(commands.AnyCommand), *types_in(events.AnyEvent), *NOTICES}

    assert {path.stem for path in (ROOT / "tests/wire").glob("*.json")} == kinds


@pytest.mark.parametrize("kind", types_in(events.AnyEvent))
def test_every_event_has_a_reducer(kind):
    assert re.search(rf"^  {kind}: ", (ROOT / "static/js/core/reducers.js").read_text(), re.M)


# Scripts


PARTS = {need for path in LUA for need in Part(path).needs}


def scripts_of(folder: Scripts, app: str) -> list[Script]:
    names = [path.stem for path in sorted((ROOT / app).glob("*/lua/*.lua"))]
    return [getattr(folder, name) for name in names if name not in PARTS]


SCRIPTS = [
    clock.lua.note_time,
    backup_keys.lua.read_keys,
    *scripts_of(nests_lua, "nests"),
    *scripts_of(player_lua, "player"),
    *scripts_of(bender_lua, "bender"),
]


def test_every_script_begins_with_its_contract():
    headers = {path: re.match(r"(--.*\n)*", path.read_text())[0] for path in LUA}

    wrong = [
        name_of(path)
        for path, header in headers.items()
        if len(header) < len("-- .\n") or ("Returns" not in header and path.stem not in PARTS)
    ]

    assert wrong == []


def test_a_script_takes_its_keys_and_arguments_by_name_only():
    assert [name_of(path) for path in LUA if re.search(r"\b(KEYS|ARGV)\b", path.read_text())] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_compiles_with_all_it_needs(script):
    LuaRuntime().compile(script.text)


def test_every_call_of_a_script_hands_in_what_its_header_asks_for():
    asked = {script.name: set(script.own_args) for script in SCRIPTS}

    wrong = [
        f"{name_of(path)}:{line} {script}"
        for path in PYTHON
        for line, script, handed in calls_of(path)
        if asked[script] != handed
    ]

    assert wrong == []


def calls_of(path: Path) -> Iterator[tuple[int, str, set[str | None]]]:
    """`lua.cast_vote(…)` and `nests_lua.read_listeners.queue_on(…)`: line, script, keywords."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).removesuffix(".queue_on")
        folder, _, script = called.partition(".")
        if folder in ("lua", "nests_lua", "player_lua") and script.isidentifier():
            yield node.lineno, script, {keyword.arg for keyword in node.keywords}


# Modules


def test_no_module_writes_html():
    writes = re.compile(r"\b(inner|outer)HTML\b|insertAdjacentHTML")

    assert [name_of(path) for path in JS if writes.search(path.read_text())] == []


def test_a_web_process_is_up_without_what_only_scans_and_workers_need() -> None:
    # Two seconds of importing are two seconds that everybody waits after a restart.
    code = "import sys, andre.asgi, andre.urls; print(*{'scipy', 'soundfile'} & {*sys.modules})"

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert run.stdout.strip() == ""


# Words


PARTICIPLES = set(
    "told kept found seen asked drawn spelled sealed begun held heard made said known shown chosen "
    "taken bent felt led sent laid sought left spoken written given hidden lost met paid built "
    "needed".split()
)
# Nouns with a word before them that says which: "the cached token", "the configured providers".
ADJECTIVES = set(
    "cached configured embed excluded exceed feed issued jammed linked logged need presented "
    "proceed queued requested seed speed stored".split()
)
COLUMNS_OF_THE_ADMIN = {"started_at", "ended_at", "heard_length", "changed_at"}


def begins_with_a_participle(name: str) -> bool:
    first = name.lstrip("_").partition("_")[0]
    return first in PARTICIPLES or (first.endswith("ed") and first not in ADJECTIVES)


def test_functions_are_named_by_verbs_not_by_participles():
    named = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and begins_with_a_participle(node.name)
        and node.name not in COLUMNS_OF_THE_ADMIN
    ]

    assert named == []


# Docstrings


BUGS = {"TypeError"}  # What only a mistake of ours can raise is no part of a function's promise.


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Those others may call. Methods of API views answer with a status instead of raising."""
    tree = ast.parse(path.read_text())
    answering = {
        method
        for view in ast.walk(tree)
        if isinstance(view, ast.ClassDef) and "APIView" in map(ast.unparse, view.bases)
        for method in view.body
    }
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node not in answering and not node.name.startswith("_"):
            yield node


def statements_of(node: ast.AST) -> Iterator[ast.AST]:
    """All below it but what stands in a function or class of its own."""
    for below in ast.iter_child_nodes(node):
        if not isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield below
            yield from statements_of(below)


def raised_by(function: ast.AST) -> set[str]:
    """Classes, and functions that make an exception. What was caught and goes on is neither."""
    statements = list(statements_of(function))
    caught_here = {
        (below, name)
        for each in statements
        if isinstance(each, ast.Try)
        for part in each.body
        for below in [part, *statements_of(part)]
        for name in [ast.unparse(handler.type) for handler in each.handlers if handler.type]
    }
    return {
        name
        for each in statements
        if isinstance(each, ast.Raise) and each.exc is not None
        if (name := called_name(each.exc)).isidentifier()
        if name[0].isupper() or isinstance(each.exc, ast.Call)
        if (each, name) not in caught_here
    }


def called_name(exc: ast.expr) -> str:
    return ast.unparse(getattr(exc, "func", exc)).rpartition(".")[2]


def promises(doc: str, name: str) -> bool:
    is_class = name[0].isupper()
    return re.search(rf"\b{name}\b" if is_class else r"\bRaises\b", doc) is not None


# Management commands are called by Django alone, which expects a CommandError of each.
DOCUMENTED = [path for path in PYTHON if path.parent.name != "commands"]


def test_a_public_function_says_what_it_raises():
    silent = [
        f"{name_of(path)}:{function.lineno} {function.name}: {name}"
        for path in DOCUMENTED
        for function in functions_of(path)
        for name in sorted(raised_by(function) - BUGS)
        if not promises(ast.get_docstring(function) or "", name)
    ]

    assert silent == []


# Where equals stand in one folder, behind one table, each has the same one way in.
ONE_WAY_IN = {"perform": "andre/demo/library/styles", "inspect": "player/library/containers"}


def test_a_public_function_name_stands_in_two_modules_at_most():
    places: dict[str, list[Path]] = {}
    for path in PYTHON:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                places.setdefault(node.name, []).append(path)

    crowded = {
        name: [name_of(path) for path in paths]
        for name, paths in places.items()
        if len(paths) > 2
        and not name.startswith("_")
        and {name_of(path.parent) for path in paths} != {ONE_WAY_IN.get(name)}
    }

    assert crowded == {}
