"""Connecting an account: out by POST, to the provider, and back to where one was."""

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from andre.accounts.identity import identity_of_session
from andre.core.conf import conf
from andre.core.errors import Refusal
from nests.registry.share_links import origin_of
from player import providers
from player.linked_accounts import accounts
from player.providers import LinkedProvider

SESSION_ENTRY = "connecting"
PATIENCE = timedelta(minutes=10)
NO_LOOPBACK_NAMES = ("localhost", "[::1]")


class PersonalName:
    """The part of an address that names a provider with accounts of people's own."""

    regex = "|".join(
        name for name, each in providers.PROVIDERS.items() if isinstance(each, LinkedProvider)
    )

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@never_cache
@require_POST
def connect(request: HttpRequest, provider: str) -> HttpResponse:
    require_seat(request)
    found = providers.linked_provider(provider)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    request.session[SESSION_ENTRY] = {
        "provider": provider,
        "state": state,
        "verifier": verifier,
        "next": redirect_target(request),
        "until": (timezone.now() + PATIENCE).timestamp(),
    }
    return redirect(found.consent_url(state, verifier, way_back(request, provider)))


@never_cache
@require_GET
def oauth_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Only the browser that went comes back, once, and for the same provider.

    Raises Refusal `forbidden`.
    """
    email = require_seat(request)
    going = request.session.pop(SESSION_ENTRY, None)
    state = request.GET.get("state", "")
    if (
        going is None
        or going["provider"] != provider
        or timezone.now().timestamp() > going["until"]
        or not constant_time_compare(state, going["state"])
    ):
        raise Refusal("forbidden", "This way back is not yours, or too old. Please connect anew.")
    if code := request.GET.get("code"):
        found = providers.linked_provider(provider)
        consent = found.consent(code, going["verifier"], way_back(request, provider))
        accounts.connect(email, found, consent)
    return redirect(str(going["next"]))  # Without a code they have said no, which is fine.


def require_seat(request: HttpRequest) -> str:
    """Raises Refusal `unauthorized`."""
    seat = identity_of_session(request.session)
    if seat is None:
        raise Refusal("unauthorized", "Please sign in first.")
    return seat.email


def way_back(request: HttpRequest, provider: str) -> str:
    """The address that is registered with the provider. Raises Refusal on one it cannot be."""
    site = conf().andre_base_url or origin_of(request)
    name, port = split_domain_port(request.get_host())
    if not conf().andre_base_url and name in NO_LOOPBACK_NAMES:
        here = f"http://127.0.0.1:{port}" if port else "http://127.0.0.1"
        raise Refusal("validation_error", f"Open Andre at {here} to connect an account.")
    return site.rstrip("/") + reverse("account_connected", args=[provider])


def redirect_target(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else "/"
