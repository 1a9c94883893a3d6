"""A key of each role to begin with, where Andre is developed or where the settings ask for them."""

from typing import Any

import structlog
from django.db import connection
from pydantic import SecretStr

from andre.accounts import api_keys
from andre.accounts.api_keys import stored_fields
from andre.accounts.dev_login import DOMAIN
from andre.accounts.models import ApiKey, Person
from andre.accounts.roles import Role
from andre.core.conf import Conf, conf

MAY_BE_EXPLICIT = (Role.RESEARCHER, Role.ADMIN)

log = structlog.get_logger(__name__)


def after_migrate(using: str, **details: Any) -> None:
    """Every start migrates, or says so. (Emptying the database sends the signal without a plan.)"""
    if using != "default" or "plan" not in details:
        return
    if conf().has_bootstrap_keys:
        ensure_keys()
    else:
        disable_keys()


def ensure_keys() -> None:
    """Four keys, enabled, however often this is called."""
    if ApiKey._meta.db_table not in connection.introspection.table_names():
        log.warning("bootstrap_keys_skipped", reason="the database is not migrated yet")
        return
    for role, secret in secrets_of(conf()).items():
        ensure_key(role, secret.get_secret_value())


def disable_keys() -> None:
    """Those of a time when there were any: in data that began in development they still lie."""
    owners = [address_of_owner(role) for role in Role]
    for key in ApiKey.objects.filter(owner__email__in=owners, enabled=True):
        api_keys.disable(key)  # One by one: whoever is connected with it is told.
        log.warning("bootstrap_key_disabled", key=key.hash[:8], role=key.role)


def address_of_owner(role: str) -> str:
    return f"dev-{role}@{DOMAIN}"


def secrets_of(settings: Conf) -> dict[Role, SecretStr]:
    return {
        Role.VIEWER: settings.andre_bootstrap_viewer_key,
        Role.OPERATOR: settings.andre_bootstrap_operator_key,
        Role.RESEARCHER: settings.andre_bootstrap_researcher_key,
        Role.ADMIN: settings.andre_bootstrap_admin_key,
    }


def ensure_key(role: Role, secret: str) -> None:
    """Known by its owner, who has no other: with another secret it is the same key."""
    owner, _ = Person.objects.get_or_create(
        email=address_of_owner(role), defaults={"name": f"dev-{role}"}
    )
    wanted = {"role": role.value, "enabled": True, "explicit_allowed": role in MAY_BE_EXPLICIT}
    wanted |= stored_fields(secret)
    key = owner.api_keys.order_by("created").first() or ApiKey(owner=owner)
    if key._state.adding or any(getattr(key, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(key, name, value)
        key.save()
