"""What the API answers is what its description says: statuses, kinds of content, and shapes."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from andre.web.rights.callers import CALLERS
from andre.web.rights.routes import GATES
from tests.andre.test_rights import Ask, asks_of, tries, world
from tests.support.rights_world import World

pytestmark = pytest.mark.django_db
__all__ = ["world"]  # A fixture.

ASKING = ("anonymous", "stranger", "creator", "admin")


@pytest.fixture(scope="module")
def described():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def answer_described(described, operation, status):
    """None for a status that is not named."""
    found = operation["responses"].get(str(status))
    if found and "$ref" in found:
        found = described["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found


def faults(described, operation, answer):
    told = answer_described(described, operation, answer.status_code)
    if told is None:
        return [f"{answer.status_code} is not named"]
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind not in told.get("content", {}):
        return [f"{answer.status_code} is {kind}, and not {[*told.get('content', {})]}"]
    if kind != "application/json":
        return []
    schema = told["content"][kind]["schema"] | {"components": described["components"]}
    found = Draft202012Validator(schema).iter_errors(json.loads(answer.content))
    return [f"{answer.status_code}: {fault.message[:100]}" for fault in found]


# X4
def test_every_answer_is_one_that_the_description_names(described, world: World):
    asks, wrong, asked = asks_of(world.named), {}, 0
    for row, operation in operations(described):
        assert row in GATES
        ask = asks.get(row, Ask())
        for caller in (each for each in CALLERS if each.name in ASKING):
            tried = tries(world, caller, row, ask)
            asked += 1
            for fault in faults(described, operation, tried.answer):
                wrong.setdefault(row, set()).add(fault)
            if not (tried.code or row.startswith("GET")):
                world.begin_anew()

    assert asked > 500
    assert wrong == {}


# X4
def test_one_of_a_key_a_token_and_a_session_is_enough(described):
    alternatives = {
        tuple(sorted(name for each in operation["security"] for name in each))
        for _, operation in operations(described)
    }

    assert alternatives <= {("apiKey", "bearer", "cookieAuth"), ()}
    assert all(
        len(each) <= 1 for _, operation in operations(described) for each in operation["security"]
    )


# X4
def test_a_command_names_its_type(described):
    frame = described["paths"]["/api/nests/{code}/commands"]["post"]["requestBody"]
    schema = frame["content"]["application/json"]["schema"]
    whole = schema | {"components": described["components"]}

    checks = Draft202012Validator(whole)

    assert checks.is_valid({"type": "cast_vote", "song_id": 7, "direction": 1})
    assert not checks.is_valid({"song_id": 7, "direction": 1})


def bounds(described):
    """Of numbers in queries: the row, the parameter, its bounds; without an end it is None."""
    for row, operation in operations(described):
        for each in operation.get("parameters", []):
            if each["in"] == "query" and "minimum" in each["schema"]:
                schema = each["schema"]
                yield row, each["name"], schema["minimum"], schema.get("maximum")


# X4
def test_the_bounds_of_a_number_are_those_that_are_taken(described, world: World):
    asks, wrong, asked = asks_of(world.named), [], 0
    creator, admin = (each for each in CALLERS if each.name in ("creator", "admin"))
    for row, name, least, most in bounds(described):
        caller = admin if GATES[row].refuse(creator) else creator
        values = {least: True, least - 1: False}
        values |= {} if most is None else {most: True, most + 1: False}
        for value, is_taken in values.items():
            query = f"{asks.get(row, Ask()).query}&{name}={value}"
            code = tries(world, caller, row, Ask(query=query)).code
            asked += 1
            if (code != "validation_error") != is_taken:
                wrong.append(f"{row} {name}={value}: {code or 'taken'}")

    assert asked > 60
    assert wrong == []
