"""What people are called, where only their addresses are known."""

from collections.abc import Collection

from andre.accounts.models import Person


def names_of(emails: Collection[str]) -> dict[str, str]:
    people = Person.objects.in_bulk(emails, field_name="email")
    found = {email: person.get_full_name() for email, person in people.items()}
    return {email: found.get(email) or email.partition("@")[0].title() for email in emails}
