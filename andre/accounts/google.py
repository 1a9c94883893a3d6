"""From what Google says to a person of ours; the steps of social-auth that are our own."""

from typing import Any

from django.http import HttpResponse
from social_core.backends.google import GoogleOAuth2
from social_django.models import UserSocialAuth

from andre.accounts.models import LONGEST_NAME, Person
from andre.core.errors import Refusal
from andre.core.keys import address
from andre.core.text import clean_text

LONGEST_PICTURE = 500

ANOTHER_ACCOUNT = (
    "This e-mail address belongs to another Google account here. Please ask whoever runs Andre."
)
CLOSED = "This account is closed here. Please ask whoever runs Andre."


def find_the_person(
    backend: GoogleOAuth2[HttpResponse],
    details: dict[str, Any],
    uid: str,
    user: Person | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The person this Google account was before, else the one with its verified address.

    An address that another Google account already proved is refused: addresses are given to
    new people, and what the first one built must not go with it.
    """
    if user is None:
        email = address(details["email"])
        user = Person.objects.filter(email=email).first()
        if user is None:
            user = Person.objects.at(email)
        elif another_account_owns(user, backend.name, uid):
            raise Refusal("forbidden", ANOTHER_ACCOUNT)
    if not user.is_active:
        raise Refusal("forbidden", CLOSED)
    return {"user": user}


def another_account_owns(person: Person, provider: str, uid: str) -> bool:
    associations = UserSocialAuth.objects.filter(user=person, provider=provider)
    return bool(associations.exclude(uid=uid).exists())


def keep_name_and_picture(
    user: Person, details: dict[str, Any], response: dict[str, Any], **_: Any
) -> dict[str, Any]:
    name = clean_text(str(details.get("fullname") or ""), LONGEST_NAME)
    picture = https_only(str(response.get("picture") or ""))
    return {"user": Person.objects.at(user.email, name=name or user.name, picture=picture)}


def https_only(url: str) -> str:
    return url if url.startswith("https://") and len(url) <= LONGEST_PICTURE else ""
