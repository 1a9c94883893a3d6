"""Pages of nests."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from andre.accounts.addresses import client_address
from andre.accounts.seats import Seat, seat_of_session
from andre.conf import conf
from andre.errors import NoSuchNest
from andre.keys import MAIN
from nests.handed_down import from_above
from nests.services import descriptions, rooms, settings
from nests.services.addresses import origin_of
from nests.services.lookup import look_up
from nests.services.registry import Nest

P = ParamSpec("P")


def seated(
    view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever is signed in; anybody else is sent to the door, whatever they ask for."""

    @require_safe
    @never_cache
    @ensure_csrf_cookie
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        seat = seat_of_session(request.session)
        if seat is None:
            return redirect_to_login(request.get_full_path())
        return view(request, seat, *args, **kwargs)

    return answer


@seated
def main_page(request: HttpRequest, seat: Seat) -> HttpResponse:
    return page(request, rooms.get_nest(MAIN), seat)


@seated
def nest_page(request: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    nest = nest_here(request, code, seat)
    return page(request, nest, seat) if nest else no_nest(request, code)


@seated
def short_address(request: HttpRequest, seat: Seat, name: str) -> HttpResponse:
    """The last route of all: a code in any case, a slug or a vanity code leads to its nest."""
    nest = nest_here(request, name, seat)
    if nest is None or nest.is_main:
        return no_nest(request, name)
    return redirect("nest", code=nest.code)


def nest_here(request: HttpRequest, code: str, seat: Seat) -> Nest | None:
    """The nest of an address, where this server has nests besides the Main Nest's own page."""
    if not conf().nests_enabled:
        return None
    try:
        return look_up(code, seat.email, client_address(request))
    except NoSuchNest:
        return None


def page(request: HttpRequest, nest: Nest, seat: Seat) -> HttpResponse:
    return render(request, "nests/nest.html", room_of(request, nest, seat))


def room_of(request: HttpRequest, nest: Nest, seat: Seat) -> dict[str, Any]:
    """What a page of a nest knows before its socket is open."""
    titles = dict(from_above.titles())
    return {
        "nest": nest.info(origin_of(request)).model_dump(),
        "share_text": descriptions.share_text(nest),
        "catalogues": [(name, titles.get(name, name)) for name in conf().catalogues],
        "has_bender": conf().has_bender,
        "bender_ways": settings.bender_ways(),
        "you": {"email": seat.email, "name": seat.name, "picture": seat.picture},
        "mixes": conf().andre_mix_catalogues,
        "code_length": conf().nest_code_length,
        "name_length": conf().nest_vanity_max_len,
        "takes_names": conf().nest_allow_vanity,
        "may_be_renamed": conf().nest_allow_vanity and conf().nest_vanity_allow_rename,
        "own": from_above.own_player(),
        "titles": json.dumps(titles),
        "ws_path": "/socket" if nest.is_main else f"/socket/{nest.code}",
    }


def no_nest(request: HttpRequest, name: str) -> HttpResponse:
    told = {"has_ended": rooms.has_ended(name)}
    return render(request, "nests/not_found.html", told, status=404)
