"""Every request in the figures, under its route's pattern."""

import time

from django.conf import settings
from django.http import HttpRequest

from andre.core.middleware import Course, middleware
from andre.telemetry import metrics
from andre.telemetry.middleware import PROBES
from andre.telemetry.samples import samples

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STATIC, PROBE, NOWHERE = "static", "probe", "none"


@middleware
def measure_request(request: HttpRequest) -> Course:
    begun = time.perf_counter()
    response = yield
    seconds = time.perf_counter() - begun
    route = route_of(request)
    method = request.method if request.method in METHODS else "other"
    metrics.http_requests.labels(method, route, response.status_code).inc()
    metrics.http_seconds.labels(route).observe(seconds)
    samples.time("http.request.ms", seconds * 1000)
    samples.count(f"http.status.{response.status_code}")
    return response


def route_of(request: HttpRequest) -> str:
    """The pattern of its address, of which there are few; never the address itself."""
    if request.resolver_match:
        return f"/{request.resolver_match.route}"
    if request.path.startswith(settings.STATIC_URL):
        return STATIC
    return PROBE if request.path in PROBES else NOWHERE
