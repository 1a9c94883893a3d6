"""The second factor of operators: a code of an authenticator app, or one of their recovery codes.

It is asked once in each session, and again after a working day. At home the machine itself is the
second factor: whoever asks sits at it, or types a code that it printed (andre/accounts/owner.py),
because over plain HTTP the secret of an app would cross the network that others share.
"""

import time
from datetime import timedelta

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import DEVICE_ID_SESSION_KEY, verify_token
from django_otp import login as keep_device
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from andre.accounts.identity import SIGNED_IN_AT
from andre.accounts.models import Person
from andre.accounts.owner import is_admin_open
from andre.accounts.sessions import tell_session_ended
from andre.accounts.typed_codes import make_code, normal_code
from andre.audit import trail
from andre.audit.models import Action
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.person_ids import person_id

GOOD_FOR_SECONDS = 12 * 60 * 60  # A working day, so that nobody is asked in the middle of one.
SET_UP_WITHIN_SECONDS = 30 * 60  # Of the sign-in: time enough to install an app.
RECOVERY_CODES = 10
RECOVERY_CODE_LENGTH = 12  # 59 bits, of the alphabet of typed codes.
DIGITS = 6
STORED_LENGTH = 16  # What django-otp's column holds.
STEPS_AROUND = 1  # Of half a minute: clocks of telephones differ.
VERIFIED_AT = "second_factor_at"  # second of the epoch
NEW_SECRET = "second_factor_secret"  # noqa: S105 - The name of the entry.

WRONG = "This code is none, or has been used. An app shows another one every half minute."
NOT_FRESH = "Sign in again first: a second factor is set up within half an hour after that."

User = AbstractBaseUser | AnonymousUser

log = structlog.get_logger(__name__)


def is_second_factor_given(request: HttpRequest, user: User) -> bool:
    """Whether `user`, whose session it is, has given it there within GOOD_FOR_SECONDS."""
    if conf().is_home:
        return is_admin_open(request)
    if time.time() - request.session.get(VERIFIED_AT, 0) >= GOOD_FOR_SECONDS:
        return False
    device = Device.from_persistent_id(request.session.get(DEVICE_ID_SESSION_KEY, ""))
    return bool(device and device.confirmed and device.user_id == user.pk)


def person_of(request: HttpRequest) -> Person:
    """Who asks, of a page that only people who are signed in reach."""
    return Person.objects.get(email=request.user.get_username())


def has_second_factor(person: Person) -> bool:
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def begin_set_up(request: HttpRequest) -> TOTPDevice:
    """A device that is stored nowhere but in this session. Raises Refusal `session_required`."""
    if time.time() - request.session.get(SIGNED_IN_AT, 0) >= SET_UP_WITHIN_SECONDS:
        raise Refusal("session_required", NOT_FRESH)
    secret = request.session.setdefault(NEW_SECRET, default_key())
    return TOTPDevice(user=person_of(request), name="Authenticator", key=secret)


def finish_set_up(request: HttpRequest, code: str) -> list[str]:
    """Keep the device of `begin_set_up`, if this is its code; the recovery codes, told this once.

    Raises Refusal.
    """
    device = begin_set_up(request)
    totp = TOTP(device.bin_key)
    typed = digits_of(code)
    if not typed or not totp.verify(int(typed), STEPS_AROUND):
        raise Refusal("forbidden", WRONG)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(email=device.user.email)
        if has_second_factor(person):
            raise Refusal("forbidden", "Your second factor has been set up already.")
        device.last_t, device.drift = totp.t(), totp.drift
        device.save()
        codes = write_recovery_codes(person)
        record_about(person, Action.SECOND_FACTOR_SET_UP)
    request.session.pop(NEW_SECRET)
    keep_in_session(request, device)
    return codes


def give_second_factor(request: HttpRequest, code: str) -> None:
    """Raises Refusal."""
    person = person_of(request)
    typed = digits_of(code)
    model = TOTPDevice if typed else StaticDevice
    device = model.objects.filter(user=person, confirmed=True).first()
    require_allowed(device)
    shown = typed or hash_recovery_code(code)
    if device is None or verify_token(person, device.persistent_id, shown) is None:
        trail.record_refusal(
            Action.SECOND_FACTOR_GIVEN,
            person.email,
            "forbidden",
            actor=person.email,
            credential="session",
            subject=person_id(person.email),
        )
        raise Refusal("forbidden", WRONG)
    way = "app" if typed else "recovery code"
    record_about(person, Action.SECOND_FACTOR_GIVEN, details={"way": way})
    keep_in_session(request, device)


def require_allowed(device: TOTPDevice | StaticDevice | None) -> None:
    """After each wrong code the next is believed later. Raises Refusal `rate_limited`."""
    if device is None:
        return
    is_allowed, why = device.verify_is_allowed()
    if not is_allowed:
        left = (why["locked_until"] - timezone.now()) // timedelta(seconds=1) + 1
        raise Refusal("rate_limited", f"Try again in {left} s.", retry_after_s=left)


def keep_in_session(request: HttpRequest, device: Device) -> None:
    """Under a new key, so that whoever knew the old one has no part in it."""
    before = request.session.session_key
    request.session.cycle_key()
    keep_device(request, device)
    request.session[VERIFIED_AT] = time.time()
    if before:
        tell_session_ended(before)


def renew_recovery_codes(person: Person) -> list[str]:
    """Others, told this once; those from before are good no longer."""
    with transaction.atomic():
        codes = write_recovery_codes(person)
        record_about(person, Action.RECOVERY_CODES_RENEWED)
    return codes


def write_recovery_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="Recovery codes")
    codes = [make_code(RECOVERY_CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=hash_recovery_code(code))
    return codes


def count_recovery_codes(person: Person) -> int:
    return sum(each.token_set.count() for each in StaticDevice.objects.filter(user=person))


def reset_second_factor(person: Person, reason: str) -> None:
    """What they have is good no longer, and they are signed out everywhere."""
    with transaction.atomic():
        forget_devices(person)
        record_about(
            person, Action.SECOND_FACTOR_RESET, actor="", credential="system", reason=reason
        )
        person.end_sessions()
    log.warning("second_factor_reset", person=log_name(person.email))


def forget_devices(person: Person) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()


def record_about(person: Person, action: Action, **columns: object) -> None:
    told = {"actor": person.email, "credential": "session", "subject": person_id(person.email)}
    trail.record_event(action, **(told | columns))  # type: ignore[arg-type]


def hash_recovery_code(code: str) -> str:
    """A recovery code as the database has it, from which nobody finds the code."""
    return salted_hmac("andre.recovery_code", normal_code(code)).hexdigest()[:STORED_LENGTH]


def digits_of(code: str) -> str:
    """The digits of an app's code, however it was typed; empty for what is none."""
    plain = normal_code(code)
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdigit() else ""
