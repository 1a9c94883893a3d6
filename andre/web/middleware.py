"""What every request must be, and what every private answer says about itself.

Stands before whatever reads a request: a parameter that one database takes and the other one
does not is refused here, once, and no view has to think of it.
"""

import re
from typing import cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.deprecation import MiddlewareMixin

from andre.core.errors import Refusal
from andre.core.middleware import Course, middleware
from andre.protocol.frames import has_nul_escape
from andre.telemetry.middleware import SPOKEN_IN_JSON, refusal_response

NUL = "\0"
NUL_IN_ADDRESS = "%00"
FORM = "application/x-www-form-urlencoded"
COMPRESSED = ("text/html", "application/json", "text/plain", "image/svg+xml")
GZIP = GZipMiddleware(lambda _: HttpResponse())
HOLDS_A_SECRET = re.compile(
    r"^/(sign-in|join|owner)\b|^/api/(auth|ws-ticket)\b|(token|invitation)$"
)


@middleware
def forget_cookies_of_other_origins(request: HttpRequest) -> Course:
    """On ANDRE_CORS_ORIGINS programs show a key or a token: a cookie that came along is nobody's.

    A page of another origin on the same site would send the cookies of ours with every request.
    """
    if request.headers.get("Origin") in settings.CORS_ALLOWED_ORIGINS:
        request.META.pop("HTTP_COOKIE", None)
        request.__dict__.pop("COOKIES", None)  # Read already, by whoever came before.
    return (yield)


@middleware
def compress_text(request: HttpRequest) -> Course:
    """Pages and JSON by gzip, made for each answer; streams go on event by event.

    Django's own middleware would do it in one more thread for each request, and to streams, too. It
    adds a random length to each answer; where an answer holds a secret beside what a stranger can
    choose, that only makes guessing the secret slower (BREACH), and nothing is compressed.
    """
    response = yield
    kind = response.get("Content-Type", "").partition(";")[0]
    is_text = kind in COMPRESSED or kind.endswith("+json")
    if not is_text or response.streaming or HOLDS_A_SECRET.search(request.path):
        return response
    return GZIP.process_response(request, cast("HttpResponse", response))


@middleware
def guard_requests(request: HttpRequest) -> Course:
    """Refuses what no view should have to think of; what is private is stored nowhere."""
    response = refusal_of(request) or (yield)
    return not_stored(request, response)


def refusal_of(request: HttpRequest) -> HttpResponseBase | None:
    try:
        require_no_nul(request)
    except Refusal as refusal:
        return refusal_response(request, refusal)
    return None


def require_no_nul(request: HttpRequest) -> None:
    """Raises Refusal. PostgreSQL keeps no U+0000, XML has none, and no text needs one."""
    address = (request.path, request.META.get("QUERY_STRING", ""), *request.COOKIES.values())
    if any(NUL in text for text in address) or NUL_IN_ADDRESS in address[1] or is_in_body(request):
        raise Refusal("malformed", "There is a character in this that no text has (U+0000).")


def is_in_body(request: HttpRequest) -> bool:
    """Raises Refusal `malformed`."""
    try:
        body = request.body.decode(errors="replace")
    except RequestDataTooBig as error:
        raise Refusal("malformed", "This is too long.", status=413) from error
    if request.content_type == FORM:
        return NUL in body or NUL_IN_ADDRESS in body
    return NUL in body or has_nul_escape(body)


def not_stored(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What is somebody's own stays in no cache, unless its view says for how long it may."""
    if request.path.startswith(SPOKEN_IN_JSON):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


class TransportSecurity(MiddlewareMixin):
    """Strict-Transport-Security (SECURE_HSTS_…) wherever people come by https.

    The edge speaks TLS, so that no request looks secure in here, where Django leaves the header
    out. A browser heeds it over TLS only.
    """

    def process_response(self, _: HttpRequest, response: HttpResponse) -> HttpResponse:
        if settings.SECURE_HSTS_SECONDS and settings.PUBLIC_SCHEME == "https":
            response.headers.setdefault("Strict-Transport-Security", transport_policy())
        return response


def transport_policy() -> str:
    directives = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        directives.append("includeSubDomains")
    if settings.SECURE_HSTS_PRELOAD:
        directives.append("preload")
    return "; ".join(directives)


transport_security = TransportSecurity  # The settings name the middlewares by what they do.
