"""What a session must agree with: the state of its person, read without asking the database.

A session is good while its person's role, their account and their count of signed-out-everywheres
are what they were at the sign-in. Redis keeps that state for every process; where it has none, or
does not answer, the row is asked.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.errors import Refusal
from andre.core.keys import account_group, account_state
from andre.core.redis import redis

if TYPE_CHECKING:
    from andre.accounts.models import Person

STATE_SECONDS = 3_600  # A row that somebody changed in SQL is noticed after this.


BY_COMMAND = " by-command"


def spell_state(role: str, *, is_active: bool, session_epoch: int, by_command: bool = False) -> str:
    plain = f"{role} {'open' if is_active else 'closed'} {session_epoch}"
    return plain + BY_COMMAND if by_command else plain


def is_admin_by_command(state: str | None) -> bool:
    return state is not None and state.endswith(BY_COMMAND)


def read_state(email: str) -> str | None:
    """The state of the person with this address; None if there is no such person."""
    try:
        kept = redis().get(account_state(email))
    except Refusal:
        return state_in_database(email)
    return kept or keep_state(email)


def keep_state(email: str) -> str | None:
    found = state_in_database(email)
    if found is not None:
        # Only if there is none: whoever changes the person meanwhile writes the newer one. And
        # where nothing can be written, the next one asks the database again.
        with suppress(Refusal):
            redis().set(account_state(email), found, ex=STATE_SECONDS, nx=True)
    return found


def state_in_database(email: str) -> str | None:
    from andre.accounts.models import Person

    person = Person.objects.filter(email=email).first()
    return person.state if person else None


def forget_state(email: str) -> None:
    """Before a change: without Redis there is none. Raises Refusal `unavailable`."""
    redis().delete(account_state(email))


def publish_state(person: "Person") -> None:
    """After a change: every process knows it, and what is connected is looked at again."""
    redis().set(account_state(person.email), person.state, ex=STATE_SECONDS)
    layer = get_channel_layer()
    if layer is not None:
        group = account_group(person.email)
        async_to_sync(layer.group_send)(group, {"type": "account.changed"})
