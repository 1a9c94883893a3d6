"""Who changed each tab of the console last, and when: as the audit has it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from andre.accounts.models import Person
from andre.audit.models import DONE, Action, AuditEvent
from andre.core.person_ids import person_id
from andre.protocol.nest_settings import NEST_SETTINGS

Tab = Literal["general", "theme", "bender", "moderation"]
TABS: tuple[Tab, ...] = get_args(Tab)
SEEN = 200  # Of the latest entries of a nest: what is older was a long time ago.

TAB_OF_ACTION: Mapping[str, Tab] = {
    Action.NEST_RENAMED: "general",
    Action.VANITY_CLAIMED: "general",
    Action.VANITY_RELEASED: "general",
    Action.VANITY_TRANSFERRED: "general",
    Action.INVITATION_ROTATED: "general",
    Action.INVITATION_CLOSED: "general",
    Action.LISTENER_KICKED: "moderation",
    Action.LISTENER_BANNED: "moderation",
    Action.LISTENER_UNBANNED: "moderation",
}
TAB_OF_GROUP: Mapping[str, Tab] = {"Theme": "theme", "Bender": "bender"}
OF_GENERAL = {"is_private", "entry_mode"}


def read_updates(nest_id: str) -> dict[Tab, dict[str, Any] | None]:
    """`by` as an id and a name, and `at`; None for a tab that nobody has changed."""
    entries = AuditEvent.objects.filter(
        nest_id=nest_id, outcome=DONE, action__in=[*TAB_OF_ACTION, Action.SETTINGS_CHANGED]
    )
    latest: dict[Tab, AuditEvent] = {}
    for entry in entries[:SEEN]:
        for tab in tabs_of(entry):
            latest.setdefault(tab, entry)
    names = read_names({entry.actor for entry in latest.values()})
    return {tab: describe_update(latest[tab], names) if tab in latest else None for tab in TABS}


def tabs_of(entry: AuditEvent) -> Iterator[Tab]:
    if entry.action in TAB_OF_ACTION:
        yield TAB_OF_ACTION[entry.action]
    for name in entry.details.get("settings", ()):
        row = NEST_SETTINGS.get(name)
        if name in OF_GENERAL:
            yield "general"
        elif row is not None and row.group in TAB_OF_GROUP:
            yield TAB_OF_GROUP[row.group]


def read_names(emails: set[str]) -> dict[str, str]:
    return dict(Person.objects.filter(email__in=emails).values_list("email", "name"))


def describe_update(entry: AuditEvent, names: Mapping[str, str]) -> dict[str, Any]:
    """A person who is erased has neither an id nor a name here."""
    name = names.get(entry.actor, "")
    by = {"id": person_id(entry.actor) if name else "", "name": name}
    return {"by": by, "at": entry.at.isoformat()}
