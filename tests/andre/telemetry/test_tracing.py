"""Traces: Bob's commands and what they cause are one tree, and nothing of his goes out with it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import structlog
from django.db import connection
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from andre.core.keys import log_name
from andre.jobs import registry, runner
from andre.jobs.leases import lease_next_job
from andre.jobs.registry import JobFault, JobType, Outcome
from andre.jobs.submission import submit_job
from andre.jobs.times import current_time
from andre.telemetry import spans
from andre.telemetry.tracing import start_tracing, traces_address
from andre.telemetry.tracing.export import LONGEST_QUEUE, CleanExporter
from bender.selection.strategies import ask_strategy
from player.library import update
from player.library.progress_bar import bar
from player.library.scan_status import hold_scan
from tests.andre.jobs.conftest import Song
from tests.nests.support import BOB, asks, build, visitor
from tests.player.external_providers.people import until, worker
from tests.support.logs import logged
from tests.support.nest import NestStory
from tests.support.otlp_collector import collecting
from tests.support.server import serving

ROOT = Path(__file__).resolve().parents[3]
MIDDLEWARE = "andre.telemetry.http_spans.trace_request"
REQUEST_ID = "andre.request_id"


@pytest.fixture
def collector():
    with collecting() as world:
        yield world


@pytest.fixture
def tracing(collector, settings):
    behind = settings.MIDDLEWARE.index("andre.telemetry.middleware.request_id") + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:behind], MIDDLEWARE, *settings.MIDDLEWARE[behind:]]
    started = start_tracing(collector.url)
    yield started
    collector.may_answer.set()
    started.end()


@pytest.fixture
def den():
    """A nest of Alice's in which Bob listens, and one song plays before another."""
    story = NestStory(build("The Den").nest_id)
    bob = story.person("Bob")
    bob.listens()
    bob.adds("Blue", "Green")
    bob.does("resume")
    return story


def skip_over_http(nest, **headers):
    return visitor("Bob").post(
        f"/api/nests/{nest}/commands?token=s3cret-of-bob",
        {"type": "skip", "id": "skip-1"},
        content_type="application/json",
        headers=headers,
    )


def is_taken(tracing, collector, name):
    def look():
        tracing.flush()
        return name in [span.name for span in collector.spans]

    return look


HTTP_NAME = "POST /api/nests/<str:code>/commands"
TASK_NAME = "task player.tasks.record_play"


# K-6.7
@pytest.mark.django_db(transaction=True)
def test_a_request_its_command_and_the_task_it_causes_are_one_tree(tracing, collector, den):
    with worker("upkeep"):
        answer = skip_over_http(den.nest_id, **{"X-Request-ID": "r-1"})
        until(is_taken(tracing, collector, TASK_NAME))
    assert answer.status_code == 200

    task = collector.named(TASK_NAME)
    assert collector.ancestors(task)[-2:] == ["command skip", HTTP_NAME]
    assert {
        span.attributes.get(REQUEST_ID) for span in collector.spans if span.trace == task.trace
    } == {"r-1"}
    below = [span for span in collector.spans if TASK_NAME in collector.ancestors(span)]
    assert {span.attributes["db.system"] for span in below} == {"redis", connection.vendor}


# K-6.7
@pytest.mark.django_db(transaction=True)
def test_a_command_of_a_socket_is_a_span_and_its_task_hangs_on_it(tracing, collector, den):
    with serving() as server, worker("upkeep"), server.visitor("Bob").opens(den.nest_id) as page:
        page.does("skip")
        until(is_taken(tracing, collector, TASK_NAME))

    command = collector.named("command skip")
    assert command.parent == ""
    assert command.attributes["andre.person"] == log_name(BOB)
    assert command.attributes["andre.outcome"] == "done"
    assert collector.ancestors(collector.named(TASK_NAME))[-1] == "command skip"


