"""A session says who somebody is, and ends when they say so."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from channels.layers import get_channel_layer
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from andre.accounts import account_state_lookup
from andre.accounts.credentials import revalidate
from andre.accounts.identity import STATE_ENTRY, Identity, identity_of_session
from andre.core.errors import Refusal
from andre.core.keys import session_group
from andre.core.redis import redis

pytestmark = pytest.mark.django_db


@contextmanager
def listening(session_key: str) -> Iterator[Future]:
    """A socket of the session in a process of its own, nearly; the future is what it hears."""
    ready = Event()

    async def listen() -> dict:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(session_group(session_key), channel)
        ready.set()
        async with asyncio.timeout(20):
            return await layer.receive(channel)

    with ThreadPoolExecutor(1) as other_thread:
        heard = other_thread.submit(asyncio.run, listen())
        assert ready.wait(20)
        yield heard


def test_a_session_carries_the_seat(bob):
    assert identity_of_session(bob.browser.session) == Identity(
        "bob@andre.test", "Bob", "", "viewer"
    )


def test_who_asks_is_known_without_the_database(bob, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bob.who()["email"] == "bob@andre.test"


def test_nobody_is_told_to_sign_in(visitor):
    answer = visitor.opens("/api/auth/whoami")

    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"


# X2
def test_the_api_demands_a_csrf_token_for_what_changes_something(bob):
    answer = bob.browser.post("/api/auth/whoami", {}, content_type="application/json")

    assert answer.status_code == 403


def test_a_session_without_a_person_has_no_seat():
    assert identity_of_session(Client().session) is None


def test_signing_out_ends_the_session(bob):
    key = bob.session_key()
    assert revalidate("session", key)

    answer = bob.sends("/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert bob.who() is None
    assert not revalidate("session", key)


def test_signing_out_needs_a_post_and_a_token(bob):
    assert bob.opens("/sign-out/").status_code == 405
    assert bob.browser.post("/sign-out/").status_code == 403
    assert bob.who() is not None


def test_who_is_not_in_can_sign_out_all_the_same(visitor):
    assert visitor.sends("/sign-out/").status_code == 302


# X6
def test_sockets_hear_at_once_that_their_session_ended(bob):
    with listening(bob.session_key()) as heard:
        bob.sends("/sign-out/")

    assert heard.result() == {"type": "session.ended"}


# X6
def test_sockets_of_who_was_here_hear_that_somebody_else_signed_in(bob):
    with listening(bob.session_key()) as heard:
        bob.sends("/dev/sign-in", name="Alice")

    assert heard.result() == {"type": "session.ended"}


@pytest.mark.parametrize("key", ["", "nobody's", "x" * 32, "x" * 500, "\x00", "ключ"])
def test_a_made_up_key_is_nobodys_session(key):
    assert not revalidate("session", key)


def test_a_session_outlives_its_cache(bob):
    cache.clear()

    assert revalidate("session", bob.session_key())


def test_an_address_has_one_spelling():
    person = get_user_model().objects.create(email="Alice@Example.COM", name="Alice")

    assert person.email == "alice@example.com"
    assert get_user_model().objects.get_by_natural_key("ALICE@example.com") == person
    assert str(person) == "alice@example.com"
    assert not person.has_usable_password()


# Whose person has changed


def test_a_session_of_somebody_who_is_gone_has_no_seat(bob):
    get_user_model().objects.all().delete()
    redis().flushdb()

    assert bob.who() is None


# R14
def test_what_a_person_is_now_is_asked_of_the_database_once(bob, django_assert_num_queries):
    redis().flushdb()
    cache.clear()
    bob.who()

    with django_assert_num_queries(0):
        assert bob.who()["email"] == "bob@andre.test"


def test_without_the_store_a_person_is_as_the_database_has_them(bob, settings, monkeypatch):
    monkeypatch.setattr("andre.accounts.account_state_lookup.redis", unreachable)

    assert bob.who()["email"] == "bob@andre.test"
    get_user_model().objects.update(is_active=False)
    assert bob.who() is None


def test_without_the_store_nobody_is_changed(bob, monkeypatch):
    """What every process would go on believing is worse than a change that waits."""
    person = get_user_model().objects.get()
    monkeypatch.setattr("andre.accounts.account_state.redis", unreachable)
    person.is_active = False

    with pytest.raises(Refusal):
        person.save()

    assert get_user_model().objects.get().is_active


def unreachable():
    raise Refusal("unavailable", "The nest's memory does not answer.")


def test_a_session_from_before_sessions_knew_of_changes_is_good(bob):
    session = bob.browser.session
    del session[STATE_ENTRY]
    session.save()

    assert bob.who()["email"] == "bob@andre.test"


def test_a_change_reaches_what_was_read_before_it(bob, django_capture_on_commit_callbacks):
    person = get_user_model().objects.get()
    person.session_epoch += 1
    with django_capture_on_commit_callbacks(execute=True):
        person.save()
        account_state_lookup.read_state(person.email)  # Somebody asks in between.

    assert bob.who() is None


# R10
def test_a_store_that_is_away_ends_no_session_and_no_watch_over_it(bob, monkeypatch):
    """The net under the push is not torn by a minute without a database."""
    answers = iter([OperationalError("away"), Refusal("unavailable", "Away."), True, False])
    asked = []

    def is_alive(_):
        asked.append(answer := next(answers))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("andre.accounts.credentials.CHECK_SECONDS", 0.0)
    monkeypatch.setattr("andre.accounts.credentials.Credential.is_alive", is_alive)
    asyncio.run(revalidate("session", bob.session_key()).end(lambda: None))

    assert asked[-1] is False
    assert len(asked) == 4
