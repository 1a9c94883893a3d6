"""`GET /metrics` for people and small programs, `/metrics/prometheus` for Prometheus."""

from collections.abc import Iterable
from typing import Protocol

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from andre.accounts.client_address import client_address, is_in
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.telemetry.metric_files import forget_the_dead, metrics_folder
from andre.telemetry.middleware import refusal_response
from andre.telemetry.samples import samples, samples_of_all

NOT_SHOWN = Refusal("forbidden", "Figures are not shown to this address.")


class Look(Protocol):
    """Figures of the whole server, looked up at the moment somebody asks."""

    def __call__(self) -> Iterable[Metric]: ...


class WholeServer(Collector):
    """What no process counts for itself, as others have registered it."""

    def collect(self) -> Iterable[Metric]:
        for look in _looks:
            yield from look()


_looks: list[Look] = []


def register_look(look: Look) -> None:
    """`look` answers soon and raises nothing; where a store is away it yields nothing."""
    if look not in _looks:
        _looks.append(look)


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    if not is_shown_to(request):
        return refusal_response(request, NOT_SHOWN)
    whole = request.GET.get("scope") == "all"
    return JsonResponse((samples_of_all() if whole else samples).summary() | {"gauges": gauges()})


def gauges() -> dict[str, float]:
    """Name -> value of what is looked up now: `andre_db_pool_checked_out` is `db.pool.checked_out`,
    and a label's value stands behind the name (`queue.size.max`).
    """
    found = (sample for family in WholeServer().collect() for sample in family.samples)
    return {
        ".".join(
            (*each.name.removeprefix("andre_").split("_", 2), *each.labels.values())
        ): each.value
        for each in found
    }


@never_cache
@require_safe
def show_prometheus(request: HttpRequest) -> HttpResponse:
    if not is_shown_to(request):
        return refusal_response(request, NOT_SHOWN)
    forget_the_dead()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(metrics_folder()))  # type: ignore[no-untyped-call]
    registry.register(WholeServer())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def is_shown_to(request: HttpRequest) -> bool:
    return is_in(client_address(request), conf().andre_metrics_allowed_cidrs)
