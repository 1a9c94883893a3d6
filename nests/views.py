"""Pages of nests."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from andre.accounts.seats import Seat, seat_of_session
from andre.conf import conf
from andre.keys import MAIN
from nests.services import descriptions, rooms
from nests.services.addresses import origin_of
from nests.services.registry import Nest


@require_safe
@never_cache
@ensure_csrf_cookie
def main_page(request: HttpRequest) -> HttpResponse:
    seat = seat_of_session(request.session)
    if seat is None:
        return redirect_to_login(request.get_full_path())
    return page(request, rooms.get_nest(MAIN), seat)


@require_safe
@never_cache
@ensure_csrf_cookie
def nest_page(request: HttpRequest, code: str) -> HttpResponse:
    seat = seat_of_session(request.session)
    if seat is None:
        return redirect_to_login(request.get_full_path())
    nest = nest_here(code)
    return page(request, nest, seat) if nest else no_nest(request)


@require_safe
@never_cache
def short_address(request: HttpRequest, name: str) -> HttpResponse:
    """The last route of all: a code in any case, a slug or a vanity code goes to the nest's page.

    Whoever is not signed in is sent to the door, whatever is asked for.
    """
    if seat_of_session(request.session) is None:
        return redirect_to_login(request.get_full_path())
    nest = rooms.find_nest(name)
    if nest is None or nest.is_main:
        return no_nest(request)
    return redirect("nest", code=nest.code)


def nest_here(code: str) -> Nest | None:
    """The nest of an address, where this server has nests besides the Main Nest's own page."""
    return rooms.find_nest(code) if conf().nests_enabled else None


def page(request: HttpRequest, nest: Nest, seat: Seat) -> HttpResponse:
    return render(request, "nests/nest.html", room_of(request, nest, seat))


def room_of(request: HttpRequest, nest: Nest, seat: Seat) -> dict[str, Any]:
    """What a page of a nest knows before its socket is open."""
    return {
        "nest": nest.info(origin_of(request)).model_dump(),
        "share_text": descriptions.share_text(nest),
        "you": {"email": seat.email, "name": seat.name, "picture": seat.picture},
        "ws_path": "/socket" if nest.is_main else f"/socket/{nest.code}",
    }


def no_nest(request: HttpRequest) -> HttpResponse:
    return render(request, "nests/not_found.html", status=404)
