"""Pages of nests."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from andre.accounts.seats import Seat, seat_of_session
from andre.keys import MAIN, NEST_ID
from nests.services import rooms
from nests.services.rooms import Nest


@require_safe
@never_cache
@ensure_csrf_cookie
def nest_page(request: HttpRequest, code: str = MAIN) -> HttpResponse:
    seat = seat_of_session(request.session)
    if seat is None:
        return redirect_to_login(request.get_full_path())
    nest = rooms.find_nest(code)
    if nest is None:
        return render(request, "nests/not_found.html", {"code": code}, status=404)
    return render(request, "nests/nest.html", page_context(nest, seat))


@require_safe
@never_cache
@ensure_csrf_cookie
def short_address(request: HttpRequest, name: str) -> HttpResponse:
    """The last route of all: a code goes to the nest's address, a slug is one."""
    if seat_of_session(request.session) is None:
        return redirect_to_login(request.get_full_path())
    nest = rooms.find_nest(name)
    if nest is None:
        raise Http404
    if NEST_ID.fullmatch(name.upper()):
        return redirect("nest", code=nest.code)
    return nest_page(request, nest.code)


def page_context(nest: Nest, seat: Seat) -> dict[str, object]:
    return {
        "nest": nest.info().model_dump(),
        "you": {"email": seat.email, "name": seat.name, "picture": seat.picture},
        "ws_path": "/socket" if nest.is_main else f"/socket/{nest.code}",
    }
