"""A flag's row: whether it is on, and from which role."""

from typing import Any

from django.db import models, transaction
from waffle.models import AbstractBaseSwitch

from andre.accounts.roles import KEY_ROLES, Role
from andre.audit import trail
from andre.audit.models import Action


class Flag(AbstractBaseSwitch):
    """`changed_by` is the address of who changes it, `changed_because` their reason: for the audit,
    and not stored.
    """

    minimum_role = models.CharField(
        max_length=10,
        choices=[(role, role.label) for role in KEY_ROLES],
        default=Role.ADMIN,
        help_text="Who reaches it has the feature while it is on.",
    )

    changed_by = ""
    changed_because = ""

    class Meta:
        verbose_name = "flag"
        verbose_name_plural = "flags"

    def save(self, *args: Any, **kwargs: Any) -> None:
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new:
                trail.record_event(
                    Action.FLAG_CHANGED,
                    actor=self.changed_by,
                    credential="admin" if self.changed_by else "system",
                    subject=self.name,
                    reason=self.changed_because,
                    details={
                        "active": "on" if self.active else "off",
                        "minimum_role": str(self.minimum_role),
                    },
                )
