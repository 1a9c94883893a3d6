"""Signing in and out."""

import structlog
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from social_django.views import complete as social_complete

from andre.accounts.dev_login import is_local_request, person_named
from andre.accounts.google import CLOSED
from andre.accounts.identity import identity_of_session
from andre.accounts.models import Person
from andre.accounts.sessions import tell_session_ended
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.rate_limits import require_counting

OUR_BACKEND = "django.contrib.auth.backends.ModelBackend"

log = structlog.get_logger(__name__)


@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    if identity_of_session(request.session) is not None:
        return redirect(redirect_target(request))
    return sign_in_page(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dev_sign_in(request: HttpRequest) -> HttpResponse:
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


@csrf_exempt
def complete(request: HttpRequest, backend: str) -> HttpResponseBase:
    """Back from Google: as nobody, so that a new account is never linked to who was here."""
    require_counting()
    request.user = AnonymousUser()
    response: HttpResponseBase = social_complete(request, backend)
    return response


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
    return render(
        request,
        "accounts/sign_in.html",
        {
            "next": redirect_target(request),
            "google_enabled": bool(settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY),
            "dev_enabled": is_local_request(request),
        },
    )


def redirect_target(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else settings.LOGIN_REDIRECT_URL
