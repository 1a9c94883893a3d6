"""The audit: what happened to people, nests, keys and settings, and who did it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.api_keys import hash_of
from andre.accounts.bootstrap import disable_keys, ensure_keys
from andre.accounts.models import ApiKey, Person
from andre.audit import trail
from andre.audit.models import Action, AuditEvent, EntryFixed
from andre.audit.tasks import forget_old_audit
from andre.core.errors import Refusal
from andre.core.person_ids import person_id
from andre.core.rate_limits import LIMITS
from andre.protocol.commands import BanListener, ChangeNestSettings, CreateNest, KickListener
from andre.web import dispatch
from tests.nests.support import ALICE, BOB, CHARLIE, asks, build, visitor
from tests.support.backstage import browser_of, operator_browser, text_of
from tests.support.nest import NestStory
from tests.support.programs import with_key
from tests.support.recordings import recording, shelved

pytestmark = pytest.mark.django_db


@pytest.fixture
def den():
    """A nest of Alice's in which Bob and Charlie listen."""
    story = NestStory(build("The Den").nest_id)
    for name in ("Alice", "Bob", "Charlie"):
        story.person(name).listens()
    return story


@pytest.fixture
def operator(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)
    return operator_browser("Alice")


def entries(*actions):
    """(action, outcome, actor, subject) of what was written, the first first."""
    found = AuditEvent.objects.filter(action__in=actions) if actions else AuditEvent.objects.all()
    return [(row.action, row.outcome, row.actor, row.subject) for row in found.order_by("pk")]


def key_of(role="admin", email=ALICE, **details):
    return api_keys.issue(Person.objects.at(email), role, **details)


# What is written: K-5.2


def test_a_nest_is_in_the_audit_from_its_beginning_to_its_end():  # K-5.2
    alice = visitor("Alice")
    code = asks(alice, "post", "/api/nests", name="Friday").json()["code"]
    asks(alice, "patch", f"/api/nests/{code}", name="Saturday")
    asks(alice, "post", f"/api/nests/{code}/commands", type="change_nest_settings", approval=True)
    asks(alice, "delete", f"/api/nests/{code}")

    found = AuditEvent.objects.order_by("pk")

    assert [(row.action, row.actor, row.nest_id) for row in found] == [
        ("nest_created", ALICE, code),
        ("nest_renamed", ALICE, code),
        ("settings_changed", ALICE, code),
        ("nest_deleted", ALICE, code),
    ]
    assert found[2].details == {"settings": ["approval"]}
    assert found[3].reason == ""


def test_whom_alice_sends_out_stands_there_by_id_with_her_reason(den):  # K-5.2
    alice = den.person("Alice").act
    for command in (
        KickListener(person=BOB, reason="loud"),
        BanListener(person=person_id(CHARLIE), reason="louder"),
    ):
        dispatch.dispatch_command(alice, command)

    assert entries() == [
        ("listener_kicked", "done", ALICE, person_id(BOB)),
        ("listener_banned", "done", ALICE, person_id(CHARLIE)),
    ]
    assert AuditEvent.objects.first().reason == "louder"


def test_a_command_sent_twice_is_one_entry(den):  # K-5.2
    command = ChangeNestSettings(id="7", approval=True)

    for _ in range(2):
        dispatch.dispatch_command(den.person("Alice").act, command)

    assert entries() == [("settings_changed", "done", ALICE, "")]


def test_an_attempt_is_kept_although_what_it_did_is_rolled_back(den, monkeypatch):  # K-5.2
    def write_and_refuse(act, command):
        with transaction.atomic():
            Person.objects.at("nobody@example.com")
            raise Refusal("forbidden", "Not you.")

    monkeypatch.setitem(dispatch.HANDLERS, KickListener, write_and_refuse)
    with pytest.raises(Refusal):
        dispatch.dispatch_command(den.person("Alice").act, KickListener(person=BOB))

    assert entries() == [("listener_kicked", "forbidden", ALICE, person_id(BOB))]
    assert not Person.objects.filter(email="nobody@example.com").exists()


def test_what_bob_may_not_do_is_written_with_the_code_of_the_refusal(den):  # K-5.2
    with pytest.raises(Refusal):
        dispatch.dispatch_command(den.person("Bob").act, BanListener(person=CHARLIE))

    assert entries() == [("listener_banned", "forbidden", BOB, person_id(CHARLIE))]


def test_playing_and_voting_ask_the_database_nothing_more(den):  # K-5.2
    alice = visitor("Alice")
    asks(alice, "post", "/api/nests/main/join")
    uris = [row.uri for row in shelved(recording("Blue"), recording("Green"))]
    say = "/api/nests/main/commands"
    asks(alice, "post", say, type="add_songs", uris=uris)

    with CaptureQueriesContext(connection) as asked:
        for kind, more in (
            ("play", {}),
            ("pause", {}),
            ("toggle_jam", {"song_id": 2}),
            ("cast_vote", {"song_id": 2, "direction": 1}),
            ("send_chat_message", {"text": "hello"}),
        ):
            asks(alice, "post", say, type=kind, **more)

    assert len(asked) == 0
    assert entries() == []


