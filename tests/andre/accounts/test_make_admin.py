"""H13, A1: who is an admin by command, beside those whom SUPER_ADMIN_EMAILS names."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from andre.accounts.models import Person
from andre.accounts.operators import is_operator
from andre.accounts.roles import Role
from tests.support.backstage import give_second_factor

pytestmark = pytest.mark.django_db

ALICE = "alice@example.com"


def run(*command: str, **options: object) -> str:
    said = StringIO()
    call_command(*command, stdout=said, **options)
    return said.getvalue()


def signed_in(email: str) -> Client:
    """With their second factor."""
    client, person = Client(), Person.objects.at(email)
    client.force_login(person, backend="andre.accounts.backends.Google")
    give_second_factor(client, person)
    return client


@pytest.mark.parametrize(
    "command", [("make_admin", ALICE), ("createsuperuser", "--email", ALICE, "--noinput")]
)
def test_whom_a_command_makes_an_admin_finds_the_admin(command):  # H13
    said = run(*command)

    alice = signed_in(ALICE)

    assert "is an admin" in said
    assert alice.get("/admin/").status_code == 200
    assert alice.get("/api/auth/whoami").json()["role"] == Role.ADMIN


def test_an_admin_by_command_stays_one_at_every_sign_in(settle):  # A1
    settle(SUPER_ADMIN_EMAILS="")
    run("make_admin", ALICE)

    signed_in(ALICE)

    assert is_operator(Person.objects.get(email=ALICE))


def test_an_admin_by_command_is_one_no_longer_when_taken_away(settle):  # A1
    settle(SUPER_ADMIN_EMAILS="")
    run("make_admin", ALICE)
    alice = signed_in(ALICE)

    said = run("make_admin", ALICE, "--remove")

    assert "is not an admin" in said
    assert alice.get("/admin/").status_code == 302
    assert signed_in(ALICE).get("/admin/").status_code == 302


def test_the_command_takes_nothing_from_whom_the_settings_name(settle):  # A1
    settle(SUPER_ADMIN_EMAILS=ALICE)

    said = run("make_admin", ALICE, "--remove")

    assert "SUPER_ADMIN_EMAILS" in said
    assert signed_in(ALICE).get("/admin/").status_code == 200


def test_who_is_no_admin_by_any_source_is_kept_out():  # A1
    Person.objects.create(email="bob@example.com", role=Role.ADMIN)

    bob = signed_in("bob@example.com")

    assert bob.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "command", [("make_admin", "no address"), ("createsuperuser", "--noinput")]
)
def test_without_an_address_the_command_says_what_is_missing(command):  # H13
    with pytest.raises(CommandError):
        run(*command)
