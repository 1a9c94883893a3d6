"""The state of a person as Redis has it; where Redis has none, or is away, as the row has it."""

from contextlib import suppress

from andre.accounts.account_state import STATE_SECONDS
from andre.accounts.models import Person
from andre.core.errors import Refusal
from andre.core.keys import account_state
from andre.core.redis import redis


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
    person = Person.objects.filter(email=email).first()
    return person.state if person else None