# K-6.7
@pytest.mark.django_db
def test_a_refusal_is_an_outcome_and_no_fault(tracing, collector, den):
    answer = asks(visitor("Bob"), "post", f"/api/nests/{den.nest_id}/commands", type="clear_queue")
    tracing.flush()

    assert answer.status_code == 403
    command = collector.named("command clear_queue")
    assert command.attributes["andre.outcome"] == answer.json()["error"]
    assert "STATUS_CODE_ERROR" not in command.text


# K-6.7
def test_the_request_id_travels_as_baggage(tracing):
    with structlog.contextvars.bound_contextvars(request_id="r-1"), spans.span("command", "skip"):
        carrier = spans.carry_span()

    assert carrier["baggage"] == "request_id=r-1"
    assert carrier["traceparent"].startswith("00-")


# K-6.7
@pytest.mark.django_db
def test_what_a_stranger_brings_along_as_baggage_is_dropped(tracing, collector, den):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    skip_over_http(den.nest_id, traceparent=parent, baggage="request_id=r-evil,more=much")
    tracing.flush()

    request = collector.named(HTTP_NAME)
    assert (request.trace, request.parent) == tuple(parent.split("-")[1:3])
    assert "r-evil" not in "".join(span.text for span in collector.spans)


# K-6.7
@pytest.mark.django_db
def test_no_secret_no_address_and_no_code_is_in_a_span(tracing, collector, den, settings):
    bob = visitor("Bob")
    cookie = bob.cookies[settings.SESSION_COOKIE_NAME].value
    skip = {"type": "skip", "id": "skip-1"}
    at = f"/api/nests/{den.nest_id}/commands?token=s3cret-of-bob"
    bob.post(at, skip, content_type="application/json", headers={"X-Request-ID": BOB})
    bob.get(f"/nest/{den.nest_id}?invite=s3cret-of-bob")
    tracing.flush()

    text = "".join(span.text for span in collector.spans)
    assert {"redis", connection.vendor} <= {
        span.attributes.get("db.system") for span in collector.spans
    }
    assert [each for each in (BOB, "s3cret", cookie, den.nest_id, "Blue") if each in text] == []


# K-6.7
@pytest.mark.django_db
def test_a_fault_is_named_and_what_it_says_stays_here(tracing, collector):
    with pytest.raises(ValueError), spans.span("command", "skip"):
        raise ValueError(f"{BOB} has sent a secret")
    tracing.flush()

    command = collector.named("command skip")
    assert command.attributes["error.type"] == "ValueError"
    assert "STATUS_CODE_ERROR" in command.text
    assert "secret" not in command.text


# K-6.7
@pytest.mark.django_db
def test_each_job_is_a_span_with_its_outcome(tracing, collector, monkeypatch):
    def fail(job, song):
        raise JobFault("no")

    monkeypatch.setattr("celery.canvas.Signature.apply_async", lambda task, **_: None)
    hum = JobType(name="hum", payload=Song, run=lambda job, song: Outcome({}))
    sob = JobType(name="sob", payload=Song, run=fail)
    monkeypatch.setattr(registry, "_types", {"hum": hum, "sob": sob})
    for each in (hum, sob):
        submit_job(each, Song(title="Blue"), "")

    while (job := lease_next_job("worker", current_time())) is not None:
        runner.run_job(job)
    tracing.flush()

    assert collector.named("job hum").attributes["andre.outcome"] == "succeeded"
    assert collector.named("job sob").attributes["andre.outcome"] == "retry_wait"


# K-6.7
@pytest.mark.django_db
def test_a_scan_hangs_on_the_job_whose_process_it_is(tracing, collector, monkeypatch, settings):
    settings.MUSIC_ROOT.mkdir(parents=True, exist_ok=True)
    with spans.span("job", "library_scan"):
        for name, value in spans.carry_span().items():
            monkeypatch.setenv(name.upper(), value)

    with hold_scan(bar) as scan:
        update.read_files(None, scan.progress, overwrite=False, forget_missing=False)
    tracing.flush()

    assert collector.ancestors(collector.named("library scan")) == ["job library_scan"]


