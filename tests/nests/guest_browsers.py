"""Browsers that come by an invitation."""

from django.test import Client

from andre.accounts.models import Person

MAIN_API = "/api/nests/main"


def come_in(token, name="Bob", browser=None, **more):
    browser = browser or Client(**more)
    return browser, browser.post("/join", {"token": token, "name": name})


def guest(token, name="Bob"):
    browser, answer = come_in(token, name)
    assert answer.status_code == 302, answer.content
    return browser


def person_of(browser):
    return Person.objects.get(email=browser.session["seat"]["email"])


def names_of(rows):
    return [row["name"] for row in rows]


def copied(browser):
    """Another browser with the cookies of this one."""
    other = Client()
    other.cookies.update(browser.cookies)
    return other
