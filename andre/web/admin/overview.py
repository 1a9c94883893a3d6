"""The admin's first page: how the server is, each figure a link to what it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from andre.accounts.models import ApiKey
from andre.audit.models import Action, AuditEvent
from andre.billing import catalogue
from andre.billing.models import Subscription
from andre.billing.subscriptions import OWING, PAID
from andre.core.errors import Refusal
from andre.core.stores import FAULTS
from andre.flags.models import Flag
from andre.jobs.models import Job
from andre.jobs.states import WAITING, Status
from andre.jobs.workers import recent_workers
from andre.web.admin import operations
from nests.registry import store
from nests.registry.summaries import summaries
from player.library.scan_status import read_scan_status
from player.models import Track

FAILED_WITHIN = timedelta(days=1)
LATEST_ACTS = 10
UNKNOWN = "not known just now"  # Redis is away.


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    address: str


def read_overview() -> dict[str, Any]:
    return {"figures": [*nest_figures(), *job_figures(), *house_figures()], "acts": latest_acts()}


def nest_figures() -> Iterator[Figure]:
    """Where Redis is away, the page still opens."""
    nests, bans = reverse("admin:live_nests"), reverse("admin:bans")
    try:
        store.get_nest(store.MAIN)
        found = list(summaries(nest.nest_id for nest in store.list_nests()).values())
        banned = str(len(operations.list_bans()))
    except (Refusal, *FAULTS):
        yield Figure("Live nests", UNKNOWN, nests)
        yield Figure("Bans", UNKNOWN, bans)
        return
    playing = sum(each.now_playing is not None for each in found)
    yield Figure("Live nests", f"{len(found)}, {playing} with a song", nests)
    yield Figure("Listeners", str(sum(each.listeners or 0 for each in found)), nests)
    yield Figure("Songs that wait", str(sum(each.queue_size for each in found)), nests)
    yield Figure("Bans", banned, bans)


def job_figures() -> Iterator[Figure]:
    now, jobs = timezone.now(), reverse("admin:jobs_job_changelist")
    running = Job.objects.filter(status=Status.RUNNING).count()
    waiting = Job.objects.filter(status__in=WAITING).count()
    failed = Job.objects.filter(status=Status.FAILED, finished_at__gt=now - FAILED_WITHIN).count()
    yield Figure("Jobs", f"{running} run, {waiting} wait", jobs)
    yield Figure("Jobs that failed today", str(failed), f"{jobs}?status__exact=failed")
    workers = reverse("admin:jobs_workerheartbeat_changelist")
    yield Figure("Workers", str(recent_workers(now).count()), workers)


def house_figures() -> Iterator[Figure]:
    keys = ApiKey.objects.filter(enabled=True).count()
    address = reverse("admin:accounts_apikey_changelist")
    yield Figure("API keys", f"{keys} enabled", f"{address}?enabled__exact=1")
    flags = list(Flag.objects.values_list("active", flat=True))
    address = reverse("admin:flags_flag_changelist")
    yield Figure("Flags", f"{sum(flags)} of {len(flags)} on", address)
    yield from billing_figures()
    tracks = Track.objects.filter(available=True).count()
    yield Figure("Tracks", str(tracks), reverse("admin:player_track_changelist"))
    yield Figure("Scan of the music folder", scan_state(), reverse("admin:library_scan"))


def billing_figures() -> Iterator[Figure]:
    """Where nothing is paid for, nothing is asked."""
    if not catalogue.takes_payment():
        return
    paid = Subscription.objects.filter(status__in=PAID).count()
    owing = Subscription.objects.filter(status=OWING).count()
    address = reverse("admin:billing_subscription_changelist")
    yield Figure("Subscriptions", f"{paid} paid, {owing} owing", address)


def scan_state() -> str:
    try:
        return read_scan_status().state
    except (Refusal, *FAULTS):
        return UNKNOWN


def latest_acts() -> list[AuditEvent]:
    """Of all operators: what they did for a reason."""
    acts = AuditEvent.objects.filter(credential="admin").exclude(action=Action.AUTH_DENIED)
    return list(acts[:LATEST_ACTS])
