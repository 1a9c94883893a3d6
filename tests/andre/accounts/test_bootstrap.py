"""Keys to begin with, where nobody has made one yet."""

import pytest
from django.core.management import call_command
from django.db import connection

from andre.accounts import bootstrap
from andre.accounts.credentials import revalidate
from andre.accounts.models import ApiKey
from andre.core.conf import DEV_KEYS, load
from tests.andre.accounts.conftest import FOREIGN_HEADERS
from tests.support.logs import logged
from tests.support.programs import key_behind, with_bearer, with_key

pytestmark = pytest.mark.django_db


# K-1.7
def test_three_starts_make_four_keys(settle):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")
    for _ in range(3):
        bootstrap.ensure_keys()

    keys = {secret: key_behind(secret) for secret in DEV_KEYS}
    assert ApiKey.objects.count() == 4
    assert {secret: key.role for secret, key in keys.items()} == {
        "dev-viewer": "viewer",
        "dev-operator": "operator",
        "dev-researcher": "researcher",
        "dev-admin": "admin",
    }
    assert [key.explicit_allowed for key in keys.values()] == [False, False, True, True]


# K-1.7
def test_one_disabled_by_hand_is_enabled_at_the_next_start():
    bootstrap.ensure_keys()
    ApiKey.objects.update(enabled=False)

    bootstrap.ensure_keys()

    assert ApiKey.objects.filter(enabled=True).count() == 4


def test_with_another_secret_it_is_the_same_key(settle):
    bootstrap.ensure_keys()
    settle(ANDRE_BOOTSTRAP_ADMIN_KEY="another-one-for-the-admin-of-this-house")

    bootstrap.ensure_keys()

    assert ApiKey.objects.count() == 4
    assert key_behind("dev-admin") is None
    assert key_behind("another-one-for-the-admin-of-this-house").role == "admin"


# K-1.7
def test_a_start_that_finds_nothing_to_change_changes_nothing(django_assert_max_num_queries):
    bootstrap.ensure_keys()

    with django_assert_max_num_queries(9) as asked:
        bootstrap.ensure_keys()

    assert not [each for each in asked.captured_queries if each["sql"].startswith(("UPD", "INS"))]


# K-1.7
@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"ANDRE_ENVIRONMENT": "dev"}, True),
        ({"ANDRE_ENVIRONMENT": "test"}, True),
        ({"ANDRE_ENVIRONMENT": "dev", "ANDRE_BOOTSTRAP_KEYS_ENABLED": "0"}, False),
        ({"ANDRE_ENVIRONMENT": "prod"}, False),
        ({"ANDRE_ENVIRONMENT": "prod", "ANDRE_BOOTSTRAP_KEYS_ENABLED": "1"}, True),
    ],
)
def test_production_has_none_unless_it_asks(environ, wanted):
    secrets = {
        f"ANDRE_{name}": f"a-secret-of-some-length-for-{name}"
        for name in ("SECRET_KEY", "JWT_SECRET", *(f"BOOTSTRAP_{role}_KEY" for role in ROLES))
    }

    address = {"ANDRE_BASE_URL": "https://andre.example", "ALLOWED_HOSTS": "andre.example"}

    assert load(secrets | address | environ).has_bootstrap_keys is wanted


ROLES = ("VIEWER", "OPERATOR", "RESEARCHER", "ADMIN")


# K-1.7
def test_migrating_makes_them_and_emptying_the_database_does_not(settle):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")

    bootstrap.after_migrate("default")
    emptied = ApiKey.objects.count()
    call_command("migrate", verbosity=0)

    assert emptied == 0
    assert ApiKey.objects.count() == 4


# K-1.7 X7
@pytest.mark.parametrize("secret", DEV_KEYS)
def test_where_they_are_off_the_published_ones_open_nothing(settle, secret):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")
    bootstrap.ensure_keys()
    token = with_key(secret).asks("POST", "/api/auth/token").json()["token"]

    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="false")

    assert with_key(secret).who().status_code == 401
    assert with_bearer(token).who().status_code == 401
    assert with_bearer(token).asks("POST", "/api/auth/token/refresh").status_code == 401
    assert revalidate("key", str(ApiKey.objects.get(prefix=secret[:12]).pk)) is None


# K-1.7 X7
@pytest.mark.parametrize("start", ["migrate", "disable_bootstrap_keys"])
def test_a_start_without_them_disables_those_of_an_earlier_time(settle, key_of, start):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true", ANDRE_BOOTSTRAP_ADMIN_KEY="one-of-our-own-choice")
    bootstrap.ensure_keys()
    key_of("alice")

    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="false")
    call_command(start, verbosity=0) if start == "migrate" else call_command(start)

    enabled = ApiKey.objects.filter(enabled=True).values_list("owner__email", flat=True)
    assert list(enabled) == ["alice@example.com"]
    assert key_behind("one-of-our-own-choice") is None


# K-1.7
def test_a_start_with_them_leaves_them(settle):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")
    bootstrap.ensure_keys()

    call_command("disable_bootstrap_keys")

    assert ApiKey.objects.filter(enabled=True).count() == 4


# K-1.7 X7
@pytest.mark.parametrize("name", FOREIGN_HEADERS)
def test_who_came_through_something_is_not_at_this_machine(settle, name):
    settle(ANDRE_BOOTSTRAP_KEYS_ENABLED="true")
    bootstrap.ensure_keys()
    program = with_key("dev-admin")

    assert program.who().status_code == 200
    assert program.who(**{name: "1.1 somewhere"}).status_code == 401


# K-1.7
def test_without_tables_there_is_a_warning_and_no_key(monkeypatch):
    monkeypatch.setattr(ApiKey._meta, "db_table", "not_there_yet")
    assert "not_there_yet" not in connection.introspection.table_names()

    with logged() as log:
        bootstrap.ensure_keys()

    assert [line["level"] for line in log.of("bootstrap_keys_skipped")] == ["warning"]
