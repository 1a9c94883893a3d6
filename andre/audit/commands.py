"""Which commands of the pipeline are in the audit. Playing, voting and the like are events."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.utils import timezone

from andre.audit import trail
from andre.audit.models import Action, AuditEvent
from andre.core import stores
from andre.core.command_hooks import DONE, FAILED, CommandOutcome
from andre.core.person_ids import person_id

# A refusal of these kinds is somebody's attempt; the others are about the nest, or the moment.
ATTEMPTS = frozenset({"forbidden", "session_required", "feature_not_allowed"})
REPEATED_WITHIN = timedelta(minutes=10)  # As long as a reply is kept under its command's id.

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    action: Action
    subject: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def record_command(ended: CommandOutcome) -> None:
    """A hook of the pipeline, which comes after everything that a refusal takes back."""
    describe = AUDITED.get(ended.command.kind())
    if describe is None and ended.act.actor.credential != "admin":
        return
    if ended.outcome == FAILED or (ended.outcome != DONE and ended.outcome not in ATTEMPTS):
        return
    try:
        for entry in (describe or describe_operation)(ended):
            write_entry(ended, entry)
    except stores.FAULTS as error:
        # Its change is made, in Redis, so that nobody is told that it was not.
        log.exception("audit_not_written", command=ended.command.kind(), error=str(error))


def write_entry(ended: CommandOutcome, entry: Entry) -> None:
    columns: dict[str, Any] = {
        "actor": ended.person,
        "credential": ended.act.actor.credential,
        "nest_id": ended.act.nest or ended.answer.get("nest_id", ""),
        "subject": entry.subject,
        "reason": ended.act.actor.reason or getattr(ended.command, "reason", None) or "",
        "command_id": ended.command.id or "",
        "details": dict(entry.details),
    }
    if ended.outcome != DONE:
        trail.record_refusal(entry.action, ended.person, ended.outcome, **columns)
    elif not was_recorded(entry.action, ended):
        trail.record_event(entry.action, **columns)


def was_recorded(action: Action, ended: CommandOutcome) -> bool:
    """A command that is sent twice under its id is done once."""
    if not ended.command.id:
        return False
    return AuditEvent.objects.filter(
        action=action,
        actor=ended.person,
        command_id=ended.command.id,
        outcome=DONE,
        at__gt=timezone.now() - REPEATED_WITHIN,
    ).exists()


def describe_creation(ended: CommandOutcome) -> Iterator[Entry]:
    yield Entry(Action.NEST_CREATED)


def describe_end(ended: CommandOutcome) -> Iterator[Entry]:
    yield Entry(Action.NEST_DELETED)


def describe_settings(ended: CommandOutcome) -> Iterator[Entry]:
    """Which settings, and not what they are set to: the nest itself tells that."""
    changed = sorted(getattr(ended.command, "wishes", {}))
    if "name" in changed:
        yield Entry(Action.NEST_RENAMED)
        changed.remove("name")
    if "vanity_code" in changed:
        code = getattr(ended.command, "vanity_code", None)
        action = Action.VANITY_CLAIMED if code else Action.VANITY_RELEASED
        yield Entry(action, details={"code": code} if code else {})
        changed.remove("vanity_code")
    if changed:
        yield Entry(Action.SETTINGS_CHANGED, details={"settings": changed})


def describer_of_person(action: Action) -> Callable[[CommandOutcome], Iterator[Entry]]:
    def describe(ended: CommandOutcome) -> Iterator[Entry]:
        person = str(getattr(ended.command, "person", ""))
        yield Entry(action, person_id(person.lower()) if "@" in person else person)

    return describe


def describe_operation(ended: CommandOutcome) -> Iterator[Entry]:
    yield Entry(Action.OPERATOR_ACTED, details={"command": ended.command.kind()})


AUDITED: dict[str, Callable[[CommandOutcome], Iterator[Entry]]] = {
    "create_nest": describe_creation,
    "delete_nest": describe_end,
    "change_nest_settings": describe_settings,
    "kick_listener": describer_of_person(Action.LISTENER_KICKED),
    "ban_listener": describer_of_person(Action.LISTENER_BANNED),
    "unban_listener": describer_of_person(Action.LISTENER_UNBANNED),
}
