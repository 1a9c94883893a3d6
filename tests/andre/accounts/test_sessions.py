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
from django.test import Client

from andre.accounts.credentials import standing
from andre.accounts.seats import Seat, seat_of_session
from andre.keys import session_group

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
    assert seat_of_session(bob.browser.session) == Seat("bob@andre.test", "Bob", "", "viewer")


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
    assert seat_of_session(Client().session) is None


def test_signing_out_ends_the_session(bob):
    key = bob.session_key()
    assert standing("session", key)

    answer = bob.sends("/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")
    assert bob.who() is None
    assert not standing("session", key)


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
    assert not standing("session", key)


def test_a_session_outlives_its_cache(bob):
    cache.clear()

    assert standing("session", bob.session_key())


def test_an_address_has_one_spelling():
    person = get_user_model().objects.create(email="Alice@Example.COM", name="Alice")

    assert person.email == "alice@example.com"
    assert get_user_model().objects.get_by_natural_key("ALICE@example.com") == person
    assert str(person) == "alice@example.com"
    assert not person.has_usable_password()
