"""Secrets of people at rest: encrypted, and of use only where they were put.

Fernet (AES-128-CBC with HMAC-SHA256), its key by HKDF (RFC 5869) from the house's own.
"""

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from andre.conf import conf

PURPOSE = b"andre.accounts.vault"


class Unreadable(Exception):
    """Sealed with another key, changed since, or somebody else's."""


def seal(secret: str, owner: str) -> str:
    """`owner` is whoever it belongs to: moved to another row it cannot be opened."""
    return locked(own_key()).encrypt(json.dumps([owner, secret]).encode()).decode()


def unseal(sealed: str, owner: str) -> str:
    """Raises Unreadable."""
    try:
        found, secret = json.loads(locked(own_key()).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise Unreadable from error
    if found != owner:
        raise Unreadable
    return str(secret)


def own_key() -> str:
    return (conf().andre_accounts_key or conf().andre_secret_key).get_secret_value()


@lru_cache(maxsize=4)
def locked(key: str) -> Fernet:
    made = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))
