"""Whether somebody could read another person's address in a text."""

from urllib.parse import quote

from andre.core.keys import person_hash

PEOPLE = ("Alice", "Bob", "Carol")


def forms_of(email: str) -> tuple[str, ...]:
    """How an address could stand in a text, its plain digest included."""
    escaped = (email.replace("@", sign) for sign in ("\\u0040", "&#64;", "&#x40;"))
    return (email, quote(email), *escaped, person_hash(email))


def leaks_in(text: str, reader: str) -> list[str]:
    """Addresses of other people in what somebody reads."""
    others = [f"{name.lower()}@example.com" for name in PEOPLE if name != reader]
    return [form for email in others for form in forms_of(email) if form in text]