def test_an_entry_that_cannot_be_written_takes_back_nothing_that_was_done(monkeypatch):  # K-5.2
    def fail(*_, **__):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(trail, "record_event", fail)
    act = replace(NestStory("main").person("Alice").act, nest="")

    assert dispatch.dispatch_command(act, CreateNest(name="Friday"))["nest_id"]


def test_bob_signs_in():  # K-5.2
    browser_of("Bob")

    assert entries() == [("sign_in", "done", BOB, "")]


def test_a_key_is_in_the_audit_from_making_to_disabling(operator):  # K-5.2
    key, secret = key_of(email=BOB)
    why = {"reason": "a leak"}
    fields = {"role": "admin", "expires_0": "", "expires_1": "", **why}  # `enabled` is not ticked.
    operator.post(f"/admin/accounts/apikey/{key.pk}/change/", fields)
    operator.post(f"/admin/accounts/apikey/{key.pk}/change/", fields | {"enabled": "on"})
    selected = {"action": "disable", "_selected_action": str(key.pk)}
    operator.post("/admin/accounts/apikey/", selected)
    operator.post("/admin/accounts/apikey/", selected | why)

    short = key.hash[:8]
    assert entries("key_made", "key_disabled", "key_enabled") == [
        ("key_made", "done", "", short),
        ("key_disabled", "done", ALICE, short),
        ("key_enabled", "done", ALICE, short),
        ("key_disabled", "done", ALICE, short),
    ]
    of_operator = AuditEvent.objects.filter(actor=ALICE, subject=short)
    assert {entry.reason for entry in of_operator} == {"a leak"}
    written = json.dumps(list(AuditEvent.objects.values()), default=str)
    assert (secret in written, key.hash in written, BOB in written) == (False, False, False)


def test_keys_of_development_that_are_disabled_are_in_it(settle):  # K-5.2 K-1.7
    ensure_keys()
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="false")
    disable_keys()

    assert [row[0] for row in entries("key_disabled")] == ["key_disabled"] * 4


def test_a_key_that_is_used_is_written_once_a_minute():  # K-5.2
    key, secret = key_of("viewer")
    for _ in range(3):
        with_key(secret).who()
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    with_key(secret).who()

    short = key.hash[:8]
    assert entries("auth_success") == [("auth_success", "done", ALICE, short)] * 2
    assert AuditEvent.objects.first().details == {
        "role": "viewer",
        "required_role": "",
        "endpoint": "/api/auth/whoami",
        "owner": person_id(ALICE),
    }


def test_unknown_and_disabled_keys_are_failures_by_their_fingerprint():  # K-5.2
    key, disabled = key_of("viewer", enabled=False)
    for secret in ("andre_made-up-altogether", disabled):
        with_key(secret).who()

    unknown = hash_of("andre_made-up-altogether")[:8]
    assert entries("auth_failure") == [
        ("auth_failure", "unauthorized", "", unknown),
        ("auth_failure", "unauthorized", ALICE, key.hash[:8]),
    ]
    assert "made-up" not in json.dumps(list(AuditEvent.objects.values()), default=str)


def test_a_role_too_low_is_denied_with_both_roles_and_the_address(settle):  # K-5.2 K-1.4
    key, secret = key_of("viewer")
    with_key(secret).asks("GET", "/api/audit?actor=x")
    visitor("Bob").get("/api/workers")

    assert entries("auth_denied") == [
        ("auth_denied", "forbidden", ALICE, key.hash[:8]),
        ("auth_denied", "forbidden", BOB, ""),
    ]
    assert AuditEvent.objects.get(actor=BOB).details == {
        "role": "viewer",
        "required_role": "admin",
        "endpoint": "/api/workers",
    }


def test_who_is_refused_without_end_does_not_fill_the_database():
    bob, most = visitor("Bob"), LIMITS["audited_refusals"].amount

    for _ in range(most + 5):
        trail.record_refusal(Action.AUTH_DENIED, BOB, "forbidden", actor=BOB)

    assert len(entries("auth_denied")) == most
    assert bob.get("/api/workers").status_code == 403


def test_what_an_operator_does_is_written_with_the_reason(operator, den):  # K-5.2
    operator.post(f"/admin/nests/live/{den.nest_id}/end/", {"reason": "noise"})

    (entry,) = AuditEvent.objects.filter(action="nest_deleted")
    assert (entry.actor, entry.credential, entry.nest_id) == (ALICE, "admin", den.nest_id)
    assert entry.reason == "noise"


