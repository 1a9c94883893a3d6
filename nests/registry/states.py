"""The states of a nest's life, and which of them follows which: one guard decides every change."""

from dataclasses import replace
from functools import partial

from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest
from nests.registry import naming, records
from nests.registry.records import Nest, State
from nests.scripts import lua

CREATED: State = "CREATED"  # Nobody has come in yet.
LIVE: State = "LIVE"
GRACE: State = "GRACE"  # Waits for its DJ.
EXPIRED: State = "EXPIRED"  # Has waited in vain.
DELETED: State = "DELETED"

# An end is absolute: nothing follows it.
FOLLOWING: dict[State, tuple[State, ...]] = {
    CREATED: (LIVE, DELETED),
    LIVE: (GRACE, DELETED),
    GRACE: (LIVE, EXPIRED, DELETED),
    EXPIRED: (),
    DELETED: (),
}


class NotFollowing(Exception):
    """The nest is in a state that the wished one does not follow."""


def mark(nest_id: str, state: State, *, coming_from: State | None = None) -> bool:
    """Bring a nest into this state; False, and nothing written, where that cannot be.

    Of several who do it at once, one is told that it was them. `coming_from` narrows the table.
    """
    try:
        naming.rewrite(nest_id, partial(brought_into, state=state, coming_from=coming_from))
    except (NoSuchNest, NotFollowing):
        return False
    return True


def follow_grace(nest_id: str) -> None:
    """Bring the registry to whether the nest waits for its DJ.

    The nest's own memory decides, and may change between reading and writing; so it is read again
    after it was written down, until both say the same.
    """
    try:
        while True:
            waits = waits_for_dj(nest_id)
            if waits:
                mark(nest_id, GRACE)
            else:
                mark(nest_id, LIVE, coming_from=GRACE)
            if waits_for_dj(nest_id) == waits:
                return
    except NoSuchNest:
        return


def waits_for_dj(nest_id: str) -> bool:
    """Raises NoSuchNest."""
    return lua.read_grace(CommandContext(nest_id)) != ["none"]


def brought_into(nest: Nest, state: State, coming_from: State | None) -> Nest:
    """Raises NotFollowing."""
    is_meant = coming_from in (None, nest.state)
    if nest.is_main or not is_meant or state not in FOLLOWING[nest.state]:
        raise NotFollowing
    return replace(nest, state=state)


def end(nest_id: str) -> State:
    """In which state a nest ends: DELETED, unless it has come to its end by itself."""
    mark(nest_id, DELETED)
    nest = records.read_nest(nest_id)
    return DELETED if nest is None else nest.state
