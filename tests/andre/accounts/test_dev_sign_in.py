"""Being anybody, on the developer's own machine and nowhere else."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from andre.accounts.checks import no_debug_in_production
from tests.andre.accounts.conftest import FOREIGN_HEADERS

pytestmark = pytest.mark.django_db

Person = get_user_model()


@pytest.fixture(autouse=True)
def in_development(settings):
    settings.DEBUG = True


def test_alice_types_a_name_and_is_that_person(visitor):
    answer = visitor.sends("/dev/sign-in", name="Alice Liddell")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.who() == {
        "email": "alice-liddell@andre.test",
        "name": "Alice Liddell",
        "picture": "",
        "role": "viewer",
    }


def test_bob_types_an_address_and_is_that_person(visitor):
    visitor.sends("/dev/sign-in", email=" Bob@Example.com ")

    assert visitor.who() | {"name": "bob"} == visitor.who()
    assert visitor.who()["email"] == "bob@example.com"


def test_the_same_name_is_the_same_person_in_any_letters(visitor, another_visitor):
    visitor.sends("/dev/sign-in", name="東京")
    another_visitor.sends("/dev/sign-in", name="東京")

    assert visitor.who() == another_visitor.who()
    assert visitor.who()["name"] == "東京"
    assert Person.objects.count() == 1


@pytest.mark.parametrize("fields", [{}, {"name": "\x01\n "}, {"email": "no address"}])
def test_nobody_is_refused_with_a_sentence(visitor, sentence, fields):
    answer = visitor.sends("/dev/sign-in", **fields)

    assert answer.status_code == 400
    assert "e-mail address" in sentence(answer)
    assert visitor.who() is None


def test_a_form_of_another_site_is_refused():
    answer = Client(enforce_csrf_checks=True).post("/dev/sign-in", {"name": "Alice"})

    assert answer.status_code == 403


def test_one_lands_where_one_wanted_to_go(visitor):
    answer = visitor.sends("/dev/sign-in", name="Bob", next="/nest/ABCDE?x=1")

    assert answer["Location"] == "/nest/ABCDE?x=1"


# X6
def test_no_trick_leads_elsewhere(visitor, open_redirect):
    assert visitor.sends("/dev/sign-in", name="Bob", next=open_redirect)["Location"] == "/"


# X6
def test_no_trick_on_the_page_leads_elsewhere_for_who_is_in(visitor, open_redirect):
    visitor.sends("/dev/sign-in", name="Bob")

    assert visitor.browser.get("/sign-in/", {"next": open_redirect})["Location"] == "/"


# X6
def test_the_session_is_new_at_every_sign_in(visitor):
    visitor.sends("/dev/sign-in", name="Bob")
    first = visitor.session_key()

    visitor.sends("/dev/sign-in", name="Bob")
    second = visitor.session_key()
    visitor.sends("/dev/sign-in", name="Alice")

    assert len({first, second, visitor.session_key()}) == 3
    assert visitor.who()["name"] == "Alice"


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Anything"]
)
def test_a_tunnel_opens_nothing(visitor, header):
    through = {header: "for=127.0.0.1"}

    assert visitor.opens("/dev/sign-in", headers=through).status_code == 404
    assert visitor.sends("/dev/sign-in", headers=through, name="Alice").status_code == 404
    assert not Person.objects.exists()


@pytest.mark.parametrize("address", ["192.168.1.7", "203.0.113.9", "2001:db8::1", "", "unix:"])
def test_another_machine_finds_nothing(address):
    answer = Client(REMOTE_ADDR=address).post("/dev/sign-in", {"name": "Alice"})

    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_finds_it(address):
    assert Client(REMOTE_ADDR=address).post("/dev/sign-in", {"name": "Al"}).status_code == 302


# X7
@pytest.mark.parametrize("header", FOREIGN_HEADERS)
def test_who_came_through_something_does_not_find_it(visitor, header):
    assert visitor.opens("/dev/sign-in", **{header: "somewhere"}).status_code == 404


def test_who_is_closed_out_does_not_come_back_by_it(visitor, sentence):
    Person.objects.create(email="bob@andre.test", is_active=False)

    answer = visitor.sends("/dev/sign-in", name="Bob")

    assert answer.status_code == 403
    assert "closed" in sentence(answer)
    assert visitor.who() is None


def test_it_does_not_exist_without_debug(visitor, settings):
    settings.DEBUG = False

    assert visitor.opens("/dev/sign-in").status_code == 404
    assert visitor.sends("/dev/sign-in", name="Alice").status_code == 404


def test_the_start_refuses_debug_in_production(settings, settle):
    settle(
        ANDRE_ENVIRONMENT="prod",
        ANDRE_SECRET_KEY="a secret of this very server, long enough to be one",
        ANDRE_JWT_SECRET="another secret of this very server",
        ALLOWED_HOSTS="andre.example",
        ANDRE_BASE_URL="https://andre.example",
    )

    with_debug = no_debug_in_production()
    settings.DEBUG = False
    without_debug = no_debug_in_production()

    assert [fault.id for fault in with_debug] == ["accounts.E001"]
    assert without_debug == []


def test_the_page_shows_both_ways(visitor, google):
    answer = visitor.opens("/sign-in/?next=/nest/ABCDE")

    assert answer.status_code == 200
    assert [way.title for way in answer.context["ways"]] == ["Google"]
    assert answer.context["dev_enabled"]
    assert answer.context["next"] == "/nest/ABCDE"
    assert visitor.opens("/dev/sign-in?next=/nest/ABCDE").context["next"] == "/nest/ABCDE"


def test_the_page_hides_what_is_not_there(visitor, settings):
    settings.DEBUG = False

    answer = visitor.opens("/sign-in/")

    assert answer.context["ways"] == []
    assert not answer.context["dev_enabled"]
