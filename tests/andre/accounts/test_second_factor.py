"""The second factor: without it nobody is an operator. Alice runs this server, Bob does not."""

import re
import time
from base64 import b32encode
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from andre.accounts import api_keys, second_factor
from andre.accounts.identity import SIGNED_IN_AT
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.audit.models import Action, AuditEvent
from andre.core.person_ids import person_id
from tests.support.backstage import (
    browser_of,
    code_of_app,
    give_second_factor,
    operator_browser,
    text_of,
)
from tests.support.programs import with_key

pytestmark = pytest.mark.django_db

ALICE, BOB = "alice@example.com", "bob@example.com"
PAGE = "/second-factor"


@pytest.fixture(autouse=True)
def _alice_runs_the_server(settle):
    settle(SUPER_ADMIN_EMAILS=ALICE)


@pytest.fixture
def alice():
    """Signed in, and nothing more."""
    return browser_of("Alice")


def secret_on(answer):
    return re.search(r"<code[^>]*>([A-Z2-7 ]{32,})</code>", answer.content.decode())[1]


def codes_on(answer):
    return re.findall(r"<li><code>([A-Z0-9-]{14})</code>", answer.content.decode())


def gives(browser, code, **more):
    return browser.post(PAGE, {"code": code, "next": "/admin/nests/live/", **more})


def sets_up(browser):
    """The secret of the app, and the recovery codes."""
    secret = secret_on(browser.get(PAGE))
    return secret, codes_on(gives(browser, code_of_app(secret)))


def forgive(device):
    """The wait after a wrong code is over."""
    device.refresh_from_db()
    device.throttle_reset()


def opens_admin(browser):
    return browser.get("/admin/").status_code == 200


# K-10.1
def test_at_the_first_visit_it_is_set_up_and_opens_the_admin(alice):
    asked = alice.get("/admin/nests/live/", follow=True)
    secret = secret_on(asked)

    done = gives(alice, code_of_app(secret))

    assert asked.redirect_chain[-1] == (f"{PAGE}?next=/admin/nests/live/", 302)
    assert "otpauth" not in asked.content.decode()  # In the picture alone.
    assert 'href="/admin/nests/live/"' in done.content.decode()
    assert len(codes_on(done)) == 10
    assert opens_admin(alice)


# K-10.1
def test_it_is_asked_for_in_each_session_and_not_set_up_again(alice):
    secret, _ = sets_up(alice)

    another = browser_of("Alice")
    asked = another.get("/admin/", follow=True)
    given = gives(another, code_of_app(secret, later=1))

    assert "Type the code" in text_of(asked)
    assert secret not in asked.content.decode()
    assert (given.status_code, given["Location"]) == (302, "/admin/nests/live/")
    assert opens_admin(another)


# K-10.1
@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "AAAA-BBBB-CCCC", "no such code", "١٢٣٤٥٦"]
)
def test_a_wrong_code_opens_nothing_and_is_in_the_audit(alice, code):
    sets_up(alice)
    another = browser_of("Alice")

    answer = gives(another, code)

    assert answer.status_code == 403
    assert not opens_admin(another)
    (entry,) = AuditEvent.objects.filter(action=Action.SECOND_FACTOR_GIVEN)
    assert (entry.outcome, entry.actor) == ("forbidden", ALICE)


# K-10.1
def test_a_code_opens_once(alice):
    secret, _ = sets_up(alice)
    code = code_of_app(secret, later=1)

    first, second = browser_of("Alice"), browser_of("Alice")

    assert gives(first, code).status_code == 302
    assert gives(second, code).status_code == 403


# K-10.1
def test_after_wrong_codes_the_right_one_waits(alice):
    secret, _ = sets_up(alice)
    another = browser_of("Alice")
    for _ in range(4):
        gives(another, "000000")
        device = TOTPDevice.objects.get()

    early = gives(another, code_of_app(secret, later=1))
    forgive(device)
    late = gives(another, code_of_app(secret, later=1))

    assert (early.status_code, late.status_code) == (429, 302)
    assert "Try again in" in text_of(early)


# K-10.1
def test_a_recovery_code_opens_once_however_it_is_typed(alice):
    _, codes = sets_up(alice)
    another, third = browser_of("Alice"), browser_of("Alice")

    given = gives(another, codes[3].lower().replace("-", " "))
    again = gives(third, codes[3])

    assert (given.status_code, again.status_code) == (302, 403)
    assert "9 recovery codes left" in text_of(another.get(PAGE))


# K-10.1
def test_recovery_codes_are_shown_once_and_the_database_has_none_of_them(alice):
    _, codes = sets_up(alice)

    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert not kept & {code.replace("-", "") for code in codes}
    assert not any(code in text_of(alice.get(PAGE)) for code in codes)


