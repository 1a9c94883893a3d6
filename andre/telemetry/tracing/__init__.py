"""Traces by OpenTelemetry, which no other package knows; imported only where an endpoint is set.

tracer.py    makes the spans of andre/telemetry/spans.py
sources.py   what libraries do: queries, Redis, tasks; and how commands ended
export.py    which spans are taken, what of them may leave this process, and the thread it takes
"""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from andre import __version__
from andre.telemetry import spans
from andre.telemetry.tracing.export import CleanExporter, LateProcessor, only_work_of_ours
from andre.telemetry.tracing.sources import Sources
from andre.telemetry.tracing.tracer import OpenTracer

PATIENCE_SECONDS = 2.0  # For one batch, in the exporter's thread.
TRACES_PATH = "/v1/traces"


class Tracing:
    """Everything that runs while spans are taken."""

    def __init__(self, endpoint: str) -> None:
        exporter = CleanExporter(
            OTLPSpanExporter(endpoint=traces_address(endpoint), timeout=PATIENCE_SECONDS)
        )
        about = {"service.name": "andre", "service.version": __version__}
        self._provider = TracerProvider(
            sampler=only_work_of_ours(), resource=Resource.create(about)
        )
        self._provider.add_span_processor(LateProcessor(exporter))
        self._tracer = OpenTracer(self._provider.get_tracer("andre", __version__))
        self._sources = Sources(self._tracer, self._provider)

    def begin(self) -> None:
        self._sources.connect()
        spans.hand_over(self._tracer)

    def flush(self) -> None:
        """Waits for the collector; for tests, and for nothing that people wait for."""
        self._provider.force_flush()

    def end(self) -> None:
        spans.hand_over(None)
        self._sources.disconnect()
        self._provider.shutdown()


def start_tracing(endpoint: str) -> Tracing:
    """Before a process is forked or after; its thread begins with the first span of each."""
    tracing = Tracing(endpoint)
    tracing.begin()
    return tracing


def traces_address(endpoint: str) -> str:
    """Collectors take traces at a path of their own, below the address that is written down."""
    address = endpoint.rstrip("/")
    return address if address.endswith(TRACES_PATH) else address + TRACES_PATH
