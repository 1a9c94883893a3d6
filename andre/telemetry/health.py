"""Whether the parts Andre needs answer."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from andre.embedded import answers

Check = Callable[[], bool]


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives. Touches nothing."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    missing = [name for name, well in asked().items() if not well]
    if not missing:
        return JsonResponse({"status": "ok"})
    return JsonResponse(without(missing), status=503)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    found = asked()
    missing = [name for name, well in found.items() if not well]
    parts = {name: "ok" if well else "unavailable" for name, well in found.items()}
    if not missing:
        return JsonResponse({"status": "ok", "parts": parts})
    return JsonResponse({**without(missing), "parts": parts}, status=503)


def asked() -> dict[str, bool]:
    return {name: check() for name, check in _checks.items()}


def without(missing: list[str]) -> dict[str, str | list[str]]:
    return {
        "status": "unavailable",
        "error": "unavailable",
        "message": f"Not answering: {', '.join(missing)}.",
        "missing": missing,
    }


def register_check(name: str, check: Check) -> None:
    """Another part to ask. `check` says whether it is well, soon, and raises nothing."""
    _checks[name] = check


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def redis_answers() -> bool:
    return answers(settings.REDIS_URL)


_checks: dict[str, Check] = {"database": database_answers, "redis": redis_answers}
