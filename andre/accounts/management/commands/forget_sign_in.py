"""Forget what somebody signed in with, so that their address is open to another way."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from social_django.models import UserSocialAuth

from andre.accounts.sign_in_ways import GOOGLE, OIDC, PROXY


class Command(BaseCommand):
    help = (
        "Forget which accounts of one way of signing in belong to whom, for one address or for "
        "all: for when that way is given up. Whoever proves the address in another way next has "
        "the account. Nobody is signed out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("way", choices=[GOOGLE, OIDC, PROXY])
        parser.add_argument("email", metavar="EMAIL", nargs="?", help="without it: everybody")

    def handle(self, *_: Any, **options: Any) -> None:
        found = UserSocialAuth.objects.filter(provider=options["way"])
        if options["email"]:
            found = found.filter(user__email=options["email"].strip().lower())
        count, _rows = found.delete()
        self.stdout.write(f"{count} forgotten.")
