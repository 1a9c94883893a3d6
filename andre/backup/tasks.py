"""The daily backup, called by beat."""

from celery import shared_task
from django.utils import timezone


@shared_task(ignore_result=True)
def make_daily_backup() -> None:
    from andre.backup import backups  # Drivers and ciphers: most workers never need them.

    backups.make_daily_backup(timezone.now())
