"""What people are on the wire: an opaque id in place of the address, the same in every nest.

The id is HMAC-SHA256 (RFC 2104) of the address under a key of its own, so that nobody who reads
ids can find out whose they are, or try addresses against them.
"""

import hmac
import json
from functools import lru_cache
from hashlib import sha256

from andre.core.conf import conf

LABEL = b"andre.person_ids"  # What the secret key is used for here, and nowhere else.
# Reserved by RFC 2606: nobody has an address there, so those of guests and the like stand there.
OF_NOBODY = ".invalid"
GUEST_DOMAIN = f"guest{OF_NOBODY}"
ID_LENGTH = 32  # hex digits: 128 bits


def person_id(email: str) -> str:
    """32 hex digits; empty for nobody, which is how an event says that the server itself acted."""
    return hmac_hex(id_key(), email)[:ID_LENGTH] if email else ""


def public_person(email: str, name: str, picture: str = "") -> dict[str, object]:
    """Shape `Person` of the protocol."""
    is_guest = email.endswith(f"@{GUEST_DOMAIN}")
    return {"id": person_id(email), "name": name, "picture": picture, "is_guest": is_guest}


def public_address(email: str) -> str:
    """The address where it is one that people write to; empty otherwise."""
    return "" if email.endswith(OF_NOBODY) else email


def person_json(email: str, name: str, picture: str = "") -> str:
    """The same as a text that scripts store and emit; they find the id at its beginning."""
    return json.dumps(public_person(email, name, picture), separators=(",", ":"))


def ids_version() -> str:
    """Changes with the form of what is stored about people, and with the key of their ids."""
    return f"2 {hmac_hex(id_key(), '')[:8]}"


def id_key() -> bytes:
    own = conf().andre_person_id_key
    if own is not None:
        return own.get_secret_value().encode()
    return derive_key(conf().andre_secret_key.get_secret_value())


@lru_cache(maxsize=4)
def derive_key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), LABEL, sha256)


@lru_cache(maxsize=8192)
def hmac_hex(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), sha256).hexdigest()
