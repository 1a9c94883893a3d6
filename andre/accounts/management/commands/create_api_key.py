"""Make an API key and print it, this once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.models import LONGEST_KEY_NAME, Person
from andre.accounts.roles import KEY_ROLES
from andre.core.errors import Refusal
from andre.core.keys import address
from andre.core.text import clean_text


class Command(BaseCommand):
    help = "Make an API key for a person's programs. Prints the key, which nothing shows again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=KEY_ROLES)
        parser.add_argument("--name", default="", help="what the owner knows the program by")
        parser.add_argument("--explicit", action="store_true", help="explicit songs are allowed")
        parser.add_argument("--per-minute", type=int, help="requests; without it, as the role has")
        parser.add_argument("--days", type=int, help="how long it is good; without it, for ever")

    def handle(self, *_: Any, **options: Any) -> None:
        if (options["per_minute"] or 0) < 0 or (options["days"] or 0) < 0:
            raise CommandError("Numbers below 0 make no sense here.")
        try:
            _key, secret = api_keys.issue(
                owner_at(options["owner"]),
                options["role"],
                name=clean_text(options["name"], LONGEST_KEY_NAME),
                explicit_allowed=options["explicit"],
                rate_limit_per_minute=options["per_minute"],
                expires=options["days"] and timezone.now() + timedelta(days=options["days"]),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(secret)


def owner_at(email: str) -> Person:
    """Somebody who has never signed in is known by the name in the address until they do."""
    known = Person.objects.filter(email=address(email)).first()
    return known or Person.objects.at(email, name=email.strip().partition("@")[0])
