"""A collector of traces: takes OTLP over HTTP, keeps the spans, and lets its callers wait."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.support.stand_ins import answering

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class TakenSpan:
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    text: str  # Everything of it, as protobuf prints it.


@dataclass
class Collector:
    url: str = ""
    spans: list[TakenSpan] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # The next answers; 200 when there are none.
    asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def named(self, name: str) -> TakenSpan:
        [found] = [span for span in self.spans if span.name == name]
        return found

    def ancestors(self, span: TakenSpan) -> list[str]:
        """Names, from its parent up to the root."""
        by_id = {each.id: each for each in self.spans}
        found = []
        while span.parent in by_id:
            span = by_id[span.parent]
            found.append(span.name)
        return found


class Handler(BaseHTTPRequestHandler):
    world: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.world.asked.set()
        self.world.may_answer.wait(PATIENCE_SECONDS)
        status = self.world.statuses.pop(0) if self.world.statuses else 200
        if status == 200 and self.path == "/v1/traces":
            self.world.spans += read_spans(ExportTraceServiceRequest.FromString(body))
        self.send_response(status)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Tests read what was taken, not what was printed."""


def read_spans(request: ExportTraceServiceRequest) -> Iterator[TakenSpan]:
    for of_resource in request.resource_spans:
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield TakenSpan(
                    name=span.name,
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    attributes={each.key: value_of(each.value) for each in span.attributes},
                    text=f"{of_resource.resource}{span}",
                )


def value_of(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@contextmanager
def collecting() -> Iterator[Collector]:
    world = Collector()
    with answering(type("Of", (Handler,), {"world": world})) as port:
        world.url = f"http://127.0.0.1:{port}"
        yield world
        world.may_answer.set()
