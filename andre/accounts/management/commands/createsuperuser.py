"""Django's name for `make_admin`: nobody has a password here, so an address is all it asks for."""

import os
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Make somebody an admin by their e-mail address; the same as make_admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default=os.environ.get("DJANGO_SUPERUSER_EMAIL", ""))
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive")

    def handle(self, *_: Any, **options: Any) -> None:
        email = options["email"]
        if not email and options["interactive"] and sys.stdin.isatty():
            email = input("E-mail address: ").strip()
        if not email:
            raise CommandError("Say who: createsuperuser --email alice@example.com")
        call_command("make_admin", email, stdout=self.stdout)
