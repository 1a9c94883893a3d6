"""Around every request: its id and its line in the log, its content policy, its refusals."""

import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core import signals
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin
from django.utils.html import escape
from django.utils.log import log_response
from django.views import defaults

from andre.core import stores
from andre.core.errors import Refusal
from andre.telemetry.requests import bind_request

Answer = Callable[[HttpRequest], HttpResponseBase]
AnswerSoon = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

Sources = Mapping[str, Sequence[str]]

NESTS = "/nest/"
SPOKEN_IN_JSON = ("/api/", "/media/")
GOOGLE_PICTURES = "https://lh3.googleusercontent.com"

log = structlog.get_logger(__name__)
_let_in: list[Callable[[], Sources]] = []


@sync_and_async_middleware
def request_id(get_response: Answer | AnswerSoon) -> Answer | AnswerSoon:
    if iscoroutinefunction(get_response):

        async def answer_soon(request: HttpRequest) -> HttpResponseBase:
            begun, name = start_request(request)
            return finish_request(
                request, await cast("AnswerSoon", get_response)(request), begun, name
            )

        return answer_soon

    def answer(request: HttpRequest) -> HttpResponseBase:
        begun, name = start_request(request)
        return finish_request(request, cast("Answer", get_response)(request), begun, name)

    return answer


def start_request(request: HttpRequest) -> tuple[float, str]:
    return time.perf_counter(), bind_request(request.headers.get("X-Request-ID"))


def finish_request(
    request: HttpRequest, response: HttpResponseBase, begun: float, name: str
) -> HttpResponseBase:
    response["X-Request-ID"] = name
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round((time.perf_counter() - begun) * 1000, 1),
    )
    return response


@sync_and_async_middleware
def content_security_policy(get_response: Answer | AnswerSoon) -> Answer | AnswerSoon:
    if iscoroutinefunction(get_response):

        async def answer_soon(request: HttpRequest) -> HttpResponseBase:
            return with_policy(request, await cast("AnswerSoon", get_response)(request))

        return answer_soon

    def answer(request: HttpRequest) -> HttpResponseBase:
        return with_policy(request, cast("Answer", get_response)(request))

    return answer


def with_policy(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Content-Security-Policy", policy_for(request.path))
    return response


def policy_for(path: str) -> str:
    if path.startswith("/admin/"):
        return format_csp(STRICT | {"img-src": "'self' data:"})
    policy = STRICT | for_google()
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
    if "retry_after_s" in refusal.more:
        response["Retry-After"] = str(refusal.more["retry_after_s"])
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
