"""People in front of Django's test client, and settings changed for one test."""

import random
from contextlib import contextmanager

from django.test import Client

from andre.accounts.models import Person
from andre.core.conf import conf
from nests.registry import store

ALICE, BOB, CHARLIE = "alice@example.com", "bob@example.com", "charlie@example.com"


def build(name=None, by=ALICE, seed=1, **more):
    return store.create_nest(by, by.partition("@")[0].title(), name, random.Random(seed), **more)


def visitor(name):
    """A browser in which somebody is signed in."""
    client = Client()
    session = client.session
    email = f"{name.lower()}@example.com"
    Person.objects.get_or_create(email=email, defaults={"name": name})
    session["seat"] = {"email": email, "name": name, "picture": "", "role": "viewer"}
    session.save()
    return client


def asks(client, method, path, **body):
    return getattr(client, method)(path, body or None, content_type="application/json")


@contextmanager
def settings_of_the_house(monkeypatch, **values):
    with monkeypatch.context() as patched:
        for name, value in values.items():
            patched.setenv(name, value)
        conf.cache_clear()
        try:
            yield
        finally:
            conf.cache_clear()
