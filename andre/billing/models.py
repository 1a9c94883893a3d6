"""The mirror of what Stripe knows: who is which customer, their subscriptions, events received."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from andre.core.person_ids import person_id
from andre.plans.models import Tier

LONGEST_ID = 255  # Of everything at Stripe.


class Customer(models.Model):
    """`email` is empty once that person is erased; then it is to be deleted at Stripe as well."""

    customer_id = models.CharField(max_length=LONGEST_ID, primary_key=True)
    email = models.EmailField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["email"], condition=~models.Q(email=""), name="one_customer_of_a_person"
            )
        ]

    def __str__(self) -> str:
        return person_id(self.email) if self.email else "somebody who was erased"


class Subscription(models.Model):
    """As it was when it was last read. `status` is Stripe's own word.

    `tier` is empty for a price that none of the settings has ever named. `settled_at`: what comes
    of its end has been done.
    """

    subscription_id = models.CharField(max_length=LONGEST_ID, primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="subscriptions")
    status = models.CharField(max_length=30)
    price_id = models.CharField(max_length=LONGEST_ID)
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True)
    renews_at = models.DateTimeField(null=True)
    cancels_at = models.DateTimeField(null=True)
    next_price_id = models.CharField(max_length=LONGEST_ID, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_tier_display() or 'No tier'} of {self.customer}, {self.status}"


class StripeEvent(models.Model):
    """An event that was signed and has had its effect: a second time it has none."""

    event_id = models.CharField(max_length=LONGEST_ID, primary_key=True)
    kind = models.CharField(max_length=100)
    subscription_id = models.CharField(max_length=LONGEST_ID, blank=True)
    outcome = models.CharField(max_length=30)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "event of Stripe's"
        verbose_name_plural = "events of Stripe's"
        ordering: ClassVar[list[str]] = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind}, {self.outcome}"
