"""What becomes of invitations and passes when guests are switched off, or their nest ends."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from andre.accounts.models import Person
from andre.accounts.roles import Role
from nests.guests import arrivals, browsers, invitations, passes
from nests.registry import store
from nests.signals import nest_ending, nest_set


def connect_endings() -> None:
    nest_ending.connect(end_with_nest, dispatch_uid="nests.guests.endings")
    nest_set.connect(end_where_off, dispatch_uid="nests.guests.settings")
    user_logged_in.connect(end_at_sign_in, dispatch_uid="nests.guests.sign_in")


def end_with_nest(nest: str, **_: Any) -> None:
    # The invitation first: who is just coming in by it holds its row, and is found afterwards.
    invitations.forget(nest)
    end_visits(nest)


def end_visits(nest: str) -> None:
    arrivals.turn_away(nest)
    passes.end_all(nest)


def end_where_off(nest: str, **_: Any) -> None:
    """Where the invitation is the only way in it stays, for people with an account."""
    found = store.get_nest(nest)
    if found.setting("guests"):
        return
    if found.is_invite_only:
        end_visits(nest)
    else:
        end_with_nest(nest)


def end_at_sign_in(request: HttpRequest, user: Person, **_: Any) -> None:
    """A guest who signs in is a new person."""
    if user.role != Role.GUEST:
        passes.end_those(browsers.keys_of(request))
