"""Passes: a guest is a person with an address that nobody can own, and a session of one browser."""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.person_ids import GUEST_DOMAIN
from nests.hooks import hooks
from nests.models import GuestArrival

# The session outlives the pass a little, so that the page can say why it ended.
GRACE = timedelta(days=1)
ERASED_AFTER = timedelta(days=30)  # after the end of the pass

log = structlog.get_logger(__name__)


def address_of(key: str) -> str:
    return f"{key}@{GUEST_DOMAIN}"


def guest_id(person: Person) -> str:
    return person.email.partition("@")[0]


def guests_of(nest_id: str) -> QuerySet[Person]:
    """Who has a good pass for this nest, the latest first."""
    return good_passes().filter(guest_nest=nest_id).order_by("-joined_at")


def good_passes() -> QuerySet[Person]:
    return Person.objects.filter(role=Role.GUEST, is_active=True, pass_ends_at__gt=timezone.now())


def find_guest(nest_id: str, key: str) -> Person | None:
    """The guest with a good pass whose browser keeps this key."""
    return guests_of(nest_id).filter(email=address_of(key)).first()


def require_guest(nest_id: str, key: str) -> Person:
    """Raises Refusal `not_found`."""
    person = find_guest(nest_id, key)
    if person is None:
        raise Refusal("not_found", "There is no such guest here.")
    return person


def end(person: Person) -> None:
    """What is connected with it is closed at once."""
    person.is_active = False
    person.pass_ends_at = timezone.now()
    person.save()
    log.info("guest_pass_ended", person=log_name(person.email), nest=person.guest_nest)


def end_all(nest_id: str) -> list[Person]:
    """Whose passes these were."""
    guests = list(guests_of(nest_id))
    for person in guests:
        end(person)  # One by one: whoever is connected is told.
    return guests


def end_those(keys: Collection[str]) -> None:
    """Of a browser in which somebody has signed in."""
    for person in good_passes().filter(email__in=map(address_of, keys)):
        end(person)


def erase_old(now: datetime) -> int:
    """Whose passes ended a month ago: their plays keep the name and nothing else; how many."""
    before = now - ERASED_AFTER
    old = list(Person.objects.filter(role=Role.GUEST, pass_ends_at__lt=before))
    for person in old:
        hooks.erase_guest(person.email, person.name)
    staying = Person.objects.filter(role=Role.GUEST).values_list("email", flat=True)
    known = {email.partition("@")[0] for email in staying}
    GuestArrival.objects.filter(arrived_at__lt=before).exclude(key__in=known).delete()
    return len(old)
