"""Print a link that makes whoever presses it the owner of this home."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from andre.accounts.owner import issue_link
from andre.core.conf import conf
from andre.core.home_hosts import sites_for_others


class Command(BaseCommand):
    help = "Print a link for the owner of this home: for one use, within 15 minutes."

    def handle(self, *_: Any, **__: Any) -> None:
        if not conf().is_home:
            raise CommandError("There is an owner at home only: start with make home.")
        token = issue_link()
        sites = [f"http://127.0.0.1:{conf().port}", *sites_for_others()[:1]]
        first, *others = (f"{site}/owner#{token}" for site in sites)
        self.stdout.write(f"Owner's link:     {first}")
        for other in others:
            self.stdout.write(f"  elsewhere:      {other}")
        self.stdout.write("                  (for one use, within 15 minutes)")
