"""Print a code with which the owner opens the admin from another device."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from andre.accounts.owner import issue_code
from andre.core.conf import conf


class Command(BaseCommand):
    help = "Print a code that opens the admin at home from another device, for an hour."

    def handle(self, *_: Any, **__: Any) -> None:
        if not conf().is_home:
            raise CommandError("Such a code is for homes only: start with make home.")
        self.stdout.write(issue_code())
