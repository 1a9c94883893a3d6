"""Asking to come in, from the page of the door."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from andre.accounts.client_address import client_address
from andre.accounts.identity import Identity, identity_of_session, require_pass
from andre.core.errors import NoSuchNest
from nests.door.entrance import ask_to_come_in, close_page, to_nest
from nests.door.refusals import state_of
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.views import no_nest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, code: str) -> HttpResponse:
    """Looking asks nothing of anybody; posting asks to come in."""
    seat = identity_of_session(request.session)
    if seat is None:
        require_pass(request.session)
        return redirect_to_login(f"/nest/{code}")
    try:
        nest = look_up(code, seat.email, client_address(request))
    except NoSuchNest:
        return no_nest(request, code)
    if request.GET.get("state") == "1":
        return JsonResponse({"state": waiting_word(nest, seat)})
    if request.method != "POST":
        return close_page(request, nest, seat) or to_nest(nest)
    return ask_to_come_in(request, nest, seat, password=request.POST.get("password", "")[:64])


def waiting_word(nest: Nest, seat: Identity) -> str:
    """ "waiting" as long as nothing has been decided."""
    state = state_of(nest.nest_id, seat.email)
    return "waiting" if state == "pending" else state
