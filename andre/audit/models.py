"""One entry of the audit, which nothing changes once it is written."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone

LONGEST_REASON = 500
DONE = "done"


class EntryFixed(Exception):
    """Somebody tried to change or to remove an entry: a bug of whoever tried."""

    def __init__(self) -> None:
        super().__init__("Entries of the audit are added, never changed and never removed.")


class Entries(models.QuerySet["AuditEvent"]):
    """Refuses what changes rows; what the audit itself may do stands in andre/audit/trail.py."""

    def update(self, **_: Any) -> NoReturn:
        """Raises EntryFixed."""
        raise EntryFixed

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        """Raises EntryFixed."""
        raise EntryFixed

    def delete(self) -> NoReturn:
        """Raises EntryFixed."""
        raise EntryFixed


class Action(models.TextChoices):
    SIGN_IN = "sign_in"
    AUTH_SUCCESS = "auth_success"
    AUTH_FAILURE = "auth_failure"
    AUTH_DENIED = "auth_denied"
    KEY_MADE = "key_made"
    KEY_ENABLED = "key_enabled"
    KEY_DISABLED = "key_disabled"
    FLAG_CHANGED = "flag_changed"
    NEST_CREATED = "nest_created"
    NEST_RENAMED = "nest_renamed"
    NEST_DELETED = "nest_deleted"
    SETTINGS_CHANGED = "settings_changed"
    LISTENER_KICKED = "listener_kicked"
    LISTENER_BANNED = "listener_banned"
    LISTENER_UNBANNED = "listener_unbanned"
    SECOND_FACTOR_SET_UP = "second_factor_set_up"
    SECOND_FACTOR_GIVEN = "second_factor_given"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    INVITATION_ROTATED = "invitation_rotated"
    INVITATION_CLOSED = "invitation_closed"
    OPERATOR_ACTED = "operator_acted"
    STALE_LEASE_RECOVERY = "stale_lease_recovery"
    PERSON_ERASED = "person_erased"
    VANITY_CLAIMED = "vanity_claimed"
    VANITY_RELEASED = "vanity_released"
    VANITY_TRANSFERRED = "vanity_transferred"
    NEST_THROTTLED = "nest_throttled"
    THROTTLE_ENDED = "throttle_ended"
    PLAN_GIVEN = "plan_given"
    PLAN_CHANGED = "plan_changed"
    PLAN_TAKEN = "plan_taken"
    SUBSCRIPTION_CHANGED = "subscription_changed"


class AuditEvent(models.Model):
    """`actor` is an address, and empty where the server itself acted; `subject` is whom or what it
    was done to: a person's id, the first eight characters of a key's hash, the name of a flag.

    `outcome` is `done`, or the code of the refusal.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=30)
    outcome = models.CharField(max_length=40, default=DONE)
    actor = models.CharField(max_length=254, blank=True)
    credential = models.CharField(max_length=10, blank=True)
    nest_id = models.CharField(max_length=24, blank=True)
    subject = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    command_id = models.CharField(max_length=64, blank=True, editable=False)
    details = models.JSONField(default=dict, blank=True)

    objects = Entries.as_manager()

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["action", "-id"], name="audit_of_action"),
            models.Index(fields=["actor", "-id"], name="audit_of_actor"),
            models.Index(fields=["nest_id", "-id"], name="audit_of_nest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}, {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises EntryFixed for one that was written before."""
        if not self._state.adding:
            raise EntryFixed
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Raises EntryFixed."""
        raise EntryFixed
