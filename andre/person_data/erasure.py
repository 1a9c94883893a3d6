"""Erasing somebody: what would go and what would stay nobody's, and then all of it."""

from dataclasses import dataclass

import structlog
from celery import current_app
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from kombu.exceptions import OperationalError

from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.audit import trail
from andre.audit.models import Action
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.person_data.erased import Erased, Kept, guest_to_erase
from andre.person_data.places import PLACES

CONFIRM_SECONDS = 600
LEFTOVERS = "andre.person_data.tasks.erase_leftovers"  # By name: the task calls this module.
LEFTOVER_SECONDS = 60
SIGNER = TimestampSigner(salt="andre.person_data.erasure")
LAST_ADMIN = (
    "You are the last one who runs this server. Make somebody else an admin first, and then go."
)
NOT_CONFIRMED = "Look once more at what would go, and confirm it within ten minutes."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """How much one place knows of somebody; `kept` is what becomes of it."""

    title: str
    count: int
    kept: Kept


def preview_erasure(email: str) -> list[Line]:
    """What knows them, and nothing else; it changes nothing."""
    person = person_to_erase(require_person(email))
    lines = [Line(each.title, each.place.count(person), each.place.kept) for each in PLACES]
    return [line for line in lines if line.count]


def confirm_code(email: str) -> str:
    """What says that this person has seen what would go, for ten minutes."""
    return SIGNER.sign(email)


def erase_confirmed(email: str, code: str) -> None:
    """Raises Refusal `forbidden` for the last admin, `validation_error` for another's code."""
    try:
        is_theirs = SIGNER.unsign(code, max_age=CONFIRM_SECONDS) == email
    except BadSignature:
        is_theirs = False
    if not is_theirs:
        raise Refusal("validation_error", NOT_CONFIRMED)
    require_another_admin(email)
    person = person_to_erase(require_person(email))
    erase(person)
    look_again_later(person)


def require_another_admin(email: str) -> None:
    """Raises Refusal `forbidden` for whom nobody could follow."""
    runs = Q(role__in=(Role.ADMIN, Role.OWNER))
    people = Person.objects.filter(is_active=True)
    if (
        people.filter(runs, email=email).exists()
        and not people.filter(runs).exclude(email=email).exists()
    ):
        raise Refusal("forbidden", LAST_ADMIN)


def require_person(email: str) -> Person:
    """Raises Refusal `not_found`."""
    person = Person.objects.filter(email=email).first()
    if person is None:
        raise Refusal("not_found", "There is no such person here.")
    return person


def person_to_erase(person: Person) -> Erased:
    return Erased(person.email, person.name, person.picture)


def erase_guest(email: str, name: str) -> None:
    erase(guest_to_erase(email, name))


def erase(person: Erased) -> None:
    """Their account is closed first, so that whatever they have open ends and writes no more.

    Done twice it is done once, so that an erasure that was cut short is begun anew.
    """
    account = Person.objects.filter(email=person.email).first()
    if account is not None:
        account.is_active = False
        account.save()
    erase_places(person)
    trail.record_event(Action.PERSON_ERASED, actor=person.left)
    log.info("person_erased", person=log_name(person.email))


def erase_places(person: Erased) -> None:
    for each in PLACES:
        each.place.erase(person)


def look_again_later(person: Erased) -> None:
    """Connections that were just closing, and tasks that waited, may have written once more."""
    task = current_app.signature(LEFTOVERS, (person.email, person.name))
    try:
        task.apply_async(countdown=LEFTOVER_SECONDS, retry=False)
    except OperationalError as error:
        log.warning("erasure_not_repeated", person=log_name(person.email), error=str(error))


def erase_leftovers(email: str, name: str) -> None:
    """Unless somebody has signed in by this address again since: that is a new account."""
    if not Person.objects.filter(email=email).exists():
        erase_places(Erased(email, name))
