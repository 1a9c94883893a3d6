"""What must hold before Andre goes out into the world."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks

from andre.conf import conf

SHORTEST_JWT_SECRET = 32  # RFC 7518, section 3.2: as long as the hash of HS256.


def register() -> None:
    checks.register(no_debug_in_production, checks.Tags.security, deploy=True)
    checks.register(no_short_jwt_secret, checks.Tags.security, deploy=True)


def no_debug_in_production(**_: Any) -> Sequence[checks.CheckMessage]:
    if not (settings.DEBUG and conf().andre_environment == "prod"):
        return []

    return [
        checks.Error(
            "DEBUG is on in prod: anybody on this machine could sign in as anybody.",
            hint="Unset DEBUG, or set ANDRE_ENVIRONMENT to dev.",
            id="accounts.E001",
        )
    ]


def no_short_jwt_secret(**_: Any) -> Sequence[checks.CheckMessage]:
    if len(conf().andre_jwt_secret.get_secret_value().encode()) >= SHORTEST_JWT_SECRET:
        return []

    return [
        checks.Warning(
            "ANDRE_JWT_SECRET is short: whoever has one token can guess it and make others.",
            hint=f"Set it to {SHORTEST_JWT_SECRET} random characters or more.",
            id="accounts.W002",
        )
    ]
