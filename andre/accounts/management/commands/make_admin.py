"""Make somebody an admin of this server, or no longer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from andre.accounts.models import Person, is_admin_by_group, is_super_admin
from andre.core.errors import Refusal


class Command(BaseCommand):
    help = (
        "Make the person with this e-mail address an admin, from their next sign-in on. "
        "Whoever has never signed in is one as soon as they do."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--remove", action="store_true", help="they are an admin no longer")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            person = Person.objects.at(options["email"], is_admin_by_command=not options["remove"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(describe(person))


def describe(person: Person) -> str:
    if person.is_admin_by_command:
        return f"{person.email} is an admin. They sign in as ever, and find the admin at /admin/."
    if is_super_admin(person.email):
        return f"{person.email} stays an admin: SUPER_ADMIN_EMAILS names them."
    if is_admin_by_group(person):
        return f"{person.email} stays an admin: they are in the group of OIDC_ADMIN_GROUP."
    return f"{person.email} is not an admin."
