"""A plan's row: who has which tier, and until when."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone

from andre.audit import trail
from andre.audit.models import LONGEST_REASON, Action
from andre.core.person_ids import person_id


class Tier(models.TextChoices):
    TIER_A = "tier_a", "Tier A"
    TIER_B = "tier_b", "Tier B"


class Plan(models.Model):
    """One tier of one creator's; somebody may have both.

    `subscription` is the id of what is paid for it, empty for what an operator has given. A plan
    that has ended stays as a row. `changed_by` is the address of who changes it, for the audit; it
    is not stored.
    """

    email = models.EmailField(max_length=254)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it has no end.")
    reason = models.CharField(max_length=LONGEST_REASON, help_text="Stands in the audit.")
    subscription = models.CharField(max_length=255, blank=True, editable=False)

    changed_by = ""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["email", "tier"],
                condition=models.Q(subscription=""),
                name="one_given_plan_of_a_tier",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=~models.Q(subscription=""),
                name="one_plan_of_a_subscription",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()} of {person_id(self.email)}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip().lower()
        action = Action.PLAN_GIVEN if self._state.adding else Action.PLAN_CHANGED
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.record(action)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.record(Action.PLAN_TAKEN)
            return super().delete(*args, **kwargs)

    def record(self, action: Action) -> None:
        trail.record_event(
            action,
            actor=self.changed_by,
            credential="admin" if self.changed_by else "system",
            subject=person_id(self.email),
            reason=self.reason,
            details={
                "tier": str(self.tier),
                "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            },
        )
