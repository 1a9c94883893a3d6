"""The owner of a home: who presses the link that the start prints.

The link makes its presser a person with the role `owner`. What the admin pages do is asked again,
because plain HTTP crosses a network that others share: on loopback, or with a code that somebody
at the machine printed.
"""

import secrets
import time

from django.http import HttpRequest

from andre.accounts.client_address import client_address
from andre.accounts.dev_login import is_here
from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.accounts.typed_codes import make_code, normal_code
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import owner_code, owner_link
from andre.core.rate_limits import consume, require_left
from andre.core.redis import redis

# Reserved by RFC 2606, so that nobody else can sign in with an address there.
OWNER_EMAIL = "owner@home.invalid"
TOKEN_BYTES = 24
LINK_SECONDS = 15 * 60
CODE_SECONDS = 60 * 60
CODE_LENGTH = 10
CONFIRMED_ENTRY = "admin_confirmed_until"

USED_UP = 'This link has been used, or is older than 15 minutes. The machine that runs Andre prints\
 another one: make manage CMD="owner_link"'
WRONG_CODE = "This code is none, has been used, or is older than an hour."


def issue_link() -> str:
    """The token of a link that makes one person the owner, once, within 15 minutes."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    redis().set(owner_link(token), "1", ex=LINK_SECONDS)
    return token


def redeem_link(token: str, name: str, address: str) -> Person:
    """Use the link up and give the owner, under this name. Raises Refusal.

    `address` is where the request comes from; only failures are counted.
    """
    require_left("unknown_links", address)
    if redis().getdel(owner_link(token)) is None:
        consume("unknown_links", address)
        raise Refusal("forbidden", USED_UP)
    person = Person.objects.at(OWNER_EMAIL, name=name)
    person.role = Role.OWNER
    person.save(update_fields=["role"])
    return person


def issue_code() -> str:
    """A code that opens the admin for one browser, for an hour from now."""
    code = make_code(CODE_LENGTH)
    redis().set(owner_code(code), str(int(time.time()) + CODE_SECONDS), ex=CODE_SECONDS)
    return code


def open_admin(request: HttpRequest, code: str) -> None:
    """Open the admin for this browser, until the code ends. Raises Refusal."""
    address = client_address(request)
    require_left("unknown_links", address)
    until = redis().getdel(owner_code(normal_code(code)))
    if until is None:
        consume("unknown_links", address)
        raise Refusal("forbidden", WRONG_CODE)
    request.session[CONFIRMED_ENTRY] = int(str(until))


def is_admin_open(request: HttpRequest) -> bool:
    """Whether whoever asks sits at the machine, or has typed a code that it printed."""
    if not conf().is_home or is_here(request.META.get("REMOTE_ADDR", ""), request.META):
        return True
    return bool(request.session.get(CONFIRMED_ENTRY, 0) > time.time())
