"""Codes cannot be tried out: who guesses too many is told to wait before any nest not theirs."""

import pytest
from django.test import Client

from nests.models import NestTombstone
from tests.nests.support import asks, build, visitor
from tests.support.plans import give

pytestmark = pytest.mark.django_db

DOORS = ("/api/nests/{}", "/api/nests/{}/snapshot", "/nest/{}", "/{}")


@pytest.fixture
def bob():
    return visitor("Bob")


def guesses(client, count, door="/api/nests/{}"):
    return [client.get(door.format(f"zzz{n:02d}")).status_code for n in range(count)]


@pytest.mark.parametrize("door", DOORS)
def test_ten_unknown_codes_a_minute_are_one_persons_share(bob, door):  # K-3.3
    nest = build("The Den").code

    answers = guesses(bob, 11, door)
    found = asks(bob, "post", f"/api/nests/{nest}/join")

    assert answers == [404] * 10 + [429]
    assert (found.status_code, found.json()["error"]) == (429, "rate_limited")
    assert 1 <= int(found["Retry-After"]) <= 60


def test_known_codes_and_nests_one_is_in_are_never_counted(bob):  # K-3.3
    mine, ended = build("The Den").code, "ABCDE"
    NestTombstone.objects.create(code=ended, name="Old", state="DELETED", reason="idle")
    asks(bob, "post", f"/api/nests/{mine}/join")

    known = [bob.get(f"/api/nests/{code}").status_code for code in (mine, "main", ended) * 12]
    guesses(bob, 10)
    after = [bob.get(f"/api/nests/{code}").status_code for code in (mine, "main")]

    assert set(known[0::3] + known[1::3]) == {200}
    assert set(known[2::3]) == {404}
    assert after == [200, 200]


def test_thirty_a_minute_are_the_share_of_one_address(bob):  # K-3.3
    build("The Den")
    for name in ("Carol", "Dave", "Erin"):
        assert set(guesses(visitor(name), 10)) == {404}

    here = bob.get("/api/nests/zzzzz")
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    elsewhere.cookies = bob.cookies

    assert here.status_code == 429
    assert elsewhere.get("/api/nests/zzzzz").status_code == 404


def test_what_no_nest_could_be_called_is_no_guess(bob):  # K-3.3
    for number in range(12):
        assert bob.get(f"/robots{number}.txt").status_code == 404

    assert bob.get("/api/nests/zzzzz").status_code == 404


def test_ten_nests_an_hour_are_the_share_of_one_address():  # K-3.3
    names = ("Alice", "Bob", "Carol", "Dave")
    built = [
        asks(visitor(name), "post", "/api/nests").status_code for name in names for _ in range(3)
    ]
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    elsewhere.cookies = visitor("Erin").cookies

    assert built == [200] * 10 + [429] * 2
    assert asks(elsewhere, "post", "/api/nests").status_code == 200


def test_who_pays_builds_thirty_an_hour(sold):  # K-3.3
    give("tier_a")
    browsers = [Client(REMOTE_ADDR=f"203.0.113.{number}") for number in range(4)]
    for browser in browsers:
        browser.cookies = visitor("Alice").cookies

    built = [asks(browsers[n // 8], "post", "/api/nests").status_code for n in range(31)]
    free = [asks(visitor("Bob"), "post", "/api/nests").status_code for _ in range(4)]

    assert built == [200] * 30 + [429]
    assert free == [200] * 3 + [429]
