"""A browser in which somebody is signed in, for views that answer asynchronously."""

from importlib import import_module

from django.conf import settings
from django.test import AsyncClient

from andre.accounts.models import Person


def sign_in(email: str) -> tuple[AsyncClient, str]:
    """The browser, and the key of its session."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    Person.objects.get_or_create(email=email)
    session["seat"] = {"email": email, "name": email, "picture": "", "role": "viewer"}
    session.create()
    session.save()
    client = AsyncClient()
    client.cookies["sessionid"] = session.session_key
    return client, session.session_key
