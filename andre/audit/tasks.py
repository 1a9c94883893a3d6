"""What beat does for the audit."""

from celery import shared_task
from django.utils import timezone

from andre.audit import trail


@shared_task(ignore_result=True)
def forget_old_audit() -> None:
    trail.forget_old(timezone.now())
