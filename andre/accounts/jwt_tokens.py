"""JSON Web Tokens (RFC 7519): what a program holds instead of its key, for an hour."""

import time
from dataclasses import dataclass
from uuid import UUID

import jwt

from andre.accounts.models import ApiKey
from andre.core.conf import conf
from andre.core.errors import Refusal

ISSUER = "andre"
AUDIENCE = "andre-api"
REQUIRED = ("sub", "iat", "exp", "iss", "aud")
BEGINS = "eyJ"  # Base64 of `{"`; no key of ours begins so.


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says; its key may have been disabled since."""

    key_id: str
    ends_at: float


def mint(key: ApiKey) -> tuple[str, float]:
    """(token, the second at which it ends). Milliseconds count: a refreshed one ends later."""
    now = round(time.time(), 3)
    ends_at = now + conf().andre_jwt_expiry_minutes * 60
    claims = {
        "sub": str(key.pk),
        "owner": key.owner.email,
        "role": key.role,
        "iat": now,
        "exp": ends_at,
        "iss": ISSUER,
        "aud": AUDIENCE,
    }
    secret = conf().andre_jwt_secret.get_secret_value()
    return jwt.encode(claims, secret, conf().andre_jwt_algorithm), ends_at


def verify(token: str) -> Claims:
    """Raises Refusal `token_expired` if only time passed, else `invalid_token`."""
    try:
        claims = jwt.decode(
            token,
            conf().andre_jwt_secret.get_secret_value(),
            algorithms=[conf().andre_jwt_algorithm],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": list(REQUIRED)},
        )
        return Claims(str(UUID(claims["sub"])), float(claims["exp"]))
    except jwt.ExpiredSignatureError as error:
        sentence = "This token has ended; ask for a new one with your key."
        raise Refusal("token_expired", sentence, status=401) from error
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise invalid() from error


def invalid() -> Refusal:
    return Refusal("invalid_token", "This token is not one of ours, or not any more.", status=401)


def is_one(shown: str) -> bool:
    """Whether this is meant to be a token rather than a key."""
    return shown.startswith(BEGINS) and shown.count(".") == 2
