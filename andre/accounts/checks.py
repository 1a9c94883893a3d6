"""What must hold before Andre goes out into the world."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks

from andre.core.conf import conf


def register() -> None:
    checks.register(no_debug_in_production, checks.Tags.security, deploy=True)


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
