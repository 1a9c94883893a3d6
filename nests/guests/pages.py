"""The pages of an invitation: a name, a button, and the nest; or waiting to be let in."""

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.accounts.identity import Identity, identity_of_session
from andre.accounts.models import Person
from andre.accounts.views import LONGEST_TYPED_NAME
from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.rate_limits import consume, require_counting
from andre.core.text import clean_text
from nests.guests import arrivals, browsers, invitations, passes
from nests.guests.arrivals import State
from nests.membership import members
from nests.membership.actors import actor_in
from nests.models import GuestArrival, Invitation
from nests.registry.records import Nest

NO_NAME = "Please type a name that others can read."
ACCOUNT_NEEDED = "Into this nest one comes with an account. Sign in, and open the invitation again."
WAIT_AGAIN = "Your visit here is over. Open the invitation again."

log = structlog.get_logger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Looking at it tells nothing of the nest and uses nothing up. Raises Http404."""
    if not conf().andre_guests:
        raise Http404
    seat = identity_of_session(request.session)
    if request.method != "POST":
        return join_page(request, seat)
    try:
        require_counting()
        token = request.POST.get("token", "")
        nest, invitation = invitations.find_invitation(token, client_address(request))
        return come_in(request, seat, nest, invitation)
    except Refusal as refusal:
        return join_page(request, seat, refusal)


def come_in(
    request: HttpRequest, seat: Identity | None, nest: Nest, invitation: Invitation
) -> HttpResponse:
    """As oneself for whoever is signed in, else as a guest. Raises Refusal."""
    if seat is not None and (not seat.is_guest or seat.guest_nest == nest.nest_id):
        bring_in(request, seat, nest)
        return to_nest(nest)
    if not nest.setting("guests"):
        raise Refusal("invite_required", ACCOUNT_NEEDED)
    arrival = arrivals.find_arrival(browsers.keys_of(request), nest.nest_id)
    if arrival is None or is_over(arrival):
        name = clean_text(request.POST.get("name", ""), LONGEST_TYPED_NAME)
        if not name:
            raise Refusal("validation_error", NO_NAME)
        consume("guest_arrivals", client_address(request))
        arrival = arrivals.arrive(nest, invitation, name)
        log.info("guest_arrived", state=arrival.state, nest=nest.nest_id)
    return answer_arrival(request, arrival, nest)


def bring_in(request: HttpRequest, seat: Identity, nest: Nest) -> None:
    """An invitation stands for what a private nest asks. Raises Refusal."""
    credential = Credential("session", "", seat)
    members.admit(CommandContext(nest.nest_id, actor_in(nest, credential)), "invitation")


def is_over(arrival: GuestArrival) -> bool:
    """Was in, and is not any more: whoever comes now is somebody new."""
    came_in = arrival.state == State.CAME_IN
    return came_in and passes.find_guest(arrival.nest_id, arrival.key) is None


def answer_arrival(request: HttpRequest, arrival: GuestArrival, nest: Nest) -> HttpResponse:
    """In, or on to where one waits. Raises Refusal for whoever was sent out."""
    response: HttpResponse
    match arrival.state:
        case State.REFUSED:
            raise Refusal("forbidden", arrivals.SENT_OUT)
        case State.WAITING:
            response = redirect("join_again")
        case State.LET_IN:
            response = seat_guest(request, arrivals.come_in(arrival), nest)
        case _:
            guest = passes.require_guest(nest.nest_id, arrival.key)
            response = seat_guest(request, guest, nest)
    browsers.remember_arrival(request, response, arrival.key)
    return response


def seat_guest(request: HttpRequest, guest: Person, nest: Nest) -> HttpResponse:
    browsers.hand_over(request, guest)
    log.info("guest_came_in", person=log_name(guest.email), nest=nest.nest_id)
    return to_nest(nest)


def to_nest(nest: Nest) -> HttpResponse:
    return redirect("main_nest") if nest.is_main else redirect("nest", code=nest.code)


def join_page(
    request: HttpRequest, seat: Identity | None, refusal: Refusal | None = None
) -> HttpResponse:
    told = {
        "seat": seat,
        "token": request.POST.get("token", "") if refusal else "",
        "problem": refusal.message if refusal else "",
    }
    return render(request, "nests/join.html", told, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_again(request: HttpRequest) -> HttpResponse:
    """For a browser that is known: it waits here, and its button leads in once it may.

    Raises Http404.
    """
    if not conf().andre_guests:
        raise Http404
    arrival = arrivals.find_last(browsers.keys_of(request))
    if request.GET.get("state") == "1":
        return JsonResponse({"state": arrival.state if arrival else ""})
    if request.method != "POST":
        return waiting_page(request, arrival)
    try:
        require_counting()
        nest = invitations.nest_with_guests(arrival.nest_id) if arrival else None
        if arrival is None or nest is None or is_over(arrival):
            raise Refusal("invite_required", WAIT_AGAIN)
        return answer_arrival(request, arrival, nest)
    except Refusal as refusal:
        return waiting_page(request, arrival, refusal)


def waiting_page(
    request: HttpRequest, arrival: GuestArrival | None, refusal: Refusal | None = None
) -> HttpResponse:
    problem = refusal.message if refusal else ""
    if arrival is None and not problem:
        problem = WAIT_AGAIN
    if arrival is not None and arrival.state == State.REFUSED:
        problem = arrivals.SENT_OUT
    told = {
        "name": arrival.name if arrival else "",
        "waits": arrival is not None and arrival.state == State.WAITING,
        "problem": problem,
    }
    return render(request, "nests/join_again.html", told, status=refusal.status if refusal else 200)
