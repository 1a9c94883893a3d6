"""What a machine can hold of the Lua: headers that are true, parts that are needed, one clock."""

import re
from pathlib import Path

import pytest

from andre.core.redis import Part
from tests.test_architecture import LUA, PARTS, SCRIPTS, name_of

NAME = r"(?<![.\w]){}\b"
ACT_BY_THEMSELVES = ("guard", "dj_only")  # They end the script, and offer no name.
LINES_OF_A_VOTE, KEYS_OF_A_VOTE = 320, 10


def code_of(part: Part) -> str:
    """Without comments and texts, whose words are no names."""
    code = re.sub(r"--.*", "", part.body)
    return re.sub(r"""'(\\.|[^'\\])*'|"(\\.|[^"\\])*\"""", '""', code)


def header_names(part: Part) -> list[str]:
    return [*part.keys, *(f"{prefix}_prefix" for prefix in part.prefixes), *part.args]


def exported_names(part: Part) -> list[str]:
    """Functions and values that a file declares for those that need it."""
    declared = re.findall(r"^local (?:function )?(\w+(?: *, *\w+)*)", code_of(part), re.MULTILINE)
    return [name.strip() for names in declared for name in names.split(",") if name != "function"]


def uses(part: Part, name: str) -> bool:
    return bool(re.search(NAME.format(name), code_of(part)))


@pytest.mark.parametrize("path", LUA, ids=name_of)
def test_a_file_uses_every_key_and_argument_of_its_header(path):
    part = Part(path)

    assert [name for name in header_names(part) if not uses(part, name)] == []


@pytest.mark.parametrize("path", LUA, ids=name_of)
def test_a_file_uses_every_part_it_needs(path):
    part = Part(path)

    unused = [
        need
        for need in part.needs
        if need not in ACT_BY_THEMSELVES and not any(uses(part, name) for name in offers_of(need))
    ]

    assert unused == []
    assert len(part.needs) == len(set(part.needs))


def offers_of(need: str) -> list[str]:
    part = Part(path_of(need))
    return [*exported_names(part), *header_names(part)]


def path_of(name: str) -> Path:
    return next(path for path in LUA if path.stem == name)


@pytest.mark.parametrize("path", LUA, ids=name_of)
def test_nothing_assigns_to_a_name_of_a_header(path):
    names = {name for part in with_needs(Part(path)) for name in header_names(part)}

    assigned = [name for name in sorted(names) if assigns(code_of(Part(path)), name)]

    assert assigned == []


def with_needs(part: Part) -> list[Part]:
    return [part, *(found for need in part.needs for found in with_needs(Part(path_of(need))))]


def assigns(code: str, name: str) -> bool:
    """As a statement, as a local, or as what a function or a loop calls its own."""
    outside_tables = re.sub(r"\{[^{}]*\}", "", code)
    listed = NAME.format(name) + r"(?:\s*,\s*\w+)*"
    shadows = (
        rf"(?:function[^(\n]*\((?:\w+\s*,\s*)*|for (?:\w+\s*,\s*)*|local (?:\w+\s*,\s*)*){name}\b"
    )
    is_assigned = re.search(listed + r"\s*=(?!=)", outside_tables)
    return bool(is_assigned or re.search(shadows, code))


@pytest.mark.parametrize(
    "code",
    ["wanted = 1", "local wanted", "a, wanted = 1, 2", "function f(a, wanted)", "for _, wanted in"],
)
def test_whatever_assigns_to_a_name_is_found(code):
    assert assigns(code, "wanted")


@pytest.mark.parametrize("code", ["f({ wanted = 1 })", "song.wanted = 1", "if wanted == 1 then"])
def test_what_only_reads_a_name_is_left_alone(code):
    assert not assigns(code, "wanted")


@pytest.mark.parametrize("name", sorted(PARTS))
def test_every_function_of_a_part_is_used(name):
    part = Part(path_of(name))
    functions = re.findall(r"^local function (\w+)", code_of(part), re.MULTILINE)
    everything = "".join(code_of(Part(path)) for path in LUA)

    unused = [each for each in functions if len(re.findall(NAME.format(each), everything)) == 1]

    assert unused == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_of_a_nest_looks_first_whether_the_nest_lives(script):  # N10
    names = [part.name for part in script.parts]

    assert "guard" not in names or names[0] == "guard"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_handed_every_name_once(script):
    assert len(script.keys) == len(set(script.keys))
    assert len(script.args) == len(set(script.args))


def test_one_file_asks_the_store_for_the_time():  # R6
    assert [name_of(path) for path in LUA if '"TIME"' in path.read_text()] == [
        "andre/core/lua/clock.lua"
    ]


def test_a_vote_assembles_what_a_vote_needs_and_no_more():
    cast_vote = next(script for script in SCRIPTS if script.name == "cast_vote")

    assert cast_vote.text.count("\n") < LINES_OF_A_VOTE
    assert len(cast_vote.keys) <= KEYS_OF_A_VOTE
