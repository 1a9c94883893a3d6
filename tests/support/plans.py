"""The paid console, switched on for one test, and who has which plan of it."""

from datetime import timedelta

from django.utils import timezone

from andre.plans.models import Plan
from tests.nests.support import ALICE

SOLD = {"NEST_ADMIN_ENABLED": "true", "STRIPE_SECRET_KEY": "sk_test_of_nobody"}


def give(*tiers, to=ALICE):
    for tier in tiers:
        Plan.objects.create(email=to, tier=tier, reason="a friend of the house")


def lapse(of=ALICE):
    Plan.objects.filter(email=of).update(ends_at=timezone.now() - timedelta(seconds=1))
