"""Who comes by an invitation: in at once, or first waiting to be let in; and who stays out."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from andre.accounts.models import Person
from andre.accounts.roles import Role
from andre.core.conf import conf
from andre.core.errors import Refusal
from nests.guests import notices, passes
from nests.models import GuestArrival, Invitation
from nests.registry.records import Nest

State = GuestArrival.State

KEY_BYTES = 10
AT_HOME = timedelta(days=30)
ELSEWHERE = timedelta(hours=12)

FULL = "As many guests are in as this invitation is for. Ask somebody in the nest for help."
SENT_OUT = "Whoever looks after this nest has sent you out, and new visits are not for you."
NOBODY_WAITS = "Nobody of this name waits here."


def arrive(nest: Nest, invitation: Invitation, name: str) -> GuestArrival:
    """Somebody new: let in, or waiting where the invitation says so.

    Raises Refusal `invite_required` where it is full.
    """
    with transaction.atomic():
        # The row is held, so that two who come at once are not both the last one.
        held = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
        if held is None or count_places(nest.nest_id) >= held.most_guests:
            raise Refusal("invite_required", FULL)
        arrival = GuestArrival.objects.create(
            key=secrets.token_hex(KEY_BYTES),
            nest_id=nest.nest_id,
            name=name,
            state=State.WAITING if held.asks_first else State.LET_IN,
        )
        if arrival.state == State.LET_IN:
            come_in(arrival)
    if arrival.state == State.WAITING:
        notices.tell_waiting(nest.nest_id, waiting(nest.nest_id).count())
    return arrival


def come_in(arrival: GuestArrival) -> Person:
    """The guest of somebody who has been let in. Raises Refusal `invite_required` for others."""
    with transaction.atomic():
        moved = GuestArrival.objects.filter(pk=arrival.pk, state=State.LET_IN)
        if not moved.update(state=State.CAME_IN):
            raise Refusal("invite_required", SENT_OUT)
        arrival.state = State.CAME_IN
        return Person.objects.create(
            email=passes.address_of(arrival.key),
            name=arrival.name,
            role=Role.GUEST,
            guest_nest=arrival.nest_id,
            pass_ends_at=timezone.now() + (AT_HOME if conf().is_home else ELSEWHERE),
        )


def find_arrival(keys: Collection[str], nest_id: str) -> GuestArrival | None:
    """The last of these in that nest; where one was sent out, that one."""
    found = list(GuestArrival.objects.filter(key__in=keys, nest_id=nest_id))
    refused = (each for each in found if each.state == State.REFUSED)
    return next(refused, None) or next(iter(found), None)


def find_last(keys: Collection[str]) -> GuestArrival | None:
    """The last of these, in whichever nest."""
    return GuestArrival.objects.filter(key__in=keys).first()


def waiting(nest_id: str) -> QuerySet[GuestArrival]:
    return GuestArrival.objects.filter(nest_id=nest_id, state=State.WAITING)


def count_places(nest_id: str) -> int:
    """Guests who are in, and those on their way."""
    coming = GuestArrival.objects.filter(
        nest_id=nest_id, state__in=[State.WAITING, State.LET_IN]
    ).count()
    return passes.guests_of(nest_id).count() + coming


def decide(nest_id: str, key: str, *, let_in: bool) -> None:
    """About somebody who waits. Raises Refusal `not_found`."""
    decided = State.LET_IN if let_in else State.REFUSED
    if not waiting(nest_id).filter(key=key).update(state=decided):
        raise Refusal("not_found", NOBODY_WAITS)
    notices.tell_waiting(nest_id, waiting(nest_id).count())


def refuse_browser(nest_id: str, guest: Person) -> None:
    """The browser of this guest stays out."""
    GuestArrival.objects.update_or_create(
        key=passes.guest_id(guest),
        defaults={"nest_id": nest_id, "name": guest.name, "state": State.REFUSED},
    )


def turn_away(nest_id: str) -> None:
    """Nobody waits any longer, where no guests come in any more."""
    coming = [State.WAITING, State.LET_IN]
    GuestArrival.objects.filter(nest_id=nest_id, state__in=coming).delete()
    notices.tell_waiting(nest_id, 0)
