"""Flags: features that operators switch, for whoever reaches a role."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from andre.accounts import api_keys
from andre.accounts.models import Person
from andre.audit.models import AuditEvent
from andre.flags import flags
from andre.flags.models import Flag
from tests.nests.support import ALICE
from tests.support.backstage import operator_browser
from tests.support.programs import with_key

pytestmark = pytest.mark.django_db

ROLES = ("viewer", "operator", "researcher", "admin")


def program(role, **details):
    _, secret = api_keys.issue(Person.objects.at(ALICE, name="Alice"), role, **details)
    return with_key(secret)


def switch(name, *, active=True):
    Flag.objects.filter(name=name).update(active=active)
    caches["process"].clear()


def features_of(role):
    return program(role).asks("GET", "/api/features").json()["features"]


def test_a_new_database_has_each_of_them_once_and_keeps_what_is_edited():  # K-5.1
    seeded = {row.name: (row.active, row.minimum_role) for row in Flag.objects.all()}
    switch("explicit_mode", active=False)
    call_command("migrate", verbosity=0)

    assert seeded == {
        "bender_shadow": (False, "researcher"),
        "smart_bender": (False, "admin"),
        "explicit_mode": (True, "researcher"),
    }
    assert Flag.objects.get(name="explicit_mode").active is False
    assert Flag.objects.count() == 3


@pytest.mark.parametrize("role", ROLES)
def test_everybody_hears_of_those_that_are_on_and_within_their_role(role):  # K-5.1
    in_the_beginning = features_of(role)
    for name in flags.FLAGS:
        switch(name)

    found = features_of(role)

    assert len(found) == {"viewer": 0, "operator": 0, "researcher": 2, "admin": 3}[role]
    assert in_the_beginning == [name for name in found if name == "explicit_mode"]


def test_a_shadow_run_needs_the_flag_and_its_role():  # K-5.1
    body = {"nest": "main", "execution_mode": "shadow"}

    def runs(role):
        answer = program(role).asks("POST", "/api/bender/runs", body)
        return answer.status_code, answer.json().get("error")

    off = runs("researcher")
    switch("bender_shadow")

    assert off == (403, "feature_not_allowed")
    assert runs("operator") == (403, "feature_not_allowed")
    assert runs("researcher") == (200, None)


@pytest.mark.parametrize("switched_on", [True, False])
@pytest.mark.parametrize("explicit_allowed", [True, False])
@pytest.mark.parametrize("role", ROLES)
def test_modes_need_the_role_the_key_and_the_flag(role, explicit_allowed, switched_on):  # K-1.6
    switch("explicit_mode", active=switched_on)
    caller = program(role, explicit_allowed=explicit_allowed)
    is_explicit = role in ("researcher", "admin") and explicit_allowed and switched_on
    clean = 403 if role == "viewer" else 200
    explicit = 200 if is_explicit else 403

    said = [
        caller.asks("POST", "/api/bender/runs", {"nest": "main", "mode": mode}).status_code
        for mode in ("clean", "Clean", "EXPLICIT", "explicit")
    ]
    other = caller.asks("POST", "/api/bender/runs", {"nest": "main", "mode": "filthy"})

    assert said == [clean, clean, explicit, explicit]
    assert other.status_code == (403 if role == "viewer" else 400)
    modes = ([] if role == "viewer" else ["clean"]) + (["explicit"] if is_explicit else [])
    assert caller.who().json()["modes"] == modes  # K-1.5


def test_asking_again_costs_no_query():  # K-5.1
    flags.list_allowed("admin")

    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            flags.list_allowed("admin")

    assert len(asked) == 0


def test_sound_is_there_by_its_flag_or_by_the_setting(settle):  # K-5.1
    reader = program("viewer")

    def has_sound():
        return reader.asks("GET", "/api/bender/health").json()["vibe"]

    before = has_sound()
    switch("smart_bender")
    by_flag = has_sound()
    switch("smart_bender", active=False)
    settle(SMART_BENDER="true")

    assert (before, by_flag, has_sound()) == (False, True, True)


def test_alice_switches_one_in_the_admin_and_the_audit_says_so(settle):  # K-5.1 K-5.2
    settle(SUPER_ADMIN_EMAILS=ALICE)
    operator = operator_browser("Alice")
    row = Flag.objects.get(name="smart_bender")

    operator.post(
        f"/admin/flags/flag/{row.pk}/change/",
        {
            "active": "on",
            "minimum_role": "viewer",
            "note": "fun",
            "reason": "it is Friday",
        },
    )

    (entry,) = AuditEvent.objects.filter(action="flag_changed")
    assert (entry.actor, entry.subject, entry.reason) == (ALICE, "smart_bender", "it is Friday")
    assert entry.details == {"active": "on", "minimum_role": "viewer"}
    assert operator.get("/admin/flags/flag/add/").status_code == 403
    caches["process"].clear()
    assert flags.allows("smart_bender", "viewer")


def test_the_command_of_the_library_switches_one_too():  # K-5.1 K-5.2
    call_command("waffle_switch", "bender_shadow", "on")

    (entry,) = AuditEvent.objects.filter(action="flag_changed")
    assert (entry.actor, entry.credential, entry.subject) == ("", "system", "bender_shadow")
