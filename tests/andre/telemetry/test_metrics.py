"""What a monitor reads: which figures there are, whose they are, and who may read them."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from andre.core import clock
from andre.jobs.models import Job
from andre.protocol.commands import CastVote, ReportSync, Skip
from andre.telemetry import metric_files
from andre.telemetry.samples import MOST_SAMPLES, Samples, p95, samples, samples_of_all
from andre.web import dispatch
from andre.web.house_metrics import pool_families
from nests.lifecycle import deletion
from nests.tasks import clean_up_nests
from tests.nests.support import build
from tests.support.figures import counted, families
from tests.support.nest import NestStory

pytestmark = pytest.mark.django_db


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


def test_the_summary_tells_what_there_is_now(client, bob):  # K-6.3 K-7.2
    told = client.get("/metrics").json()["gauges"]

    assert (told["nests.active.free"], told["listeners"], told["jobs.queued"]) == (1, 1, 0)
    assert told["queue.size.max"] == 0
    pool = [f"db.pool.{name}" for name in ("size", "checked_out", "overflow", "waiting")]
    assert [name in told for name in pool] == [connection.vendor == "postgresql"] * len(pool)


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


def test_nests_that_begin_and_end_are_counted_and_codes_that_were_taken(client):  # K-6.4
    with counted(client) as grown:
        first, _ = build("One", seed=1), build("Two", seed=1)  # The same dice: the same code first.
        deletion.delete(first, "done")
        with clock.freeze(clock.now_ms() + 3_600_000):
            clean_up_nests()

    assert grown["andre_nests_created_total"] == 2
    assert grown["andre_nest_code_collisions_total"] == 1
    assert grown["andre_nests_deleted_total reason=deleted"] == 1
    assert grown["andre_nests_deleted_total reason=expired"] == 1
    assert grown["andre_cleanup_runs_total"] == 1
    assert abs(families(client)["andre_cleanup_last_run_timestamp_seconds"] - time.time()) < 60


def test_how_late_songs_change_is_measured_and_how_long_redis_takes(client):  # K-6.4
    den = NestStory(build("The Den").nest_id)
    alice = den.person("Alice")
    alice.listens()
    alice.adds("Blue", "Green", seconds=10)

    with counted(client) as grown:
        den.now_ms += 10_300
        den.ticks()

    assert grown["andre_tick_lateness_seconds_count"] == 1
    assert 0.2 < grown["andre_tick_lateness_seconds_sum"] < 0.5
    assert grown["andre_redis_script_seconds_count"] >= 1


def test_how_far_off_devices_are_is_measured(client):  # K-6.4
    den = NestStory(build("The Den").nest_id)
    bob = den.person("Bob")
    bob.listens()

    with counted(client) as grown:
        dispatch.dispatch_command(bob.act, ReportSync(error_ms=-40))

    assert grown["andre_sync_error_seconds_count"] == 1
    assert grown["andre_sync_error_seconds_sum"] == pytest.approx(0.04)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no pool.")
def test_the_pool_of_the_database_is_told(client):  # K-7.2
    told = families(client)

    names = ("size", "checked_out", "overflow", "waiting")
    pool = [told[f"andre_db_pool_{name}"] for name in names]
    assert pool[0] >= pool[1] >= 1
    assert pool[2:] == [0, 0]


def test_what_is_told_of_a_pool():  # K-7.2
    told = {family.name: family.samples[0].value for family in pool_families(7, 6, 2, 1)}

    assert told == {
        "andre_db_pool_size": 7,
        "andre_db_pool_checked_out": 6,
        "andre_db_pool_overflow": 2,
        "andre_db_pool_waiting": 1,
    }


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


@pytest.mark.usefixtures("own_figures")
def test_a_start_of_everything_begins_at_zero():  # K-6.4
    counts = "from andre.telemetry import metrics; metrics.events_total.inc(3)"
    subprocess.run([sys.executable, "-c", counts], check=True)
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
