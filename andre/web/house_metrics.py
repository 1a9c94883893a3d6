"""Figures of the whole server that are looked up when a monitor asks: nests, queues, databases."""

from collections.abc import Iterator, Sequence

import structlog
from django.conf import settings
from django.db import connection
from prometheus_client.core import GaugeMetricFamily

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.stores import FAULTS
from andre.jobs.models import Job
from andre.jobs.states import WAITING, Status
from andre.plans import plans
from andre.telemetry.samples import p95
from nests.registry import records
from nests.registry.records import Nest
from nests.registry.summaries import summaries

log = structlog.get_logger(__name__)


def nest_metrics() -> Iterator[GaugeMetricFamily]:
    """How many nests there are and may be, who listens, how much waits; nothing without Redis."""
    try:
        nests = records.read_all()
        paid = count_paid(nests)
    except (Refusal, *FAULTS) as fault:
        log.warning("nests_not_counted", reason=str(fault))
        return
    found = list(summaries(nest.nest_id for nest in nests).values())
    people = sum(each.listeners or 0 for each in found)
    yield from nest_families(len(nests), people, [each.queue_size for each in found], paid)


def count_paid(nests: Sequence[Nest]) -> int:
    """Of creators who have a plan; where none are sold, nobody is asked."""
    if not plans.sells_plans():
        return 0
    paying = plans.find_paying({nest.creator for nest in nests})
    return sum(nest.creator in paying for nest in nests)


def nest_families(
    nests: int, people: int, sizes: Sequence[int], paid: int = 0
) -> Iterator[GaugeMetricFamily]:
    active = GaugeMetricFamily("andre_nests_active", "Nests that there are", labels=["kind"])
    active.add_metric(["free"], nests - paid)
    if plans.sells_plans():
        active.add_metric(["paid"], paid)
    yield active
    most = conf().nest_free_max_active if plans.sells_plans() else conf().nest_max_active
    yield GaugeMetricFamily(
        "andre_nests_limit", "Nests that this server holds; 0: any number", most
    )
    yield GaugeMetricFamily("andre_listeners", "People who listen", people)
    waiting = GaugeMetricFamily("andre_queue_size", "Songs that wait in a nest", labels=["stat"])
    waiting.add_metric(["p95"], p95(sizes) if sizes else 0)
    waiting.add_metric(["max"], max(sizes, default=0))
    waiting.add_metric(["total"], sum(sizes))
    yield waiting


def job_metrics() -> Iterator[GaugeMetricFamily]:
    """How many jobs wait and run; nothing without the database."""
    try:
        waiting = Job.objects.filter(status__in=WAITING).count()
        running = Job.objects.filter(status=Status.RUNNING).count()
    except FAULTS as fault:
        log.warning("jobs_not_counted", reason=str(fault))
        return
    yield from job_families(waiting, running)


def job_families(waiting: int, running: int) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("andre_jobs_queued", "Jobs that wait, for their turn or again", waiting)
    yield GaugeMetricFamily("andre_jobs_running", "Jobs that a worker holds", running)


def pool_metrics() -> Iterator[GaugeMetricFamily]:
    """Of this process's pool of PostgreSQL connections; nothing on SQLite."""
    if connection.vendor != "postgresql" or not settings.DATABASES["default"]["OPTIONS"].get(
        "pool"
    ):
        return
    stats = connection.pool.get_stats()  # type: ignore[attr-defined]
    size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
    overflow = max(0, size - conf().andre_db_pool_size)
    yield from pool_families(size, size - free, overflow, stats.get("requests_waiting", 0))


def pool_families(size: int, used: int, overflow: int, waiting: int) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("andre_db_pool_size", "Connections of the pool", size)
    yield GaugeMetricFamily("andre_db_pool_checked_out", "Connections in use", used)
    yield GaugeMetricFamily(
        "andre_db_pool_overflow", "Connections beyond ANDRE_DB_POOL_SIZE", overflow
    )
    yield GaugeMetricFamily("andre_db_pool_waiting", "Requests that wait for one", waiting)
