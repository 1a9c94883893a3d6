"""Around every request: its id and its line in the log, its content policy, its refusals."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core import signals
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.deprecation import MiddlewareMixin
from django.utils.html import escape
from django.utils.log import log_response
from django.views import defaults

from andre.core import stores
from andre.core.errors import Refusal
from andre.core.middleware import Course, middleware
from andre.telemetry.requests import bind_request

Sources = Mapping[str, Sequence[str]]

NESTS = "/nest/"
SIGN_IN = ("/sign-in/", "/dev/sign-in", "/auth/")
SPOKEN_IN_JSON = ("/api/", "/media/", "/metrics")
PROBES = ("/healthz", "/readyz", "/health", "/metrics", "/metrics/prometheus")
FIRST_FAILURE = 400
GOOGLE_PICTURES = "https://lh3.googleusercontent.com"

log = structlog.get_logger(__name__)
_let_in: list[Callable[[], Sources]] = []


@middleware
def request_id(request: HttpRequest) -> Course:
    begun, name = time.perf_counter(), bind_request(request.headers.get("X-Request-ID"))
    response = yield
    response["X-Request-ID"] = name
    write = log.debug if is_routine(request.path, response.status_code) else log.info
    write(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round((time.perf_counter() - begun) * 1000, 1),
    )
    return response


def is_routine(path: str, status: int) -> bool:
    """Static files and probes come many times a minute, and only a failure is news."""
    return status < FIRST_FAILURE and (path in PROBES or path.startswith(settings.STATIC_URL))


@middleware
def content_security_policy(request: HttpRequest) -> Course:
    response = yield
    response.headers.setdefault("Content-Security-Policy", policy_for(request.path))
    return response


def policy_for(path: str) -> str:
    if path.startswith("/admin/"):
        return format_csp(STRICT | {"img-src": "'self' data:"})
    policy = STRICT | for_google()
    if path.startswith(SIGN_IN):
        policy = for_oidc(policy)
    return format_csp(with_players(policy) if path == "/" or path.startswith(NESTS) else policy)


STRICT = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",  # The same origin's socket is part of it.
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def for_google() -> dict[str, str]:
    """A provider's addresses are let in only where the provider is configured."""
    if not settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY:
        return {}
    google = urlsplit(settings.SOCIAL_AUTH_GOOGLE_OAUTH2_AUTHORIZATION_URL)
    return {
        "img-src": f"'self' data: {GOOGLE_PICTURES}",
        "form-action": f"'self' {google.scheme}://{google.netloc}",
    }


def for_oidc(policy: dict[str, str]) -> dict[str, str]:
    """Many providers send people on, to yet another one; forms follow wherever that is.

    A browser holds `form-action` against every step of the way that a form begins.
    """
    if not settings.SOCIAL_AUTH_OIDC_KEY:
        return policy
    issuer = urlsplit(settings.SOCIAL_AUTH_OIDC_OIDC_ENDPOINT)
    forms = f"{policy['form-action']} {issuer.scheme}://{issuer.netloc} https:"
    return policy | {"form-action": forms}


def add_csp_sources(sources: Callable[[], Sources]) -> None:
    """For the pages of nests: policy directive -> origins, asked anew for each page."""
    _let_in.append(sources)


def with_players(policy: dict[str, str]) -> dict[str, str]:
    found = dict(policy)
    for sources in _let_in:
        for directive, origins in sources().items():
            found[directive] = " ".join([found.get(directive, "'self'"), *origins])
    return found


def format_csp(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


class Refusals(MiddlewareMixin):
    """The door for HTTP: what a view refused becomes JSON for programs, a page for people."""

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        refusal = refusal_in(exception)
        if refusal is not None:
            return refusal_response(request, refusal)
        if not is_spoken_in_json(request):
            return None  # Django has a page for it.
        signals.got_request_exception.send(sender=None, request=request)
        response = refusal_response(request, bug())
        words = ("%s: %s", response.reason_phrase, request.path)
        log_response(*words, response=response, request=request, exception=exception)
        return response


refusals = Refusals  # The settings name the middlewares by what they do.


def refusal_in(error: BaseException | None) -> Refusal | None:
    """What was refused, or is refused because a store does not answer; None for a bug."""
    if error is None or isinstance(error, Refusal):
        return error
    return stores.refusal_for(error)


def bug() -> Refusal:
    return Refusal("internal_error", "That was our fault, and it has been written down.")


def is_spoken_in_json(request: HttpRequest) -> bool:
    return request.path.startswith(SPOKEN_IN_JSON)


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    response = (
        JsonResponse(refusal.body(), status=refusal.status)
        if is_spoken_in_json(request)
        else refusal_page(request, refusal)
    )
    for name, value in refusal.headers().items():
        response[name] = value
    return response


def server_error(request: HttpRequest) -> HttpResponseBase:
    """What went wrong outside of any view, and outside of `make run`'s debug pages."""
    refusal = refusal_in(sys.exc_info()[1])
    if refusal is not None:
        return refusal_response(request, refusal)
    return (
        refusal_response(request, bug())
        if is_spoken_in_json(request)
        else defaults.server_error(request)
    )


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context: dict[str, Any] = {"refusal": refusal, **refusal.body()}
    try:
        return render(request, "refused.html", context, status=refusal.status)
    except TemplateDoesNotExist:
        return HttpResponse(f"<p>{escape(refusal.message)}</p>", status=refusal.status)
