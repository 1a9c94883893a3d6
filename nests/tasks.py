"""Upkeep of nests, called by beat."""

from celery import shared_task

from nests.lifecycle import deletion


@shared_task(ignore_result=True)
def clean_up_nests() -> None:
    deletion.clean_up()
