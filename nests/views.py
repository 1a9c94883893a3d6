"""Pages of nests."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from andre.accounts.client_address import client_address
from andre.accounts.credentials import Credential
from andre.accounts.identity import Identity, identity_of_session, require_pass
from andre.accounts.sign_in_ways import has_several
from andre.billing import catalogue
from andre.core import permissions
from andre.core.conf import conf
from andre.core.errors import NoSuchNest
from andre.core.keys import MAIN
from andre.core.person_ids import public_address, public_person
from andre.core.transcoding import has_encodings
from nests.door.entrance import close_page, follow_invitation, keep_invitation
from nests.hooks import hooks
from nests.membership.actors import actor_in
from nests.registry import serializers, settings, store, summaries
from nests.registry.lookup import look_up
from nests.registry.records import Nest
from nests.registry.share_links import origin_of

P = ParamSpec("P")


def require_signed_in(
    view: Callable[Concatenate[HttpRequest, Identity, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever is signed in; anybody else is sent to the door, whatever they ask for.

    Raises Refusal `pass_ended` for a guest whose pass is good no longer.
    """

    @require_safe
    @never_cache
    @ensure_csrf_cookie
    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        seat = identity_of_session(request.session)
        if seat is None:
            if token := request.GET.get("invite", "")[:64]:
                return begin_with_invitation(request, token)
            require_pass(request.session)
            return redirect_to_login(request.get_full_path())
        return view(request, seat, *args, **kwargs)

    return answer


def begin_with_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """To where one comes in by a name alone, or to sign in; the token is in neither address."""
    if keep_invitation(request, token) or not conf().andre_guests:
        return redirect_to_login(request.path)
    return redirect(f"/join#{quote(token)}")


@require_signed_in
def main_page(request: HttpRequest, seat: Identity) -> HttpResponse:
    nest = store.get_nest(MAIN)
    return answer_page(request, nest, seat)


@require_signed_in
def nest_page(request: HttpRequest, seat: Identity, code: str) -> HttpResponse:
    nest = nest_here(request, code, seat)
    if nest is None:
        return no_nest(request, code)
    return answer_page(request, nest, seat)


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


def answer_page(request: HttpRequest, nest: Nest, seat: Identity) -> HttpResponse:
    return (
        follow_invitation(request, nest, seat)
        or close_page(request, nest, seat)
        or render_page(request, nest, seat)
    )


def render_page(request: HttpRequest, nest: Nest, seat: Identity) -> HttpResponse:
    return render(request, "nests/nest.html", nest_of(request, nest, seat))


def nest_of(request: HttpRequest, nest: Nest, seat: Identity) -> dict[str, Any]:
    """What a page of a nest knows before its socket is open."""
    titles = dict(hooks.titles())
    return {
        "nest": nest.info(seat.email, seat.role, origin_of(request)).model_dump(),
        "share_text": serializers.share_text(nest),
        "catalogues": [(name, titles.get(name, name)) for name in conf().catalogues],
        "song": summaries.read_song(nest.nest_id),
        "has_themes": conf().nest_admin_enabled,
        "has_console": has_console(nest, seat),
        "sells_plans": catalogue.is_selling(),
        "nest_settings": settings.list_offered(nest),
        "nest_presets": settings.list_presets(nest),
        "you": public_person(seat.email, seat.name, seat.picture) | {"email": seat.email},
        "your_address": public_address(seat.email),
        "is_guest": seat.is_guest,
        "invites": may_invite(nest, seat),
        "is_home": conf().is_home,
        "mixes": conf().andre_mix_catalogues,
        "has_encodings": has_encodings(),
        "code_length": conf().nest_code_length,
        "name_length": conf().nest_vanity_max_len,
        "takes_names": conf().nest_allow_vanity,
        "may_be_renamed": conf().nest_allow_vanity and conf().nest_vanity_allow_rename,
        "own": hooks.own_player(),
        "has_several_ways": has_several(),
        "titles": json.dumps(titles),
        "ws_path": "/socket" if nest.is_main else f"/socket/{nest.code}",
    }


def may_invite(nest: Nest, seat: Identity) -> bool:
    """Whether this page has the invitation: also where guests are off, and may be switched on.

    Raises Refusal `pass_ended` for a guest where they are.
    """
    if not conf().andre_guests:
        return False
    # Membership has no say in this right, so that nobody has to look it up.
    actor = actor_in(nest, Credential("session", "", seat), is_member=False)
    return permissions.is_allowed(actor, "manage_guests")


def has_console(nest: Nest, seat: Identity) -> bool:
    """Whether this page has it: for who may set the nest up, where the server has one."""
    if not conf().nest_admin_enabled or seat.is_guest:
        return False
    actor = actor_in(nest, Credential("session", "", seat), is_member=False)
    return permissions.is_allowed(actor, "change_nest_settings")


def no_nest(request: HttpRequest, name: str) -> HttpResponse:
    told = {"has_ended": store.has_ended(name)}
    return render(request, "nests/not_found.html", told, status=404)
