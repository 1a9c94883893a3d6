"""Guests on real sockets: what ends a visit ends its connections, and each page hears why."""

import time

import pytest
import requests

from nests.guests import invitations
from nests.registry import store

ONE, OTHER = "1" * 32, "2" * 32


@pytest.fixture
def den(alice):
    """A nest of Alice's, with guests: its code."""
    code = alice.builds("The Den")["code"]
    alice.asks("PATCH", f"/api/nests/{code}", guests=True)
    return code


def arrives(server, code, name):
    """Somebody in a browser of their own who opens the invitation."""
    visitor = server.visitor(name)
    visitor.http = browser_like(visitor.http)
    comes_in(visitor, code)
    return visitor


def browser_like(known: requests.Session) -> requests.Session:
    """With the headers of this one, and without its session."""
    http = requests.Session()
    http.headers.update(known.headers)
    http.cookies.set("csrftoken", known.cookies["csrftoken"], domain="127.0.0.1")
    return http


def comes_in(visitor, code):
    token = invitations.read_token(store.get_nest(code))
    form = {"token": token, "name": visitor.name}
    answer = visitor.http.post(f"{visitor.server.url}/join", form, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    takes_cookies(visitor)


def takes_cookies(visitor):
    visitor.session_key = visitor.http.cookies.get("sessionid", "")
    token = visitor.http.cookies.get("csrftoken", domain="127.0.0.1")
    visitor.http.headers["X-CSRFToken"] = token


def key_of(alice, code, name):
    rows = alice.asks("GET", f"/api/nests/{code}/guests").json()["guests"]
    return next(row["id"] for row in rows if row["name"] == name)


def test_who_is_sent_out_is_cut_off_within_two_seconds_and_stays_so(server, alice, den):  # H8
    bob = arrives(server, den, "Bob")
    with bob.opens(den) as page:
        assert page.welcome["you"]["is_guest"]
        began = time.monotonic()

        alice.asks("DELETE", f"/api/nests/{den}/guests/{key_of(alice, den, 'Bob')}")

        assert page.is_closed_with() == 4014
        assert time.monotonic() - began < 2
    assert bob.opens(den).is_closed_with() == 4014


def test_switching_guests_off_cuts_them_off_at_once(server, alice, den):  # H5
    bob = arrives(server, den, "Bob")
    with bob.opens(den) as page:
        alice.asks("PATCH", f"/api/nests/{den}", guests=False)

        assert page.is_closed_with() == 4014
    with alice.opens(den) as hers:
        assert hers.welcome["snapshot"]["nest"]["guests"] is False


def test_the_later_browser_has_the_pass_and_the_earlier_page_hears_it(server, den):  # H6
    bob = arrives(server, den, "Bob")
    bob.asks("POST", "/api/guest/browser", browser=ONE)
    other = server.visitor("Bob")
    other.http = browser_like(other.http)
    other.http.cookies.update(bob.http.cookies)
    other.http.headers.update(bob.http.headers)
    with bob.opens(den) as page:
        moved = other.asks("POST", "/api/guest/browser", browser=OTHER)
        takes_cookies(other)

        assert moved.json() == {"moved": True}
        assert page.is_closed_with() == 4015
    assert bob.opens(den).is_closed_with() == 4015
    with other.opens(den) as page:
        assert page.welcome["you"]["name"] == "Bob"


def test_whoever_built_the_nest_hears_who_waits_and_nobody_else(server, alice, bob, den):  # H8
    alice.asks("PATCH", f"/api/nests/{den}/invitation", asks_first=True)
    with alice.opens(den) as hers, bob.opens(den) as his:
        charlie = server.visitor("Charlie")
        charlie.http = browser_like(charlie.http)
        comes_in(charlie, den)

        assert hers.hears("guests_waiting")["count"] == 1
        (row,) = alice.asks("GET", f"/api/nests/{den}/guests").json()["waiting"]
        alice.asks("PATCH", f"/api/nests/{den}/guests/{row['id']}", let_in=True)
        assert hers.hears("guests_waiting", count=0)
        assert "guests_waiting" not in [frame["type"] for frame in his.heard]


def test_an_open_page_of_a_guest_has_the_rights_of_now(server, alice, den, tracks):  # H7
    bob = arrives(server, den, "Bob")
    alice.joins(den).asks("POST", f"/api/nests/{den}/commands", type="add_songs", uris=tracks[:2])
    with bob.opens(den) as page:
        assert page.welcome["you"]["may"]["skip"] is False
        before = page.does("skip")

        alice.asks("PATCH", f"/api/nests/{den}", guest_skips=True)

        assert (before["type"], before["error"]) == ("refused", "forbidden")
        assert page.does("skip")["type"] == "done"
