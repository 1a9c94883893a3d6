"""Spans as OpenTelemetry makes them, each under the id of the request that it is done for."""

from collections.abc import Mapping
from contextlib import ExitStack
from contextvars import Token
from types import TracebackType
from typing import Self

import structlog
from opentelemetry import baggage, context, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from andre.core.errors import Refusal
from andre.telemetry.spans import Value

REQUEST_ID = "request_id"
KINDS = {"http": SpanKind.SERVER, "task": SpanKind.CONSUMER}
OF_STRANGERS = ("http",)  # What these bring along as baggage is not carried on.

trace_headers = TraceContextTextMapPropagator()
baggage_headers = W3CBaggagePropagator()


class OpenTracer:
    def __init__(self, tracer: trace.Tracer) -> None:
        self.tracer = tracer

    def span(self, kind: str, name: str, carrier: Mapping[str, str]) -> "OpenSpan":
        around = context.get_current()
        if carrier and not trace.get_current_span(around).get_span_context().is_valid:
            around = trace_headers.extract(carrier, around)
            if kind not in OF_STRANGERS:
                around = baggage_headers.extract(carrier, around)
        around = with_request_id(around)
        of_kind = KINDS.get(kind, SpanKind.INTERNAL)
        begun = self.tracer.start_span(f"{kind} {name}".strip(), around, of_kind)
        return OpenSpan(begun, around)

    def carrier(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        around = with_request_id(context.get_current())
        trace_headers.inject(headers, around)
        baggage_headers.inject(headers, around)
        return headers


def with_request_id(around: Context) -> Context:
    """The log's request id as baggage, unless it has come along as such."""
    bound = structlog.contextvars.get_contextvars().get(REQUEST_ID)
    if not bound or baggage.get_baggage(REQUEST_ID, around):
        return around
    return baggage.set_baggage(REQUEST_ID, bound, around)


class OpenSpan:
    def __init__(self, begun: trace.Span, around: Context) -> None:
        self._span = begun
        self._around = around
        self._token: Token[Context] | None = None

    def __enter__(self) -> Self:
        self._token = context.attach(trace.set_span_in_context(self._span, self._around))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with ExitStack() as ending:
            ending.callback(self._span.end)
            if self._token is not None:
                ending.callback(context.detach, self._token)
            if isinstance(error, Refusal):
                self.note({"andre.outcome": error.code})  # As it should be: nothing has failed.
            elif isinstance(error, Exception):
                self.note({"error.type": type(error).__name__})
                self._span.set_status(Status(StatusCode.ERROR))

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attributes: Mapping[str, Value]) -> None:
        self._span.set_attributes(attributes)
