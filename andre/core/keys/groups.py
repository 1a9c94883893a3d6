"""Groups of connections (Channels): who is told what concerns connections, never state."""

from andre.core.keys.people import person_hash


def nest_group(nest: str) -> str:
    """Channels group of everyone in a nest: what concerns connections, never state."""
    return f"nest.{nest}"


def creators_group(nest: str) -> str:
    """Channels group of those in a nest who look after its guests."""
    return f"nest.{nest}.creators"


def person_group(nest: str, email: str) -> str:
    return f"nest.{nest}.user.{person_hash(email)}"


def account_group(email: str) -> str:
    """Channels group of all that one person has open here, in whichever nest."""
    return f"account.{person_hash(email)}"


def session_group(session_key: str) -> str:
    return f"session.{person_hash(session_key)}"
