"""The page before a nest that somebody may not simply walk into: it tells nothing of the nest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.accounts.identity import Identity
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.commands import JoinNest
from nests.door.refusals import (
    LOCKED,
    SENT_AWAY,
    Banned,
    Uninvited,
    require_not_banned,
    state_of,
)
from nests.guests import invitations
from nests.hooks import hooks
from nests.membership import members
from nests.membership.actors import actor_in, actor_of
from nests.registry.records import Nest

SESSION_INVITE = "invite"
WITHOUT_PATH = "strict-origin"  # The address of a page may have an invitation in it.


def close_page(request: HttpRequest, nest: Nest, seat: Identity) -> HttpResponse | None:
    """The page of the door, for whom it is not open; None for who may come in."""
    try:
        require_not_banned(nest.nest_id, seat.email)
    except Banned as ban:
        return render_door(request, nest, "banned", ban)
    if not is_closed_to(nest, seat):
        return None
    state = state_of(nest.nest_id, seat.email)
    if state == "refused":
        return render_door(request, nest, "refused", Refusal("not_a_member", SENT_AWAY))
    if not state and what_it_asks(nest) == "invitation":
        return render_door(request, nest, "invitation", Uninvited())
    return render_door(request, nest, state or what_it_asks(nest))


def follow_invitation(request: HttpRequest, nest: Nest, seat: Identity) -> HttpResponse | None:
    """Through the door by `?invite=`, and on to an address without it, which no page then tells.

    Who had to sign in first has it in their session.
    """
    if "invite" in request.GET:
        return ask_to_come_in(request, nest, seat, invite=request.GET["invite"][:64])
    kept = request.session.get(SESSION_INVITE)
    if kept is None or kept["nest"] != nest.nest_id:
        return None
    del request.session[SESSION_INVITE]
    return ask_to_come_in(request, nest, seat, invite=kept["token"])


def keep_invitation(request: HttpRequest, token: str) -> bool:
    """For a nest without guests: whoever has the token signs in first, and it goes into no address.

    Whether it is kept; False for a token that lets guests in, or nobody.
    """
    try:
        nest, _ = invitations.find_invitation(token, client_address(request))
    except Refusal:
        return False
    if nest.setting("guests"):
        return False
    request.session[SESSION_INVITE] = {"nest": nest.nest_id, "token": token}
    return True


def ask_to_come_in(
    request: HttpRequest, nest: Nest, seat: Identity, password: str = "", invite: str = ""
) -> HttpResponse:
    actor = actor_of(Credential("session", "", seat))
    act = CommandContext("", actor, client_address=client_address(request))
    try:
        join = JoinNest(nest=nest.nest_id, password=password, invite=invite)
        answer = hooks.dispatch(act, join)
    except Refusal as refusal:
        return page_of_refusal(request, nest, seat, refusal)
    if answer["status"] == "PENDING":
        return redirect("nest_door", code=nest.code)
    return to_nest(nest)


def page_of_refusal(
    request: HttpRequest, nest: Nest, seat: Identity, refusal: Refusal
) -> HttpResponse:
    if refusal.code == "locked":  # They have been heard, and wait to be let in by name.
        return redirect("nest_door", code=nest.code)
    if refusal.code == "invite_required":
        if not is_closed_to(nest, seat):
            return to_nest(nest)
        return render_door(request, nest, what_it_asks(nest), refusal)
    states = {"invalid_password": "password", "rate_limited": "password", "banned": "banned"}
    return render_door(request, nest, states.get(refusal.code, "refused"), refusal)


def to_nest(nest: Nest) -> HttpResponse:
    return redirect("main_nest") if nest.is_main else redirect("nest", code=nest.code)


def is_closed_to(nest: Nest, seat: Identity) -> bool:
    if not (nest.setting("is_private") or nest.setting("locked")):
        return False
    if members.is_member(nest.nest_id, seat.email):
        return False
    role = actor_in(nest, Credential("session", "", seat), is_member=False).nest_role
    return role != "creator" and (role != "guest" or bool(nest.setting("locked")))


def what_it_asks(nest: Nest) -> str:
    if nest.setting("locked"):
        return "locked"
    return str(nest.setting("entry_mode") or "approval")


def render_door(
    request: HttpRequest, nest: Nest, state: str, refusal: Refusal | None = None
) -> HttpResponse:
    told = {
        "code": nest.code,
        "is_main": nest.is_main,
        "state": state,
        "problem": refusal.message if refusal else "",
        "locked": LOCKED,
        "referrer": WITHOUT_PATH,
    }
    status = refusal.status if refusal else 200
    response = render(request, "nests/door.html", told, status=status)
    response["Referrer-Policy"] = WITHOUT_PATH
    return response
