"""Upkeep of nests, called by beat."""

from celery import shared_task

from nests.services import lifecycle


@shared_task(ignore_result=True)
def clean_up_nests() -> None:
    lifecycle.clean_up()
