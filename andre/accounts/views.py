"""Signing in and out."""

import structlog
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from social_django.models import UserSocialAuth
from social_django.views import auth as social_begin
from social_django.views import complete as social_complete

from andre.accounts import owner
from andre.accounts.client_address import client_address
from andre.accounts.dev_login import is_local_request, person_named
from andre.accounts.identity import identity_of_session
from andre.accounts.models import Person
from andre.accounts.operators import is_operator
from andre.accounts.pipeline import CLOSED, CONNECT_ENTRY, KnownOtherwise
from andre.accounts.sessions import tell_session_ended
from andre.accounts.sign_in_ways import (
    GOOGLE,
    OIDC,
    PROXY,
    Way,
    explain_faults,
    is_offered,
    list_ways,
)
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.person_ids import public_address
from andre.core.rate_limits import require_counting
from andre.core.text import clean_text

OUR_BACKEND = "django.contrib.auth.backends.ModelBackend"
LONGEST_TYPED_NAME = 40

log = structlog.get_logger(__name__)


@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    seat = identity_of_session(request.session)
    # A guest may have an account, too; whoever signs in is a new person, and the pass ends.
    if seat is not None and not seat.is_guest:
        return redirect(redirect_target(request))
    return sign_in_page(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dev_sign_in(request: HttpRequest) -> HttpResponse:
    """Raises Refusal `forbidden` or Http404."""
    if not is_local_request(request):
        raise Http404
    if request.method != "POST":
        return sign_in_page(request)

    require_counting()
    person = person_named(request.POST.get("email", ""), request.POST.get("name", ""))
    if not person.is_active:
        raise Refusal("forbidden", CLOSED)
    login(request, person, backend=OUR_BACKEND)
    return redirect(redirect_target(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def owner_page(request: HttpRequest) -> HttpResponse:
    """The owner's link: looking at it changes nothing, its button uses it up.

    Raises Refusal or Http404.
    """
    if not conf().is_home:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/owner.html")

    require_counting()
    token = request.POST.get("token", "")
    name = clean_text(request.POST.get("name", ""), LONGEST_TYPED_NAME)
    if not name:
        told = {"token": token, "problem": "Please type a name that others can read."}
        return render(request, "accounts/owner.html", told, status=400)
    person = owner.redeem_link(token, name, client_address(request))
    login(request, person, backend=OUR_BACKEND)
    log.info("owner_came_in", person=log_name(person.email))
    return redirect(settings.LOGIN_REDIRECT_URL)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def owner_code_page(request: HttpRequest) -> HttpResponse:
    """Raises Http404 for whoever has nothing to confirm."""
    if not (conf().is_home and is_operator(request.user)):
        raise Http404
    problem = ""
    if request.method == "POST":
        require_counting()
        try:
            owner.open_admin(request, request.POST.get("code", ""))
        except Refusal as refusal:
            problem = refusal.message
        else:
            return redirect(redirect_target(request))
    told = {"next": redirect_target(request), "problem": problem}
    return render(request, "accounts/owner_code.html", told, status=403 if problem else 200)


@require_POST
def begin(request: HttpRequest, backend: str) -> HttpResponseBase:
    """On to the provider; with `connect`, for the account of who is signed in.

    Raises Refusal, or Http404 for a way that this server does not offer.
    """
    way = require_way(backend)
    seat = identity_of_session(request.session)
    request.session.pop(CONNECT_ENTRY, None)
    if seat is not None and not seat.is_guest and request.POST.get("connect"):
        request.session[CONNECT_ENTRY] = seat.email
    with explain_faults(way):
        response: HttpResponseBase = social_begin(request, backend)
    return response


@csrf_exempt
def complete(request: HttpRequest, backend: str) -> HttpResponseBase:
    """Back from the provider: as nobody, so that only what `begin` was told is ever connected.

    Raises Refusal, or Http404 for a way that this server does not offer.
    """
    way = require_way(backend)
    require_counting()
    request.user = AnonymousUser()
    try:
        with explain_faults(way):
            response: HttpResponseBase = social_complete(request, backend)
    except KnownOtherwise as refusal:
        return show_known_way(request, refusal)
    return response


def require_way(name: str) -> Way:
    """Raises Http404."""
    if not is_offered(name) or name == PROXY:
        raise Http404
    return Way(name)


@never_cache
@require_GET
def sign_in_ways(request: HttpRequest) -> HttpResponse:
    """What the person signs in with, and what they may connect."""
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(request.get_full_path())
    found = UserSocialAuth.objects.filter(user__email=seat.email)
    connected = set(found.values_list("provider", flat=True))
    told = {
        "email": public_address(seat.email),
        "rows": [(way, way.name in connected) for way in list_ways()],
        "by_proxy": PROXY in connected,
    }
    return render(request, "accounts/sign_in_ways.html", told)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    session_key = request.session.session_key
    logout(request)
    if session_key:
        tell_session_ended(session_key)
        log.info("signed_out")
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Every browser in which this person is signed in, this one included."""
    seat = identity_of_session(request.session)
    if seat is not None:
        Person.objects.get(email=seat.email).end_sessions()
        log.info("signed_out_everywhere", person=log_name(seat.email))
    return sign_out(request)


def sign_in_page(request: HttpRequest) -> HttpResponse:
    told = {
        "next": redirect_target(request),
        "ways": list_ways(),
        "by_proxy": is_offered(PROXY),
        "dev_enabled": is_local_request(request),
        "is_home": conf().is_home,
        "origin": conf().andre_base_url or request.build_absolute_uri("/").rstrip("/"),
        "google_path": Way(GOOGLE).path_back,
        "oidc_path": Way(OIDC).path_back,
    }
    return render(request, "accounts/sign_in.html", told)


def show_known_way(request: HttpRequest, refusal: KnownOtherwise) -> HttpResponse:
    """The sign-in page with the one way that leads on, and from there to where ways connect."""
    told = {
        "next": reverse("sign_in_ways"),
        "problem": refusal.message,
        "ways": [way for way in list_ways() if way.name == refusal.known],
        "by_proxy": refusal.known == PROXY,
    }
    return render(request, "accounts/sign_in.html", told, status=refusal.status)


def redirect_target(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else settings.LOGIN_REDIRECT_URL
