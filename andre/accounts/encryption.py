"""Secrets of people at rest: encrypted, and of use only where they were put.

Fernet (AES-128-CBC with HMAC-SHA256), its key by HKDF (RFC 5869) from the server's own.
"""

import base64
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from andre.core.conf import conf

PURPOSE = b"andre.accounts.vault"


class DecryptionFailed(Exception):
    """Sealed with another key, changed since, or somebody else's."""


def encrypt(secret: str, owner: str) -> str:
    """`owner` is whoever it belongs to: moved to another row it cannot be opened."""
    return derive_fernet(own_key()).encrypt(json.dumps([owner, secret]).encode()).decode()


def decrypt(sealed: str, owner: str) -> str:
    """Raises DecryptionFailed for what another key encrypted, or nobody."""
    try:
        found, secret = json.loads(derive_fernet(own_key()).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise DecryptionFailed from error
    if found != owner:
        raise DecryptionFailed
    return str(secret)


def own_key() -> str:
    return (conf().andre_accounts_key or conf().andre_secret_key).get_secret_value()


@lru_cache(maxsize=4)
def derive_fernet(key: str) -> Fernet:
    made = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))
