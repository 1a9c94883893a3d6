"""Forget somebody's second factor, because their telephone and their recovery codes are lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from andre.accounts.models import Person
from andre.accounts.second_factor import has_second_factor, reset_second_factor

BY_COMMAND = "by command, on the machine itself"


class Command(BaseCommand):
    help = (
        "Forget the second factor of the person with this e-mail address, and sign them out "
        "everywhere. At their next visit of the admin they set up another one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--reason", default=BY_COMMAND, help="what the audit says of it")

    def handle(self, *_: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = Person.objects.filter(email=email).first()
        if person is None:
            raise CommandError(f"Nobody has signed in as {email}.")
        if not has_second_factor(person):
            raise CommandError(f"{email} has no second factor.")
        reset_second_factor(person, options["reason"])
        self.stdout.write(f"{email} is signed out, and sets up another second factor at /admin/.")
