"""What a monitor reads: which figures there are, whose they are, and who may read them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from andre.jobs.models import Job
from andre.protocol.commands import CastVote, Skip
from andre.telemetry import metric_files
from andre.telemetry.samples import MOST_SAMPLES, Samples, p95, samples, samples_of_all
from andre.web import dispatch
from tests.nests.support import build
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


def families(client) -> dict[str, float]:
    """{sample with its labels: value} as Prometheus is told."""
    answer = client.get("/metrics/prometheus")
    assert answer.status_code == 200, answer.content
    return {
        sample.name
        + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


# K-6.3


@pytest.mark.parametrize(
    ("numbers", "expected"), [(range(1, 101), 95), ([7], 7), ([1, 2], 1), (range(1, 21), 19)]
)
def test_the_95th_percentile_is_a_sample_that_was_taken(numbers, expected):  # K-6.3
    assert p95(list(numbers)[::-1]) == expected


def test_figures_of_nothing_are_empty():  # K-6.3
    assert Samples().summary() == {"counters": {}, "timings": {}}


def test_a_timing_keeps_its_newest_samples_and_counts_them_all(monkeypatch):  # K-6.3
    found = Samples()
    for ms in range(MOST_SAMPLES + 500):
        found.time("work.ms", ms)

    (timing,) = found.summary()["timings"].values()

    assert timing["count"] == MOST_SAMPLES + 500
    assert min(found.timings["work.ms"].newest) == 500
    assert timing["avg_ms"] == (MOST_SAMPLES + 499) / 2


def test_threads_lose_no_count():  # K-6.3
    found = Samples()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: found.count("done"), range(4_000)))

    assert found.summary()["counters"] == {"done": 4_000}


def test_every_request_is_timed_and_counted_by_its_status(client):  # K-6.3
    before = samples.summary()
    client.get("/api/nests/NOPE2")
    client.get("/healthz")

    after = client.get("/metrics").json()

    def grown(kind, name, field=None):
        was, now = (each[kind].get(name, 0) for each in (before, after))
        return (now[field] - (was[field] if was else 0)) if field else now - was

    assert grown("counters", "http.status.200") == 1
    assert grown("timings", "http.request.ms", "count") == 2


def test_other_processes_figures_are_added_as_long_as_they_live(client):  # K-6.3
    samples.count("here")
    other = (
        "import time; from andre.telemetry.samples import samples;"
        "samples.count('there', 7); samples.time('there.ms', 3.0); samples.flush();"
        "print('kept', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", other], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"kept\n"

        whole = client.get("/metrics?scope=all").json()

        assert whole["counters"]["there"] == 7
        assert whole["timings"]["there.ms"] == {"count": 1, "avg_ms": 3.0, "p95_ms": 3.0}
        assert whole["counters"]["here"] >= 1
        assert "there" not in client.get("/metrics").json()["counters"]
        process.kill()
        process.wait()

    assert "there" not in samples_of_all().summary()["counters"]


# K-6.4


def test_routes_are_patterns_and_no_code_is_a_label(client):  # K-6.4
    nest = build("The Den")
    client.get(f"/api/nests/{nest.code}")
    client.get("/api/nests/NOPE2")

    told = families(client)

    name = "andre_http_requests_total method=GET route=/api/nests/<str:code> status="
    assert sum(value for sample, value in told.items() if sample.startswith(name)) >= 2
    assert nest.code not in str(told)
    assert "NOPE2" not in str(told)


def test_commands_are_counted_by_how_they_ended(client):  # K-6.4
    den = NestStory(build("The Den").nest_id)
    alice = den.person("Alice")
    alice.listens()
    den.person("Bob").listens()
    alice.adds("Blue", "Green")
    before = families(client)

    dispatch.dispatch_command(den.person("Bob").act, CastVote(song_id=2, direction=1))
    dispatch.dispatch_command(alice.act, Skip())

    after = families(client)
    for kind in ("cast_vote", "skip"):
        name = f"andre_commands_total command={kind} outcome=done"
        assert after[name] - before.get(name, 0) == 1
    assert "alice@" not in str(after)


def test_the_whole_servers_nests_and_queues_are_looked_up(client):  # K-6.4
    den = NestStory(build("The Den").nest_id)
    alice = den.person("Alice")
    alice.listens()
    alice.adds("Blue", "Green", "Red")

    told = families(client)

    assert told["andre_nests_active kind=free"] == 1
    assert told["andre_listeners"] == 1
    assert told["andre_queue_size stat=max"] == 2


def test_jobs_that_wait_and_run_are_counted(client):  # K-6.4
    now = timezone.now()
    for status in ("queued", "retry_wait", "running", "failed"):
        Job.objects.create(type="library_scan", status=status, next_run_at=now, created_at=now)

    told = families(client)

    assert (told["andre_jobs_queued"], told["andre_jobs_running"]) == (2, 1)


def test_processes_are_added_up_and_a_dead_ones_gauges_forgotten(client):  # K-6.4
    other = (
        "import time; from andre.telemetry import metrics;"
        "metrics.ws_connections.inc(5); metrics.events_total.inc(3);"
        "print('kept', flush=True); time.sleep(60)"
    )
    before = families(client)
    with subprocess.Popen([sys.executable, "-c", other], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"kept\n"
        living = families(client)
        process.kill()
        process.wait()
    after = families(client)

    def grown(told, name):
        return told.get(name, 0) - before.get(name, 0)

    assert grown(living, "andre_ws_connections") == 5
    assert grown(after, "andre_ws_connections") == 0
    assert grown(after, "andre_events_total") == 3  # What has been counted stays counted.


def test_a_start_of_everything_begins_at_zero(client):  # K-6.4
    client.get("/healthz")
    assert list(metric_files.files_by_life())

    metric_files.clear_metrics()

    assert list(metric_files.files_by_life()) == []


# Who may read


def test_a_stranger_far_away_is_shown_no_figures(client, settle):  # K-6.3
    settle(ANDRE_METRICS_ALLOWED_CIDRS="10.0.0.0/8")

    for address in ("/metrics", "/metrics/prometheus"):
        answer = client.get(address, REMOTE_ADDR="203.0.113.9")
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
        assert client.get(address, REMOTE_ADDR="10.1.2.3").status_code == 200


def test_where_every_network_is_named_everybody_is_shown_them(client, settle):  # K-6.3
    settle(ANDRE_METRICS_ALLOWED_CIDRS="0.0.0.0/0,::/0")

    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_monitor_asks_by_whatever_name(client):  # K-6.2
    assert client.get("/metrics/prometheus", HTTP_HOST="web:8000").status_code == 200


def test_without_its_stores_a_server_tells_what_processes_counted(client, monkeypatch):  # K-6.4
    def away(*_: object, **__: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("nests.registry.records.read_all", away)
    monkeypatch.setattr("andre.jobs.models.Job.objects.filter", away)

    told = families(client)

    assert "andre_nests_active kind=free" not in told
    assert "andre_jobs_queued" not in told
