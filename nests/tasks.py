"""Upkeep of nests, called by beat."""

from celery import shared_task
from django.utils import timezone

from andre.telemetry import metrics
from nests.guests import passes
from nests.lifecycle import deletion, grace


@shared_task(ignore_result=True)
def clean_up_nests() -> None:
    grace.expire_nests()
    deletion.clean_up()
    metrics.cleanup_runs.inc()
    metrics.cleanup_last.set_to_current_time()


@shared_task(ignore_result=True)
def erase_old_guests() -> None:
    passes.erase_old(timezone.now())
