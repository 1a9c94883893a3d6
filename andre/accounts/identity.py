"""A seat: who is signed in, written into the session so that nobody asks the database."""

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from andre.accounts.account_state import is_admin_by_state, is_open, spell_state
from andre.accounts.account_state_lookup import keep_state, read_state
from andre.accounts.models import ApiKey, Person, is_super_admin
from andre.accounts.roles import Role
from andre.accounts.sessions import cookie_of, tell_session_ended
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import log_name

SESSION_ENTRY = "seat"
STATE_ENTRY = "account_state"
SIGNED_IN_AT = "signed_in_at"  # second of the epoch
PROXY_ENTRY = "auth_proxy"  # Whom the sign-in proxy named; in sessions that it made, only.

VISIT_ENDED = "Your visit here has ended. Ask for the invitation again to come back."
IN_ANOTHER_BROWSER = "Your visit goes on in another browser: one at a time has it."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. Stands where Django expects a user, and knows what the house needs of one."""

    email: str
    name: str
    picture: str
    role: str
    guest_nest: str = ""  # The nest that a guest's pass is for; empty for everybody else.
    pass_ends_at: float = 0.0  # second of the epoch, of a guest

    @property
    def is_guest(self) -> bool:
        return bool(self.guest_nest)

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_anonymous(self) -> bool:
        return False


def identity_of_session(session: SessionBase) -> Identity | None:
    written = session.get(SESSION_ENTRY)
    if written is None:
        return None
    seat = Identity(**written)
    if session.get(PROXY_ENTRY) and not conf().andre_auth_proxy_header:
        return None  # A sign-in proxy named them, and none is believed any more.
    if seat.is_guest and not is_in_time(seat):
        return None
    state = read_state(seat.email)
    if state != session.get(STATE_ENTRY, state_at_first(seat)):
        return None  # Closed, of another role, or signed out everywhere since.
    is_admin = is_super_admin(seat.email) or is_admin_by_state(state)
    has_no_source = (seat.role == Role.ADMIN and not is_admin) or (
        seat.role == Role.OWNER and not conf().is_home
    )
    if has_no_source:
        return Identity(seat.email, seat.name, seat.picture, Role.VIEWER.value)
    return seat


def is_in_time(guest: Identity) -> bool:
    return conf().andre_guests and guest.pass_ends_at > time.time()


def state_at_first(seat: Identity) -> str:
    """What sessions from before there was such an entry stand for."""
    return spell_state(seat.role, is_active=True, session_epoch=0)


def identity_of(person: Person) -> Identity:
    ends_at = person.pass_ends_at
    return Identity(
        person.email,
        person.get_full_name(),
        person.picture,
        str(person.role),
        person.guest_nest,
        ends_at.timestamp() if ends_at else 0.0,
    )


def require_pass(session: SessionBase) -> None:
    """For a session without an identity: whether it was a guest's. Raises Refusal `pass_ended`."""
    seat = guest_written_in(session)
    if seat is None:
        return
    if has_moved(seat):
        raise Refusal("pass_ended", IN_ANOTHER_BROWSER, moved=True)
    raise Refusal("pass_ended", VISIT_ENDED)


def guest_written_in(session: SessionBase) -> Identity | None:
    """The guest whom a session was made for, whether or not the pass is good."""
    written = session.get(SESSION_ENTRY)
    seat = None if written is None else Identity(**written)
    return seat if seat is not None and seat.is_guest else None


def has_moved(guest: Identity) -> bool:
    """Of a session that is good no longer: whether its pass is, so that another browser has it."""
    return is_in_time(guest) and is_open(read_state(guest.email))


def identity_of_key(key: ApiKey) -> Identity:
    """Its owner, with the rights of the key."""
    return replace(identity_of(key.owner), role=str(key.role))


def write_at_sign_in() -> None:
    user_logged_in.connect(store_identity, dispatch_uid="andre.accounts.seats")


def store_identity(request: HttpRequest, user: Person, **_: Any) -> None:
    before = cookie_of(request)
    # Django keeps the key when the same person signs in again; ours is new every time.
    request.session.cycle_key()
    request.session[SESSION_ENTRY] = asdict(identity_of(user))
    request.session[STATE_ENTRY] = user.state
    request.session[SIGNED_IN_AT] = time.time()
    keep_state(user.email)
    if before:
        tell_session_ended(before)
    log.info("signed_in", person=log_name(user.email), role=str(user.role))