# K-10.1
def test_new_recovery_codes_end_those_from_before(alice):
    _, before = sets_up(alice)

    now = codes_on(alice.post(PAGE, {"act": "renew"}))

    assert not set(before) & set(now)
    another = browser_of("Alice")
    assert gives(another, before[0]).status_code == 403
    forgive(StaticToken.objects.first().device)
    assert gives(another, now[0]).status_code == 302


# K-10.1
def test_nobody_makes_new_codes_without_the_second_factor(alice):
    sets_up(alice)
    another = browser_of("Alice")

    answer = another.post(PAGE, {"act": "renew"})

    assert answer.status_code == 403
    assert not codes_on(answer)


# K-10.1
def test_a_session_of_before_opens_nothing_and_sets_nothing_up(alice):
    session = alice.session
    session[SIGNED_IN_AT] = time.time() - 31 * 60
    session.save()

    asked = alice.get("/admin/", follow=True)
    forced = gives(alice, "000000")

    assert "Sign in again first" in text_of(asked)
    assert forced.status_code == 403
    assert not TOTPDevice.objects.exists()


# K-10.1
def test_a_working_day_later_it_is_asked_again(alice, monkeypatch):
    sets_up(alice)
    real = time.time

    monkeypatch.setattr(second_factor.time, "time", lambda: real() + 12 * 3_600)

    assert "Type the code" in text_of(alice.get("/admin/", follow=True))


# K-10.1
def test_who_knew_the_session_before_has_no_part_in_it(alice):
    before = alice.cookies["sessionid"].value

    sets_up(alice)

    stolen = browser_of("Bob")
    stolen.cookies["sessionid"] = before
    assert not opens_admin(stolen)


# K-10.1
def test_somebody_elses_device_is_no_proof(alice):
    bobs = TOTPDevice.objects.create(user=Person.objects.at(BOB), name="Phone")
    session = alice.session
    session[DEVICE_ID_SESSION_KEY] = bobs.persistent_id
    session[second_factor.VERIFIED_AT] = time.time()
    session.save()

    assert not opens_admin(alice)


# K-10.1
def test_no_other_path_gives_the_right():
    """A staff flag, a row written by hand, a second factor without a source, an admin's key."""
    bob = browser_of("Bob")
    person = Person.objects.get(email=BOB)
    Person.objects.filter(email=BOB).update(role=Role.ADMIN, is_superuser=True)
    give_second_factor(bob, person)
    alice = Person.objects.at(ALICE)
    TOTPDevice.objects.create(user=alice, name="Phone")
    _, secret = api_keys.issue(alice, Role.ADMIN)

    assert bob.get("/admin/", follow=True).status_code == 403
    assert bob.get(PAGE).status_code == 404
    assert with_key(secret).asks("GET", "/admin/").status_code == 302


# K-10.1
def test_the_secrets_of_second_factors_are_on_no_page():
    alice = operator_browser("Alice")
    device = TOTPDevice.objects.get()
    Person.objects.filter(email=ALICE).update(is_superuser=True)

    pages = [
        alice.get(f"/admin/otp_totp/totpdevice/{device.pk}/change/"),
        alice.get(f"/admin/otp_totp/totpdevice/{device.pk}/qrcode/"),
        alice.get("/admin/otp_static/staticdevice/"),
        alice.get("/admin/"),
    ]

    secret = b32encode(device.bin_key).decode()
    assert not any(secret in page.content.decode() for page in pages)
    assert not any(device.key in page.content.decode() for page in pages)
    assert [page.status_code for page in pages] == [404, 404, 404, 200]


# K-10.1
def test_a_lost_device_is_forgotten_by_command_and_the_audit_says_so():
    alice = operator_browser("Alice")
    assert opens_admin(alice)
    said = StringIO()

    call_command("reset_second_factor", "Alice@example.com", reason="phone stolen", stdout=said)

    assert "is signed out" in said.getvalue()
    assert not opens_admin(alice)
    (entry,) = AuditEvent.objects.filter(action=Action.SECOND_FACTOR_RESET)
    assert (entry.actor, entry.credential) == ("", "system")
    assert (entry.subject, entry.reason) == (person_id(ALICE), "phone stolen")
    again = browser_of("Alice")
    sets_up(again)
    assert opens_admin(again)


# K-10.1
@pytest.mark.parametrize("email", ["nobody@example.com", BOB])
def test_nothing_is_forgotten_of_who_has_none(email):
    Person.objects.at(BOB)

    with pytest.raises(CommandError):
        call_command("reset_second_factor", email)
    assert not AuditEvent.objects.filter(action=Action.SECOND_FACTOR_RESET).exists()


# K-10.1
def test_another_site_sets_nothing_up_with_my_cookie():
    alice = browser_of("Alice", enforce_csrf_checks=True)
    secret = secret_on(alice.get(PAGE))

    assert gives(alice, code_of_app(secret)).status_code == 403
    assert not TOTPDevice.objects.exists()
