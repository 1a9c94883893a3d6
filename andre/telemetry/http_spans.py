"""A span around every request, called after its route's pattern; only where spans are taken."""

from django.conf import settings
from django.http import HttpRequest

from andre.core.middleware import Course, middleware
from andre.telemetry.http_metrics import METHODS, route_of
from andre.telemetry.middleware import PROBES
from andre.telemetry.spans import span

TRACE_HEADER = "traceparent"
FIRST_FAULT = 500


@middleware
def trace_request(request: HttpRequest) -> Course:
    """Files and probes, which come many times a minute, have none."""
    if request.path in PROBES or request.path.startswith(settings.STATIC_URL):
        return (yield)
    method = str(request.method) if request.method in METHODS else "other"
    carrier = {TRACE_HEADER: request.headers.get(TRACE_HEADER, "")}
    with span("http", method, carrier) as seen:
        response = yield
        route, status = route_of(request), response.status_code
        seen.rename(f"{method} {route}")
        seen.note(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
            }
        )
        if status >= FIRST_FAULT:
            seen.note({"error.type": str(status)})
    return response
