"""Whether the parts Andre needs answer, and keep what they are given."""

import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from andre.core.keys import GLOBAL
from andre.launcher.valkey_server import takes_writes
from andre.telemetry import metric_views

Check = Callable[[], bool]

PROOF_SECONDS = 1.0  # Whoever asks a thousand times a second does not make us write as often.
LOCK_MS = 1_000


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Touches nothing."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """What this process needs; other processes are none of its business."""
    missing = [name for name, well in run_checks(_checks).items() if not well]
    if not missing:
        return JsonResponse({"status": "ok"})
    return JsonResponse(without(missing), status=503)


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The whole server."""
    found = run_checks({**_of_the_house, **_checks})
    missing = [name for name, well in found.items() if not well]
    parts = {name: "ok" if well else "unavailable" for name, well in found.items()}
    if not missing:
        return JsonResponse({"status": "ok", "parts": parts})
    return JsonResponse({**without(missing), "parts": parts}, status=503)


class Probes(MiddlewareMixin):
    """A probe asks by address, under whatever name: it comes before hosts are looked at."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        view = VIEWS.get(request.path)
        return view(request) if view else None


VIEWS = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/health": health,
    "/metrics": metric_views.show_metrics,
    "/metrics/prometheus": metric_views.show_prometheus,
}
probes = Probes  # The settings name the middlewares by what they do.


def run_checks(checks: Mapping[str, Check]) -> dict[str, bool]:
    return {name: check() for name, check in checks.items()}


def without(missing: list[str]) -> dict[str, str | list[str]]:
    return {
        "status": "unavailable",
        "error": "unavailable",
        "message": f"Not answering: {', '.join(missing)}.",
        "missing": missing,
    }


def register_check(name: str, check: Check, *, of_the_house: bool = False) -> None:
    """Another part to ask. `check` says whether it is well, soon, and raises nothing.

    What is of the server is not needed by this process.
    """
    (_of_the_house if of_the_house else _checks)[name] = check


class Writing:
    """Whether the database keeps anything: one that is full, locked or read-only still answers."""

    def __init__(self) -> None:
        self.proved_at = float("-inf")

    def works(self) -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if time.monotonic() - self.proved_at > PROOF_SECONDS:
                self._write()
        except Error:
            return False
        return self.proved_at > float("-inf")

    def _write(self) -> None:
        self.proved_at = float("-inf")
        if connection.vendor == "sqlite":
            write_to_sqlite()
        elif not can_write_to_postgres():
            return
        self.proved_at = time.monotonic()


def write_to_sqlite() -> None:
    """A number in the file's head that nobody uses. Raises Error."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience_ms = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_MS}")
        try:
            cursor.execute(f"PRAGMA user_version = {time.time_ns() % 2**31}")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")


def can_write_to_postgres() -> bool:
    """It gives out the number of a transaction only where one may change something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current(), current_setting('transaction_read_only')")
        return bool(cursor.fetchone()[1] == "off")


def redis_takes_writes() -> bool:
    return takes_writes(settings.REDIS_URL, GLOBAL.probe)


writing = Writing()
_checks: dict[str, Check] = {"database": writing.works, "redis": redis_takes_writes}
_of_the_house: dict[str, Check] = {}
