from typing import Any

from django.core.management.base import BaseCommand

from nests.lifecycle import grace


class Command(BaseCommand):
    help = "Decide about nests whose DJ has been away for too long, as is done every minute."

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(f"Expired nests: {grace.expire_nests()}")
