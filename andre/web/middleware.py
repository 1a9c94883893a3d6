"""What every request must be, and what every private answer says about itself.

Stands before whatever reads a request: a parameter that one database takes and the other one
does not is refused here, once, and no view has to think of it.
"""

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from andre.core.errors import Refusal
from andre.protocol.frames import has_nul_escape
from andre.telemetry.middleware import SPOKEN_IN_JSON, refusal_response

Answer = Callable[[HttpRequest], HttpResponseBase]
AnswerSoon = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

NUL = "\0"
NUL_IN_ADDRESS = "%00"
FORM = "application/x-www-form-urlencoded"


@sync_and_async_middleware
def guard_requests(get_response: Answer | AnswerSoon) -> Answer | AnswerSoon:
    if iscoroutinefunction(get_response):

        async def answer_soon(request: HttpRequest) -> HttpResponseBase:
            refused = refusal_of(request)
            if refused is not None:
                return not_stored(request, refused)
            return not_stored(request, await cast("AnswerSoon", get_response)(request))

        return answer_soon

    def answer(request: HttpRequest) -> HttpResponseBase:
        refused = refusal_of(request)
        return not_stored(request, refused or cast("Answer", get_response)(request))

    return answer


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
