"""From what a provider says to a person of ours; the steps of social-auth that are our own."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from social_core.backends.base import BaseAuth
from social_django.models import UserSocialAuth
from social_django.strategy import DjangoStrategy

from andre.accounts.identity import identity_of_session
from andre.accounts.models import LONGEST_NAME, Person
from andre.accounts.sign_in_ways import GOOGLE, OIDC, is_offered, title_of
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import address
from andre.core.text import clean_text

LONGEST_PICTURE = 500
CONNECT_ENTRY = "connect_sign_in"  # Whose account shall have the way of signing in that is begun.

CLOSED = "This account is closed here. Please ask whoever runs Andre."

Backend = BaseAuth[HttpResponse]


class KnownOtherwise(Refusal):
    """The address belongs to somebody who signs in here in another way."""

    def __init__(self, message: str, known: str) -> None:
        super().__init__("forbidden", message)
        self.known = known  # the name of that way


def require_group(backend: Backend, groups: list[str] | None = None, **_: Any) -> None:
    """Raises Refusal `forbidden` for whoever is in none of OIDC_ALLOWED_GROUPS."""
    allowed = conf().oidc_allowed_groups if backend.name == OIDC else ()
    if allowed and set(allowed).isdisjoint(groups or ()):
        sentence = f"{title_of(OIDC)} does not have you in a group that may come in here."
        raise Refusal("forbidden", sentence)


def find_the_person(
    backend: Backend,
    strategy: DjangoStrategy,
    details: dict[str, Any],
    user: Person | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The person this account was before, else who connects it, else the one with its address.

    An address that another account already proved is refused: addresses are given to new people,
    and what the first one built must not go with it. Raises Refusal `forbidden`.
    """
    connecting = person_who_connects(strategy.session)
    if user is None:
        user = connecting or person_at(address(details["email"]), backend.name)
    elif connecting is not None and connecting != user:
        title = title_of(backend.name)
        raise Refusal("forbidden", f"This account at {title} belongs to somebody else here.")
    if not user.is_active:
        raise Refusal("forbidden", CLOSED)
    return {"user": user}


def person_who_connects(session: SessionBase) -> Person | None:
    """Who began this as somebody signed in, if they still are."""
    email = session.pop(CONNECT_ENTRY, None)
    seat = identity_of_session(session) if email else None
    if seat is None or seat.email != email or seat.is_guest:
        return None
    return Person.objects.filter(email=email).first()


def person_at(email: str, way: str) -> Person:
    """The person with this proven address, made if new. Raises Refusal `forbidden`."""
    person = Person.objects.filter(email=email).first()
    if person is None:
        return Person.objects.at(email)
    known = UserSocialAuth.objects.filter(user=person).order_by("pk").first()
    if known is not None and person.is_active:
        raise address_taken(known.provider, way)
    return person


def address_taken(known: str, way: str) -> Refusal:
    before = f"This e-mail address belongs to another {title_of(known)} account here."
    if known == way:
        return Refusal("forbidden", f"{before} Please ask whoever runs Andre.")
    before = f"Whoever has this e-mail address signs in here with {title_of(known)}"
    if not is_offered(known):
        return Refusal("forbidden", f"{before}, which is switched off. Ask whoever runs Andre.")
    after = f"If that is you, sign in that way once more, and connect {title_of(way)} then."
    return KnownOtherwise(f"{before}. {after}", known)


def keep_details(
    backend: Backend,
    user: Person,
    details: dict[str, Any],
    response: dict[str, Any],
    groups: list[str] | None = None,
    **_: Any,
) -> dict[str, Any]:
    """Name, picture and what the groups give, as this sign-in says; another way has no group."""
    source = conf().oidc_admin_source
    is_admin = backend.name == OIDC and source and conf().oidc_admin_group in (groups or ())
    kept = {"admin_group": source if is_admin else ""}
    if name := clean_text(str(details.get("fullname") or ""), LONGEST_NAME):
        kept["name"] = name
    if backend.name == GOOGLE:  # Pages load no pictures from anywhere else.
        kept["picture"] = https_only(str(response.get("picture") or ""))
    return {"user": Person.objects.at(user.email, **kept)}


def https_only(url: str) -> str:
    return url if url.startswith("https://") and len(url) <= LONGEST_PICTURE else ""
