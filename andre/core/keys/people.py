"""How a person is spelled in a key, in a group of connections and in a log."""

import hashlib
import re

from andre.core.errors import Refusal

EMAIL = re.compile(r"[^\s@|{}\x00-\x1f]{1,64}@[^\s@|{}\x00-\x1f]{1,190}")


def address(email: str) -> str:
    """The one spelling of an e-mail address that may enter a key. Raises Refusal."""
    found = email.strip().lower()
    if not EMAIL.fullmatch(found):
        raise Refusal("validation_error", "This is not an e-mail address.")
    return found


def person_hash(email: str) -> str:
    """A name for a person where the address itself must not stand: groups, logs."""
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def log_name(email: str) -> str:
    """Who this was, in a log: the same person is the same name, and nobody reads an address."""
    return f"person-{person_hash(email.strip().lower())[:12]}"
