from typing import Any

from django.core.management.base import BaseCommand

from nests.lifecycle import grace


class Command(BaseCommand):
    help = "Let nests wait for a DJ of whom Redis has lost every sign of life."

    def handle(self, *_: Any, **__: Any) -> None:
        recovery = grace.recover_nests()
        self.stdout.write(f"Waiting for their DJ: {recovery.waiting}. Expired: {recovery.expired}")
