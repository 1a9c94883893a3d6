"""How often a program may ask: its key's own number, else its role's."""

import time

import pytest
import redis.exceptions
from limits.errors import StorageError

from andre.accounts import jwt_tokens
from andre.accounts.models import ApiKey
from andre.core import rate_limits
from andre.launcher.valkey_server import free_port
from tests.support.logs import logged
from tests.support.programs import Program, with_bearer, with_key

pytestmark = pytest.mark.django_db


def statuses(program: Program, times: int, **meta: object) -> list[int]:
    return [program.who(**meta).status_code for _ in range(times)]


def seconds_left(key: ApiKey, seconds: float) -> None:
    """Let this key's minute be over in so many seconds."""
    counter = rate_limits.RateLimitItemPerMinute(key.rate_limit_per_minute)
    storage = rate_limits.limiter().storage
    name = counter.key_for("requests", rate_limits.person_hash(key.hash))
    assert storage.storage.pexpire(storage.prefixed_key(name), int(seconds * 1000))


# K-3.1
def test_of_three_a_minute_the_fourth_waits_and_then_passes(key_of):
    key, secret = key_of("alice", rate_limit_per_minute=3)
    program = with_key(secret)

    first = statuses(program, 3)
    fourth = program.who()
    seconds_left(key, 1.4)
    told = program.who()
    time.sleep(int(told["Retry-After"]))
    after = program.who().status_code

    assert (first, fourth.status_code, after) == ([200] * 3, 429, 200)
    assert fourth.json()["error"] == "rate_limited"
    assert 1 <= int(fourth["Retry-After"]) <= 60
    assert told["Retry-After"] == "2"


# K-3.1
@pytest.mark.parametrize(
    ("role", "a_minute"), [("viewer", 60), ("operator", 120), ("researcher", 240), ("admin", 600)]
)
def test_a_key_has_as_many_as_its_role(key_of, role, a_minute):
    key, secret = key_of("alice", role)
    rate_limits.take(
        rate_limits.RateLimitItemPerMinute(a_minute), counter_of(key), "", cost=a_minute - 1
    )

    assert statuses(with_key(secret), 2) == [200, 429]


def counter_of(key: ApiKey) -> tuple[str, str]:
    return "requests", rate_limits.person_hash(key.hash)


# K-3.1
def test_zero_blocks(key_of):
    _, secret = key_of("alice", rate_limit_per_minute=0)

    assert statuses(with_key(secret), 1) == [429]


# K-3.1
def test_two_keys_of_one_person_do_not_share(key_of):
    _, first = key_of("alice", rate_limit_per_minute=1)
    _, second = key_of("alice", rate_limit_per_minute=1)

    assert statuses(with_key(first), 2) == [200, 429]
    assert statuses(with_key(second), 1) == [200]


# K-3.1
def test_another_number_counts_at_once(key_of):
    key, secret = key_of("alice", rate_limit_per_minute=1)
    before = statuses(with_key(secret), 2)

    ApiKey.objects.filter(pk=key.pk).update(rate_limit_per_minute=5)

    assert (before, statuses(with_key(secret), 1)) == ([200, 429], [200])


# K-3.1
def test_a_key_and_its_tokens_are_one(key_of):
    key, secret = key_of("alice", rate_limit_per_minute=2)
    token, _ = jwt_tokens.mint(key)

    shown = [with_key(secret), with_bearer(token), with_bearer(secret)]

    assert [program.who().status_code for program in shown] == [200, 200, 429]


# K-3.2
def test_who_is_not_let_in_is_counted_all_the_same(key_of):
    _, secret = key_of("alice", enabled=False, rate_limit_per_minute=2)

    assert statuses(with_key(secret), 3) == [401, 401, 429]


# K-3.2
def test_whoever_guesses_is_counted_by_address():
    guesses = [with_key(f"andre_guess_{number}").who().status_code for number in range(61)]
    elsewhere = with_key("andre_guess").who(REMOTE_ADDR="192.0.2.7").status_code

    assert guesses == [401] * 60 + [429]
    assert elsewhere == 401


# K-3.2
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_to_anyone_at_any_time(key_of, path):
    _, secret = key_of("alice", rate_limit_per_minute=0)

    assert with_key(secret).asks("GET", path).status_code != 429


# K-3.2
def test_without_redis_reads_pass_with_one_warning_and_nobody_signs_in(
    key_of, visitor, settings, monkeypatch
):
    _, secret = key_of("alice")
    settings.DEBUG = True
    monkeypatch.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(rate_limits, "uncounted", rate_limits.Warnings())
    rate_limits.limiter.cache_clear()

    with logged() as log:
        reads = statuses(with_key(secret), 3)
        signing_in = visitor.sends("/dev/sign-in", name="Bob").status_code

    monkeypatch.undo()
    rate_limits.limiter.cache_clear()
    assert (reads, signing_in) == ([200] * 3, 503)
    assert len(log.of("limits_not_counted")) == 1


def test_a_minute_later_there_is_another_warning():
    warnings, error = rate_limits.Warnings(), StorageError(redis.exceptions.ConnectionError())

    with logged() as log:
        for second in (0, 1, 59, 60, 61):
            warnings.warn(second, error)

    assert len(log.of("limits_not_counted")) == 2
