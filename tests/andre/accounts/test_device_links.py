"""In without a keyboard: a code on one device, confirmed on another."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from andre.accounts import device_links
from andre.accounts.models import ApiKey, Person
from andre.core.keys import device_link
from andre.core.redis import redis
from tests.support.programs import with_key

pytestmark = pytest.mark.django_db


def begins(name="Kitchen radio") -> dict:
    return Client().post("/api/auth/link", {"name": name}, "application/json").json()


def asks(link: dict, **changed) -> "object":
    proof = {"code": link["code"], "secret": link["secret"]} | changed
    return Client().post("/api/auth/link/key", proof, "application/json")


def signed_in(name="Alice") -> Client:
    browser = Client()
    browser.force_login(Person.objects.at(f"{name.lower()}@example.com", name=name))
    return browser


def answers(browser, code, answer="allow"):
    return browser.post("/link", {"code": code, "answer": answer})


# K-2.6
def test_a_program_receives_a_key_of_its_own_once_alice_confirms_its_code():
    link = begins()
    waiting = asks(link).json()

    asked = signed_in().post("/link", {"code": link["code"].lower()})
    answers(signed_in(), link["code"])
    first, second = asks(link), asks(link)

    assert re.fullmatch("[A-Z0-9]{6}", link["code"])
    assert link["address"].endswith("/link")
    assert waiting == {"status": "waiting", "key": None, "email": None}
    assert "Kitchen radio" in asked.content.decode()
    assert (first.json()["status"], first["Cache-Control"]) == ("linked", "no-store")
    assert (second.status_code, second.json()["error"]) == (404, "not_found")
    who = with_key(first.json()["key"]).who().json()
    assert (who["email"], who["role"], who["kind"]) == ("alice@example.com", "viewer", "key")
    assert ApiKey.objects.get(owner__email="alice@example.com").name == "Kitchen radio"


# K-2.6
def test_a_code_is_confirmed_once_and_ends_after_five_minutes():
    used, late = begins(), begins()
    answers(signed_in("Alice"), used["code"])

    again = answers(signed_in("Bob"), used["code"])
    redis().delete(device_link(late["code"]))  # What its end in Redis does.
    ended = answers(signed_in("Bob"), late["code"])

    assert (again.status_code, ended.status_code) == (404, 404)
    assert asks(used).json()["email"] == "alice@example.com"
    assert 0 < redis().ttl(device_link(begins()["code"])) <= 300


# K-2.6
def test_nobody_collects_the_key_without_the_secret_or_after_a_refusal():
    link, refused = begins(), begins()
    answers(signed_in(), link["code"])
    answers(signed_in(), refused["code"], "refuse")

    stranger, own = asks(link, secret="guessed"), asks(refused)

    assert stranger.status_code == 404
    assert (own.status_code, own.json()["error"]) == (403, "forbidden")
    assert not ApiKey.objects.exists()
    assert asks(link).json()["status"] == "linked"


# K-2.6
def test_whoever_is_not_signed_in_is_asked_to_first():
    answer = Client().get("/link?code=ABC234")

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/link%3Fcode%3DABC234"


# K-2.6
def test_a_person_whose_account_was_closed_lets_nobody_in():
    link = begins()
    answers(signed_in(), link["code"])
    Person.objects.filter(email="alice@example.com").update(is_active=False)

    assert asks(link).status_code == 403
    assert not ApiKey.objects.exists()


# H3
def test_a_browser_that_shows_a_code_is_signed_in_as_who_confirmed_it():
    television = Client()
    page = television.get("/sign-in/code")
    shown = television.session["device_link"]

    waiting = television.post("/sign-in/code")
    answers(signed_in(), shown["code"])
    let_in = television.post("/sign-in/code")

    assert device_links.format_code(shown["code"]) in page.content.decode()
    assert shown["secret"] not in page.content.decode()
    assert waiting.status_code == 200
    assert (let_in.status_code, let_in["Location"]) == (302, "/")
    assert television.get("/api/auth/whoami").json()["email"] == "alice@example.com"


# H3
def test_looking_again_shows_the_same_code_until_it_ends():
    television = Client()
    television.get("/sign-in/code")
    first = television.session["device_link"]["code"]
    television.get("/sign-in/code")
    same = television.session["device_link"]["code"]

    with time_machine.travel(timedelta(minutes=6)):
        television.get("/sign-in/code")
        later = television.session["device_link"]["code"]

    assert first == same
    assert first != later


# H3
def test_a_browser_that_was_refused_reads_so_and_may_ask_again():
    television = Client()
    television.get("/sign-in/code")
    answers(signed_in(), television.session["device_link"]["code"], "refuse")

    answer = television.post("/sign-in/code")

    assert answer.status_code == 403
    assert "Somebody refused this code." in answer.content.decode()
    assert television.get("/sign-in/code").status_code == 200


# K-2.6
def test_a_browsers_code_gives_no_key_and_a_programs_code_signs_nobody_in():
    television = Client()
    television.get("/sign-in/code")
    shown = television.session["device_link"]
    program = begins()
    answers(signed_in(), shown["code"])
    answers(signed_in(), program["code"])

    session = Client()
    session.get("/sign-in/code")
    entry = session.session
    entry["device_link"] = program | {"until": 2e10}
    entry.save()

    assert asks(shown).status_code == 404
    assert session.post("/sign-in/code").status_code == 404


# K-2.6
def test_codes_that_are_none_are_counted():
    alice = signed_in()

    answers_given = [answers(alice, "AAAAAA").status_code for _ in range(12)]

    assert answers_given[0] == 404
    assert answers_given[-1] == 429


# K-2.6
def test_alice_sees_the_programs_that_have_a_key_of_hers_and_removes_one(key_of):
    key, secret = key_of("alice", "viewer")
    key.name = "Kitchen radio"
    key.save()
    key_of("bob", "viewer")
    alice = signed_in()

    shown = alice.get("/link").content.decode()
    foreign = signed_in("Bob").post(reverse("remove_key", args=[key.pk]))
    removed = alice.post(reverse("remove_key", args=[key.pk]))

    assert "Kitchen radio" in shown
    assert foreign.status_code == 404
    assert removed.status_code == 302
    assert with_key(secret).who().status_code == 401
    assert "Kitchen radio" not in alice.get("/link").content.decode()


@pytest.mark.parametrize("body", [{"name": 3}, {"nam": "x"}, []])
def test_a_body_that_is_none_is_refused(body):
    answer = Client().post("/api/auth/link", body, "application/json")

    assert (answer.status_code, answer.json()["error"]) == (400, "validation_error")
