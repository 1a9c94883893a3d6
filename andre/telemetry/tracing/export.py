"""Which spans are taken, what of them may leave this process, and the thread in which it leaves."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog
from opentelemetry import baggage
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import Link, SpanKind, Status, TraceState
from opentelemetry.util.types import Attributes

from andre.core.conf import conf
from andre.telemetry.logs import Scrubber, secrets_of, without_addresses
from andre.telemetry.tracing.tracer import REQUEST_ID

LONGEST_QUEUE = 2_048  # spans; what is more is dropped
LARGEST_BATCH = 512
SECONDS_BETWEEN_BATCHES = 2
SECONDS_BETWEEN_WARNINGS = 60
LONGEST_NAME = 120  # A pipeline of Redis is called after all of its commands.

# Everything else that libraries write down stays here: addresses, arguments, messages of errors.
ATTRIBUTES_THAT_LEAVE = (
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "db.system",
    "db.statement",
    "db.redis.pipeline_length",
    "error.type",
)
OWN_ATTRIBUTES = "andre."

log = structlog.get_logger(__name__)


class OwnWork(Sampler):
    """A store that is asked by nobody's request, command or task is not worth a trace.

    Subscriptions, looks at the clock and health checks do so many times a second.
    """

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        chosen = ALWAYS_OFF if kind is SpanKind.CLIENT else ALWAYS_ON
        return chosen.should_sample(parent_context, trace_id, name, kind, attributes, links)

    def get_description(self) -> str:
        return "OwnWork"


def only_work_of_ours() -> Sampler:
    return ParentBased(OwnWork())


class LateProcessor(SpanProcessor):
    """Begins its queue and its thread with the first span, so that a server of forks has none.

    In a fork of a process that has them they begin anew (OpenTelemetry sees to that).
    """

    def __init__(self, exporter: "CleanExporter") -> None:
        self._exporter = exporter
        self._lock = threading.Lock()
        self._batches: BatchSpanProcessor | None = None

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        request_id = baggage.get_baggage(REQUEST_ID, parent_context)
        if request_id:
            span.set_attribute(f"andre.{REQUEST_ID}", str(request_id))

    def on_end(self, span: ReadableSpan) -> None:
        (self._batches or self._begin()).on_end(span)

    def shutdown(self) -> None:
        self._exporter.hurry()
        if self._batches is not None:
            self._batches.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._batches is None or self._batches.force_flush(timeout_millis)

    def _begin(self) -> BatchSpanProcessor:
        with self._lock:
            if self._batches is None:
                self._batches = BatchSpanProcessor(
                    self._exporter,
                    max_queue_size=LONGEST_QUEUE,
                    schedule_delay_millis=SECONDS_BETWEEN_BATCHES * 1000,
                    max_export_batch_size=LARGEST_BATCH,
                )
            return self._batches


class CleanExporter(SpanExporter):
    """Hands on what may leave. It runs in the exporter's thread, where nobody waits for it."""

    def __init__(self, exporter: SpanExporter, clock: Callable[[], float] = time.monotonic) -> None:
        self._exporter = exporter
        self._clock = clock
        self._scrubber = Scrubber(secrets_of(conf()))
        self._warned_at: float | None = None
        self._lost = 0
        self._is_failing = False
        self._is_ending = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._is_ending and self._is_failing:
            return SpanExportResult.FAILURE  # Nobody waits for the end of a process because of it.
        result = self._exporter.export([self.clean(span) for span in spans])
        self._is_failing = result is not SpanExportResult.SUCCESS
        if self._is_failing:
            self._lost += len(spans)
            self._warn()
        return result

    def hurry(self) -> None:
        """The process ends: a collector that does not answer is asked once more at most."""
        self._is_ending = True

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def clean(self, span: ReadableSpan) -> ReadableSpan:
        """The same span without events, messages and all attributes that are not known here."""
        return ReadableSpan(
            name=self._clean_text(span.name)[:LONGEST_NAME],
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=self._clean_attributes(span.attributes or {}),
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    def _clean_attributes(self, attributes: Mapping[str, object]) -> dict[str, str | int | float]:
        return {
            name: value if isinstance(value, int | float) else self._clean_text(str(value))
            for name, value in attributes.items()
            if name in ATTRIBUTES_THAT_LEAVE or name.startswith(OWN_ATTRIBUTES)
        }

    def _clean_text(self, text: str) -> str:
        return str(without_addresses(self._scrubber.text(text)))

    def _warn(self) -> None:
        now = self._clock()
        if self._warned_at is None or now - self._warned_at >= SECONDS_BETWEEN_WARNINGS:
            log.warning("traces_not_delivered", spans=self._lost)
            self._warned_at, self._lost = now, 0
