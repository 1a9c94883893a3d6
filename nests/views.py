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

from andre.accounts.client_address import client_address
from andre.accounts.identity import Identity, identity_of_session
from andre.core.conf import conf
from andre.core.errors import NoSuchNest
from andre.core.keys import MAIN
from nests.hooks import hooks
from nests.registry import serializers, settings, store
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of

P = ParamSpec("P")


def require_signed_in(
    view: Callable[Concatenate[HttpRequest, Identity, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever is signed in; anybody else is sent to the door, whatever they ask for."""

    @require_safe
    @never_cache
    @ensure_csrf_cookie
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        seat = identity_of_session(request.session)
        if seat is None:
            return redirect_to_login(request.get_full_path())
        return view(request, seat, *args, **kwargs)

    return answer


@require_signed_in
def main_page(request: HttpRequest, seat: Identity) -> HttpResponse:
    return render_page(request, store.get_nest(MAIN), seat)


@require_signed_in
def nest_page(request: HttpRequest, seat: Identity, code: str) -> HttpResponse:
    nest = nest_here(request, code, seat)
    return render_page(request, nest, seat) if nest else no_nest(request, code)


@require_signed_in
def short_address(request: HttpRequest, seat: Identity, name: str) -> HttpResponse:
    """The last route of all: a code in any case, a slug or a vanity code leads to its nest."""
    nest = nest_here(request, name, seat)
    if nest is None or nest.is_main:
        return no_nest(request, name)
    return redirect("nest", code=nest.code)


def nest_here(request: HttpRequest, code: str, seat: Identity) -> Nest | None:
    """The nest of an address, where this server has nests besides the Main Nest's own page."""
    if not conf().nests_enabled:
        return None
    try:
        return look_up(code, seat.email, client_address(request))
    except NoSuchNest:
        return None


def render_page(request: HttpRequest, nest: Nest, seat: Identity) -> HttpResponse:
    return render(request, "nests/nest.html", nest_of(request, nest, seat))


def nest_of(request: HttpRequest, nest: Nest, seat: Identity) -> dict[str, Any]:
    """What a page of a nest knows before its socket is open."""
    titles = dict(hooks.titles())
    return {
        "nest": nest.info(origin_of(request)).model_dump(),
        "share_text": serializers.share_text(nest),
        "catalogues": [(name, titles.get(name, name)) for name in conf().catalogues],
        "has_bender": conf().has_bender,
        "bender_ways": settings.bender_ways(),
        "you": {"email": seat.email, "name": seat.name, "picture": seat.picture},
        "mixes": conf().andre_mix_catalogues,
        "code_length": conf().nest_code_length,
        "name_length": conf().nest_vanity_max_len,
        "takes_names": conf().nest_allow_vanity,
        "may_be_renamed": conf().nest_allow_vanity and conf().nest_vanity_allow_rename,
        "own": hooks.own_player(),
        "titles": json.dumps(titles),
        "ws_path": "/socket" if nest.is_main else f"/socket/{nest.code}",
    }


def no_nest(request: HttpRequest, name: str) -> HttpResponse:
    told = {"has_ended": store.has_ended(name)}
    return render(request, "nests/not_found.html", told, status=404)
