"""A seat: who is signed in, written into the session so that nobody asks the database."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from andre.accounts.account_state import is_admin_by_command, keep_state, read_state, spell_state
from andre.accounts.models import ApiKey, Person, is_super_admin
from andre.accounts.roles import Role
from andre.accounts.sessions import cookie_of, tell_session_ended
from andre.core.keys import log_name

SESSION_ENTRY = "seat"
STATE_ENTRY = "account_state"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. Stands where Django expects a user, and knows what the house needs of one."""

    email: str
    name: str
    picture: str
    role: str

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
    state = read_state(seat.email)
    if state != session.get(STATE_ENTRY, state_at_first(seat)):
        return None  # Closed, of another role, or signed out everywhere since.
    is_admin = is_super_admin(seat.email) or is_admin_by_command(state)
    if seat.role == Role.ADMIN and not is_admin:
        return Identity(seat.email, seat.name, seat.picture, Role.VIEWER.value)
    return seat


def state_at_first(seat: Identity) -> str:
    """What sessions from before there was such an entry stand for."""
    return spell_state(seat.role, is_active=True, session_epoch=0)


def identity_of(person: Person) -> Identity:
    return Identity(person.email, person.get_full_name(), person.picture, str(person.role))


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
    keep_state(user.email)
    if before:
        tell_session_ended(before)
    log.info("signed_in", person=log_name(user.email), role=str(user.role))
