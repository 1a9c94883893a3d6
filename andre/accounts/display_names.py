"""What people are called, where only their addresses are known."""

from collections.abc import Collection

from andre.accounts.models import Person
from andre.core.person_ids import GUEST_DOMAIN


def names_of(emails: Collection[str]) -> dict[str, str]:
    people = Person.objects.in_bulk(emails, field_name="email")
    found = {email: person.get_full_name() for email, person in people.items()}
    return {email: found.get(email) or spell_name(email) for email in emails}


def spell_name(email: str) -> str:
    """Of a guest who has been erased it is all that is left; of anybody else, what they may be."""
    name, _, domain = email.rpartition("@")
    return name if domain == GUEST_DOMAIN else email.partition("@")[0].title()
