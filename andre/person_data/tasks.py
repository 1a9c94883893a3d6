"""What is done once more, a minute after somebody was erased."""

from celery import shared_task

from andre.person_data import erasure


@shared_task(ignore_result=True)
def erase_leftovers(email: str, name: str) -> None:
    erasure.erase_leftovers(email, name)