def test_what_is_changed_in_the_admin_names_the_fields_only(operator):  # K-5.2
    bob = Person.objects.at(BOB, name="Bob")
    operator.post(
        f"/admin/accounts/person/{bob.pk}/change/",
        {"name": "Robert", "role": "operator", "is_active": "on", "reason": "helps"},
    )

    (entry,) = AuditEvent.objects.filter(action="operator_acted")
    assert (entry.actor, entry.reason, LogEntry.objects.count()) == (ALICE, "helps", 1)
    assert entry.details == {
        "what": "changed",
        "of": "accounts.person",
        "row": str(bob.pk),
        "fields": ["Name", "Role"],
    }


def test_a_link_that_is_renewed_or_closed_is_written():  # K-5.2
    alice = visitor("Alice")
    nest = build("The Den", guests=True)
    path = f"/api/nests/{nest.code}/invitation"
    alice.get(path)
    asks(alice, "post", path)
    asks(alice, "delete", path)

    assert entries("invitation_rotated", "invitation_closed") == [
        ("invitation_rotated", "done", ALICE, ""),
        ("invitation_closed", "done", ALICE, ""),
    ]


# It is added to, never changed: K-5.2


def test_nothing_changes_an_entry_and_nothing_removes_one():  # K-5.2
    entry = trail.record_event(Action.NEST_CREATED, actor=ALICE)
    entry.actor = BOB

    for change in (
        entry.save,
        entry.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(actor=BOB),
        lambda: AuditEvent.objects.bulk_update([entry], ["actor"]),
    ):
        with pytest.raises(EntryFixed):
            change()

    assert entries() == [("nest_created", "done", ALICE, "")]


def test_entries_are_kept_for_a_year_or_as_long_as_the_server_says(settle):
    now = timezone.now()
    for days in (366, 364, 20):
        trail.record_event(Action.NEST_CREATED, actor=f"{days}", at=now - timedelta(days=days))

    forget_old_audit()
    after_a_year = [row[2] for row in entries()]
    settle(ANDRE_AUDIT_DAYS="0")
    trail.forget_old(datetime(2900, 1, 1, tzinfo=UTC))
    for_ever = [row[2] for row in entries()]
    settle(ANDRE_AUDIT_DAYS="30")
    trail.forget_old(now)

    assert (after_a_year, for_ever) == (["364", "20"], ["364", "20"])
    assert [row[2] for row in entries()] == ["20"]


# Who reads it: K-5.2


def test_an_admin_pages_through_it_newest_first():  # K-5.2
    _, secret = key_of()
    for number in range(5):
        trail.record_event(Action.NEST_CREATED, actor=BOB, nest_id=f"N{number}")
    program, path, seen = with_key(secret), "/api/audit?action=nest_created&limit=2", []

    page = program.asks("GET", path).json()
    while True:
        seen += [entry["nest_id"] for entry in page["entries"]]
        if page["next_before"] is None:
            break
        trail.record_event(Action.NEST_CREATED, nest_id="late")  # What is new moves no page.
        page = program.asks("GET", f"{path}&before={page['next_before']}").json()

    assert seen == ["N4", "N3", "N2", "N1", "N0"]
    assert page["entries"][0]["actor"] == person_id(BOB)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"actor={BOB.upper()}", {"kicked"}),
        ("nest=DEN", {"kicked"}),
        ("outcome=forbidden", {"refused"}),
        ("action=nest_deleted", {"old"}),
        ("subject=abc", {"old"}),
        ("since=2026-01-01T00:00:00Z&action=nest_deleted", set()),
        ("until=2026-01-01T00:00:00Z", {"old"}),
    ],
)
def test_it_is_filtered(query, found):  # K-5.2
    _, secret = key_of()
    trail.record_event(Action.LISTENER_KICKED, actor=BOB, nest_id="DEN", reason="kicked")
    trail.record_event(Action.LISTENER_BANNED, outcome="forbidden", actor=CHARLIE, reason="refused")
    before = datetime(2025, 1, 1, tzinfo=UTC)
    trail.record_event(Action.NEST_DELETED, subject="abc", reason="old", at=before)

    answer = with_key(secret).asks("GET", f"/api/audit?{query}")

    assert {entry["reason"] for entry in answer.json()["entries"]} == found


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "before=x", "action=sang", "page=2"])
def test_a_bad_filter_is_400(query):  # K-5.2
    _, secret = key_of()

    answer = with_key(secret).asks("GET", f"/api/audit?{query}")

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")


def test_in_the_admin_it_is_found_and_not_changed(operator):  # K-5.2
    entry = trail.record_event(Action.LISTENER_KICKED, actor=BOB, reason="loud", details={"a": "b"})
    pages = "/admin/audit/auditevent/"

    listed = text_of(operator.get(f"{pages}?q=loud&action=listener_kicked"))
    opened = operator.get(f"{pages}{entry.pk}/change/")

    assert ("loud" in listed, "listener_kicked" in listed) == (True, True)
    assert 'name="_save"' not in opened.content.decode()
    assert operator.post(f"{pages}{entry.pk}/change/", {"reason": "quiet"}).status_code == 403
    assert operator.post(f"{pages}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert operator.get(f"{pages}add/").status_code == 403
