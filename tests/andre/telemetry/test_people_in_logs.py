"""No e-mail address stands in a log, wherever in a line it would be; the person can be followed."""

import pytest
import structlog
from django.db import IntegrityError, transaction

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.core.keys import log_name
from andre.telemetry.logs import name_people
from nests.lifecycle import deletion
from tests.andre.accounts.conftest import Visitor
from tests.nests.support import build, visitor
from tests.support.logs import logged
from tests.support.programs import with_key

log = structlog.get_logger(__name__)
ALICE = "alice@example.com"


def written(**event):
    return name_people(None, "info", event)


def test_one_person_has_one_name_however_the_address_is_spelled():  # K-6.6
    assert log_name(" Alice@Example.com") == log_name(ALICE) != log_name("bob@example.com")
    assert written(person=ALICE) == {"person": log_name(ALICE)}
    assert written(person="ALICE@example.com") == {"person": log_name(ALICE)}


@pytest.mark.parametrize(
    "text",
    [
        "{} has left.",
        "Key (email)=({}) already exists.",
        "/people/{}/songs",
        "mailto:{}?subject=x",
        '{{"email":"{}","name":"Alice"}}',
        "a, {}; b",
        "<{}>",
    ],
)
@pytest.mark.parametrize("email", [ALICE, "alice+x@localhost", "ülice@exämple.com"])
def test_an_address_is_found_in_the_middle_of_a_text(text, email):  # K-6.6
    assert written(error=text.format(email)) == {"error": text.format(log_name(email))}


def test_an_address_in_a_url_is_found_as_well():  # K-6.6
    assert written(path="/x?who=alice%40example.com&n=1")["path"] == f"/x?who={log_name(ALICE)}&n=1"


def test_lists_and_mappings_are_looked_through_and_other_things_left_alone():  # K-6.6
    event = {
        "people": [ALICE, 7],
        "seen": {ALICE: None},
        "worker": "ticks@machine",
        "note": "a @ b",
    }

    found = written(**event)

    assert found["people"] == [log_name(ALICE), 7]
    assert found["seen"] == {log_name(ALICE): None}
    assert (found["worker"], found["note"]) == ("ticks@machine", "a @ b")


def test_a_long_text_full_of_signs_costs_little():  # K-6.6
    text = "x" * 200_000 + "@" + "@" * 1_000

    assert len(str(written(text=text)["text"])) < len(text) + 100_000


@pytest.mark.django_db
def test_an_evening_is_written_down_without_addresses(settings):  # K-6.6
    settings.DEBUG = True
    with logged() as lines:
        browser = Visitor()
        browser.sends("/dev/sign-in", name="Alice", email=ALICE)
        owner = Person.objects.get(email=ALICE)
        _, secret = api_keys.issue(owner, "operator")
        with_key(secret).who()
        visitor("Bob").get("/people/bob@example.com")
        deletion.delete(build(by=ALICE), reason=f"{ALICE} said so")
        with pytest.raises(IntegrityError) as twice, transaction.atomic():
            Person.objects.bulk_create([Person(email=ALICE)])
        log.error("broken", exc_info=twice.value, person=ALICE)
        browser.sends("/sign-out/")

    text = lines.getvalue()
    events = {line["event"] for line in lines.lines}
    assert {"signed_in", "key_made", "auth_success", "nest_deleted", "broken"} <= events
    assert "@" not in text
    assert {line["person"] for line in lines.of("signed_in")} == {log_name(ALICE)}
    assert {line["owner"] for line in lines.of("key_made", "auth_success")} == {log_name(ALICE)}
