"""One browser, one guest: the cookie it is known by, and the session that has the pass."""

from django.conf import settings
from django.contrib.auth import login
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from andre.accounts.credentials import open_session
from andre.accounts.identity import guest_written_in
from andre.accounts.models import Person
from andre.accounts.views import OUR_BACKEND
from andre.core.person_ids import GUEST_DOMAIN
from nests.guests import passes

COOKIE = "andre_guest"
SALT = "nests.guests.browsers"
MOST_KEYS = 10  # One for each nest this browser was a guest of; the oldest go.
BROWSER_ENTRY = "browser"


def keys_of(request: HttpRequest) -> list[str]:
    """Of all arrivals of this browser, the latest first."""
    try:
        kept = (request.get_signed_cookie(COOKIE, salt=SALT) or "").split(".")
    except (KeyError, BadSignature):
        kept = []
    guest = guest_written_in(request.session)
    seated = [guest.email.removesuffix(f"@{GUEST_DOMAIN}")] if guest else []
    return list(dict.fromkeys([*kept, *seated]))


def remember_arrival(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Beyond a sign-out: the same browser coming again is the same guest."""
    keys = list(dict.fromkeys([key, *keys_of(request)]))[:MOST_KEYS]
    response.set_signed_cookie(
        COOKIE,
        ".".join(keys),
        salt=SALT,
        max_age=passes.ERASED_AFTER * 2,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def hand_over(request: HttpRequest, guest: Person) -> None:
    """This browser has the pass from now on, in a session of its own; another one's ends."""
    request.session = open_session()
    if guest.last_login is not None:
        guest.end_sessions()
    login(request, guest, backend=OUR_BACKEND)
    request.session.set_expiry((guest.pass_ends_at or guest.joined_at) + passes.GRACE)


def bind(request: HttpRequest, browser: str) -> bool:
    """To the browser of this name, which no copied cookie carries; whether the pass has moved."""
    bound = request.session.get(BROWSER_ENTRY)
    if bound == browser:
        return False
    guest = guest_written_in(request.session)
    if bound is not None and guest is not None:
        hand_over(request, Person.objects.get(email=guest.email))
    request.session[BROWSER_ENTRY] = browser
    return bound is not None
