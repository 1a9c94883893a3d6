"""What is written about the wire, the state, the refusals and the API is true today."""

import re
from io import StringIO
from typing import Any, get_args

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from andre.accounts.models import Person
from andre.core.errors import STATUS_OF
from andre.protocol import commands, events
from andre.web.docs_generator import MEANINGS, NOTICES, PAGES, ROOT

STATIC = ROOT / "static/js"


def types_in(union: object) -> set[str]:
    return {member.model_fields["type"].default for member in get_args(get_args(union)[0])}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_read_off_the_code_is_what_the_code_says(name):
    assert (ROOT / name).read_text() == PAGES[name](), "stale: run `manage.py write_docs`"


def test_every_message_has_its_place_on_the_page_of_the_wire():
    page = PAGES["docs/protocol.md"]()

    told = set(re.findall(r"^### `(\w+)`$", page, re.M))

    notices = {notice.model_fields["type"].default for notice in NOTICES}
    assert told == types_in(commands.AnyCommand) | types_in(events.AnyEvent) | notices


def test_every_link_on_the_page_of_the_wire_leads_somewhere():
    page = PAGES["docs/protocol.md"]()

    links = set(re.findall(r"\]\(#(\w+)\)", page))

    assert links <= {name.lower() for name in re.findall(r"^### (\w+)$", page, re.M)}


def test_every_refusal_is_told_in_a_sentence():
    assert set(MEANINGS) == set(STATUS_OF)
    assert all(sentence.endswith(".") for sentence in MEANINGS.values())


# The browser's names


# Commands of programs, which the page does not offer.
OF_PROGRAMS = {"set_fallback_songs", "sync_check", "report_ended"}


def test_the_browser_says_the_same_commands():
    said = set(re.findall(r'type: "(\w+)"', (STATIC / "core/commands.js").read_text()))

    assert said == types_in(commands.AnyCommand) - OF_PROGRAMS


def test_the_browser_knows_the_same_events():
    text = (STATIC / "core/reducers.js").read_text()
    tables = re.findall(r"export const \w*[rR]educers = \{(.*?)\n\};", text, re.DOTALL)

    assert set(re.findall(r"^  (\w+): ", "".join(tables), re.M)) == types_in(events.AnyEvent)


# The API


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_description_of_the_api_is_valid_and_leaves_nothing_out():
    described = StringIO()

    call_command("spectacular", validate=True, fail_on_warn=True, stdout=described)

    assert described.getvalue().startswith("openapi: 3.1.0")


def test_every_address_of_the_api_is_described_once(described):
    operations = [
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
    ]

    assert len(operations) == len(set(operations))
    assert "get_nests_code_events" in operations
    assert not [path for path in described["paths"] if path.startswith("/api/v1/")]


# Refused to whoever looks after nothing; tests/nests/test_guests.py, test_door.py and
# test_moderation.py, tests/contract/test_nests.py and test_super_admin.py, tests/andre/jobs,
# tests/andre/test_audit.py and tests/player/test_library_background_scan.py read them.
NOT_FOR_LISTENERS = (
    *("/door", "/guests", "/invitation", "/admin"),
    *("/library/scan", "/moderation", "/workers", "/audit", "/admin/nests", "/admin/bans"),
)


def readable(described: dict[str, Any]) -> list[str]:
    return [path for path, methods in described["paths"].items() if is_json(methods.get("get"))]


def is_json(operation: dict[str, Any] | None) -> bool:
    answer = operation["responses"]["200"] if operation else {}
    return "application/json" in answer.get("content", {})


def test_what_is_read_is_what_is_described(described, db, settle):
    from tests.support.nest import main_nest

    settle(STRIPE_SECRET_KEY="sk_test_of_nobody", STRIPE_WEBHOOK_SECRET="whsec_of_nobody")
    story = main_nest()
    story.person("Bob").listens()
    story.person("Alice").adds("Blue", "Green")
    client = signed_in()

    wrong, right = {}, []
    for path in readable(described):
        if path.endswith(NOT_FOR_LISTENERS):
            continue
        answer = client.get(path.replace("{code}", "main") + "?q=blue&uri=library:track:1")
        found = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        schema = {**found["schema"], "components": described["components"]}
        if answer.status_code == 200:
            faults = list(Draft202012Validator(schema).iter_errors(answer.json()))
            wrong |= {path: [fault.message for fault in faults]} if faults else {}
            right += [] if faults else [path]
        elif "{" not in path.replace("{code}", ""):
            wrong[path] = [f"{answer.status_code} {answer.content[:200]!r}"]

    assert wrong == {}
    assert {f"/api/nests/{{code}}{part}" for part in ("", "/snapshot", "/queue")} <= set(right)


def signed_in() -> Client:
    client = Client()
    session = client.session
    Person.objects.get_or_create(email="bob@example.com", defaults={"name": "Bob"})
    seat = {"email": "bob@example.com", "name": "Bob", "picture": "", "role": "viewer"}
    session["seat"] = seat
    session.save()
    return client


def test_people_find_the_description_on_a_page_of_our_own(client):
    page = client.get("/api/docs")
    script = client.get("/api/docs?script=")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert addresses
    assert all(address.startswith(("/static/", "/api/docs")) for address in addresses)
    assert not re.search(rb"<(script|style)>", page.content)
    assert b"SwaggerUIBundle" in script.content
