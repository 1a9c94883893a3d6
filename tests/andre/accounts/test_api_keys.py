"""Keys of programs: made once, shown once, good until they are not."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from andre.accounts import api_keys
from andre.accounts.models import ApiKey, Person
from tests.support.logs import logged
from tests.support.programs import key_behind

pytestmark = pytest.mark.django_db


# K-1.1
def test_the_same_key_has_the_same_64_hex_characters():
    once, again = api_keys.hash_of("andre_abc"), api_keys.hash_of("andre_abc")

    assert once == again != api_keys.hash_of("andre_abd")
    assert re.fullmatch(r"[0-9a-f]{64}", once)


# K-1.2
def test_a_known_key_tells_its_owner_role_and_flags(key_of):
    _, secret = key_of("alice", "researcher", explicit_allowed=True)

    key = key_behind(secret)

    assert (key.owner.email, key.role, key.explicit_allowed) == (
        "alice@example.com",
        "researcher",
        True,
    )


# K-1.2
def test_a_key_that_is_empty_unknown_disabled_or_over_is_nobodys(key_of):
    disabled, expired, closed = (
        key_of("alice", enabled=False),
        key_of("alice", expires=timezone.now()),
        key_of("bob"),
    )
    Person.objects.filter(email="bob@example.com").update(is_active=False)
    unknown = ["", " ", "andre_", "x" * 5000, "ключ-который-не-ключ", "andre_\x00\x00\x00"]

    answers = [key_behind(secret) for _, secret in (disabled, expired, closed)]

    assert answers + [key_behind(each) for each in unknown] == [None] * 9


# K-1.2
def test_a_key_is_good_until_it_expires(key_of):
    _, secret = key_of("alice", expires=timezone.now() + timedelta(hours=1))

    now = key_behind(secret)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        later = key_behind(secret)

    assert now is not None
    assert later is None


def test_two_keys_that_begin_alike_are_told_apart(key_of):
    first, _ = key_of("alice")
    second, secret = key_of("bob")
    ApiKey.objects.filter(pk=first.pk).update(prefix=second.prefix)

    assert key_behind(secret) == second


# K-1.8
def test_what_is_kept_does_not_have_the_key_in_it(key_of):
    key, secret = key_of("alice")

    kept = [str(value) for value in ApiKey.objects.values_list().get(pk=key.pk)]

    assert not any(secret[len(key.prefix) :] in value for value in kept)
    assert len(secret) - len(key.prefix) >= 32  # × 6 bits
    assert str(key) == f"{secret[:12]}…"


def test_use_is_written_down_once_a_minute(key_of, django_assert_num_queries):
    key, _ = key_of("alice")
    now = timezone.now()

    with logged() as log, time_machine.travel(now, tick=False):
        api_keys.note_use(key, "/api/search")
        api_keys.note_use(key, "/api/search")
        key.refresh_from_db()
        with django_assert_num_queries(0):
            api_keys.note_use(key, "/api/search")
        first = key.last_used_at
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        api_keys.note_use(key, "/api/search")
    key.refresh_from_db()

    assert key.last_used_at - first == timedelta(seconds=61)
    assert len(log.of("auth_success")) == 1


# K-1.8
def test_the_command_prints_the_key_and_nothing_else():
    said = StringIO()

    call_command(
        "create_api_key", owner="Alice@Example.com", role="operator", per_minute=3, stdout=said
    )

    key = key_behind(said.getvalue().removesuffix("\n"))
    assert (key.owner.email, key.owner.name, key.role) == ("alice@example.com", "Alice", "operator")
    assert (key.rate_limit_per_minute, key.expires) == (3, None)


def test_somebody_who_is_known_keeps_their_name():
    Person.objects.at("alice@example.com", name="Alice Liddell")

    call_command("create_api_key", owner="alice@example.com", role="viewer", stdout=StringIO())

    assert Person.objects.get(email="alice@example.com").name == "Alice Liddell"


@pytest.mark.parametrize(
    "options",
    [
        {"owner": "nobody", "role": "viewer"},
        {"owner": "alice@example.com", "role": "root"},
        {"owner": "alice@example.com", "role": "viewer", "per_minute": -1},
    ],
)
def test_the_command_makes_no_key_of_nonsense(options):
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("create_api_key", **options, stdout=said)

    assert said.getvalue() == ""
    assert not ApiKey.objects.exists()