# K-6.7
@pytest.mark.parametrize("is_near", [True, False])
def test_each_strategy_of_benders_is_a_span(tracing, collector, is_near):
    class Catalogue:
        name = "elsewhere"  # Whose threads no test before has left a database connection in.

    class Humming:
        name = "humming"
        needs_catalogue = True

        def pick(self, context):
            return []

    class Moment:
        catalogue = Catalogue()

    Catalogue.is_near = is_near
    ask_strategy(Humming(), Moment())
    tracing.flush()

    assert [span.name for span in collector.spans] == ["strategy humming"]


# K-6.7
@pytest.mark.django_db
def test_probes_and_stores_that_nobodys_work_asks_are_no_traces(tracing, collector, client):
    client.get("/readyz")
    NestStory(build("The Den").nest_id).person("Bob").listens()
    tracing.flush()

    assert collector.spans == []


# K-6.7
@pytest.mark.django_db
def test_only_the_exporters_thread_waits_for_a_collector(tracing, collector, den):
    collector.may_answer.clear()
    delivery = threading.Thread(target=tracing.flush)
    with spans.span("command", "first"):
        pass
    delivery.start()
    assert collector.asked.wait(10)

    answer = skip_over_http(den.nest_id)
    for _ in range(2 * LONGEST_QUEUE):
        with spans.span("command", "flood"):
            pass

    assert answer.status_code == 200
    assert collector.spans == []  # It has not answered yet.
    collector.may_answer.set()
    delivery.join(10)


class Broken(SpanExporter):
    asked = 0

    def export(self, spans):
        self.asked += 1
        return SpanExportResult.FAILURE


# K-6.7
def test_a_collector_that_is_away_is_one_warning_a_minute():
    times = [0.0, 2.0, 59.0, 60.0, 62.0]
    exporter = CleanExporter(Broken(), clock=iter(times).__next__)
    with logged() as log:
        for _ in times:
            exporter.export([])

    assert len(log.of("traces_not_delivered")) == 2


# K-6.7
def test_a_process_that_ends_does_not_wait_for_a_collector_that_is_away():
    broken = Broken()
    exporter = CleanExporter(broken)
    exporter.export([])
    exporter.hurry()

    exporter.export([])

    assert broken.asked == 1


def run_python(code, **environ):
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | environ,
    )
    return run.stdout.split()


FORK = """
import os, threading, django
django.setup()
from django.conf import settings
from andre.telemetry.spans import span
print(settings.MIDDLEWARE.count("andre.telemetry.http_spans.trace_request"), flush=True)
before = threading.active_count()
if os.fork() == 0:
    with span("command", "in the fork"):
        pass
    print(threading.active_count() - before)
else:
    os.wait()
    print(threading.active_count() - before)
"""


# K-6.7
def test_with_an_endpoint_the_exporter_begins_in_the_fork_and_not_before(collector):
    with_middleware, in_fork, in_server = run_python(FORK, ANDRE_OTLP_ENDPOINT=collector.url)

    assert (with_middleware, in_fork, in_server) == ("1", "1", "0")
    assert [span.name for span in collector.spans] == ["command in the fork"]


WHAT_IS_THERE = """
import sys, andre.launcher.supervisor, andre.asgi, andre.urls
print({"opentelemetry", "google.protobuf", "andre.telemetry.http_spans"} & {*sys.modules})
"""


# K-6.7
def test_without_an_endpoint_opentelemetry_is_not_imported():
    assert run_python(WHAT_IS_THERE) == ["set()"]


# K-6.7
def test_without_a_tracer_a_span_is_nothing_at_all():
    assert spans.span("command", "skip") is spans.NO_SPAN
    assert spans.carry_span() == {}


@pytest.mark.parametrize(
    "endpoint",
    ["http://tempo:4318", "http://tempo:4318/", "http://tempo:4318/v1/traces"],
)
def test_the_address_of_a_collector_may_be_with_its_path_or_without(endpoint):
    assert traces_address(endpoint) == "http://tempo:4318/v1/traces"
