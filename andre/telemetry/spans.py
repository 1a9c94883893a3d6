"""Spans of what this server does, for traces: one around each command, job, scan and the like.

Whoever does such a thing says so here. What becomes of it is the tracer's
(andre/telemetry/tracing), which is imported with `ANDRE_OTLP_ENDPOINT` only; without it a span is
one look at a name.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

Value = str | bool | int | float


class Span(Protocol):
    """Runs from its `with` to the end of that."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def rename(self, name: str) -> None: ...

    def note(self, attributes: Mapping[str, Value]) -> None: ...


class Tracer(Protocol):
    def span(self, kind: str, name: str, carrier: Mapping[str, str]) -> Span: ...

    def carrier(self) -> dict[str, str]: ...


class NoSpan:
    """What there is without a tracer."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def rename(self, name: str) -> None:
        """Nobody is told."""

    def note(self, attributes: Mapping[str, Value]) -> None:
        """Nobody is told."""


NO_SPAN = NoSpan()
FROM_NOWHERE: Mapping[str, str] = {}
_tracer: Tracer | None = None


def span(kind: str, name: str = "", carrier: Mapping[str, str] = FROM_NOWHERE) -> Span:
    """One piece of work, of a kind, below whatever runs around it in this thread.

    `name` comes from the code or from a route's pattern, never from people. Where nothing runs
    around it, it hangs on what `carrier` names: headers as W3C Trace Context writes them.
    """
    return NO_SPAN if _tracer is None else _tracer.span(kind, name, carrier)


def carry_span() -> dict[str, str]:
    """What another process needs to hang its spans on what runs here; empty without a tracer."""
    return {} if _tracer is None else _tracer.carrier()


def hand_over(tracer: Tracer | None) -> None:
    """From here on spans are this one's; None for nobody's."""
    global _tracer
    _tracer = tracer
