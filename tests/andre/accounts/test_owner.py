"""The owner of a home: a link for one press, and the admin only from the machine or with a code."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from andre.accounts import owner
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.core.keys import owner_code, owner_link
from andre.core.redis import redis
from nests.registry import store
from tests.nests.support import BOB, build, visitor

pytestmark = pytest.mark.django_db

HOME = {
    "ANDRE_ENVIRONMENT": "home",
    "ANDRE_SECRET_KEY": "a-long-and-quite-random-secret-of-this-house",
    "ANDRE_JWT_SECRET": "another-long-and-quite-random-secret",
    "ANDRE_BOOTSTRAP_KEYS_ENABLED": "false",
}
ELSEWHERE = "192.168.1.30"


@pytest.fixture(autouse=True)
def at_home(settle):
    settle(**HOME)


def printed(command):
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def press(browser, token, name="Alice", **more):
    return browser.post("/owner", {"token": token, "name": name}, **more)


def alice_the_owner(**more):
    browser = Client(**more)
    assert press(browser, owner.issue_link()).status_code == 302
    return browser


# H3
def test_a_preview_of_the_link_changes_nothing_and_its_button_uses_it_up():
    token = owner.issue_link()
    browser, another = Client(), Client()

    assert browser.get("/owner").status_code == 200
    assert browser.head("/owner").status_code == 200
    first, second = press(browser, token), press(another, token, "Mallory")

    assert (first.status_code, first["Location"]) == (302, "/")
    assert second.status_code == 403
    assert browser.get("/api/auth/whoami").json()["role"] == Role.OWNER
    assert Person.objects.get(email=owner.OWNER_EMAIL).name == "Alice"


# H3
def test_the_link_ends_after_fifteen_minutes_and_the_code_after_an_hour():
    assert 890 < redis().ttl(owner_link(owner.issue_link())) <= 900
    assert 3_590 < redis().ttl(owner_code(owner.issue_code())) <= 3_600


# H3
def test_the_command_prints_a_link_that_works():
    link = printed("owner_link").split()[2]

    assert link.startswith("http://127.0.0.1:8000/owner#")
    assert press(Client(), link.partition("#")[2]).status_code == 302


# H3
def test_a_name_that_nobody_can_read_is_refused_and_the_link_stays_good():
    token = owner.issue_link()

    refused = press(Client(), token, "\u200b ")

    assert refused.status_code == 400
    assert f'value="{token}"' in refused.content.decode()
    assert press(Client(), token, "Alice").status_code == 302


# H3
def test_the_owner_has_a_creators_rights_in_every_nest():
    browser = alice_the_owner()
    nest = build("The Den", by=BOB)
    page = f"/api/nests/{nest.code}"
    browser.post(f"{page}/join")
    browser.post("/api/nests/main/join")

    changed = browser.patch(page, {"name": "The Barn"}, content_type="application/json")
    main = browser.patch("/api/nests/main", {"bender": False}, content_type="application/json")
    deleted = browser.delete(page)

    assert changed.json()["name"] == "The Barn"
    assert main.status_code == 200
    assert deleted.json() == {"deleted": nest.code}


# H3
def test_nobody_else_deletes_a_nest_of_bobs():
    nest = build("The Den", by=BOB)
    alice = visitor("Alice")
    alice.post(f"/api/nests/{nest.code}/join")

    assert alice.delete(f"/api/nests/{nest.code}").status_code == 403
    assert store.find_nest(nest.code)


# H3 K-10.1
def test_the_admin_opens_at_the_machine_itself_which_is_the_second_factor_at_home():
    browser = alice_the_owner()

    assert browser.get("/admin/").status_code == 200
    assert browser.get("/second-factor").status_code == 404


# H3
def test_from_another_device_the_admin_asks_for_the_code_of_the_machine():
    browser = alice_the_owner(REMOTE_ADDR=ELSEWHERE)
    asked = browser.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/owner/code?next=/admin/")
    wrong = browser.post("/owner/code", {"code": "ABCDEFGHJK"})
    assert wrong.status_code == 403

    opened = browser.post("/owner/code", {"code": printed("owner_code").strip().lower()})

    assert opened.status_code == 302
    assert browser.get("/admin/").status_code == 200


# H3
def test_a_code_opens_one_browser_until_its_hour_is_over(monkeypatch):
    code = owner.issue_code()
    first, second = (alice_the_owner(REMOTE_ADDR=ELSEWHERE) for _ in range(2))
    assert first.post("/owner/code", {"code": code}).status_code == 302
    assert second.post("/owner/code", {"code": code}).status_code == 403

    monkeypatch.setattr(owner.time, "time", lambda real=owner.time.time: real() + 3_601)

    assert first.get("/admin/").status_code == 302


# H3
def test_a_tunnel_to_the_machine_is_not_the_machine():
    browser = alice_the_owner()

    assert browser.get("/admin/", headers={"X-Forwarded-For": ELSEWHERE}).status_code == 302


# H9
def test_ten_links_that_are_none_are_enough_for_a_minute():
    answers = [press(Client(), f"guess-{number}").status_code for number in range(11)]

    assert answers == [403] * 10 + [429]
    assert press(Client(), owner.issue_link()).status_code == 429
    assert press(Client(REMOTE_ADDR=ELSEWHERE), owner.issue_link()).status_code == 302


# H3
def test_away_from_home_nobody_is_the_owner(settle):
    browser = alice_the_owner()
    settle(ANDRE_ENVIRONMENT="test")

    assert browser.get("/api/auth/whoami").json()["role"] == Role.VIEWER
    assert browser.get("/owner").status_code == 404
    assert browser.get("/admin/").status_code == 302
    with pytest.raises(CommandError):
        call_command("owner_link")
