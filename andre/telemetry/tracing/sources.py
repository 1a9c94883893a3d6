"""What is seen of libraries: queries of the ORM, commands of Redis, Celery's tasks.

Queries are seen by Django's own hook, on every database alike: drivers stay what they are, which
pools and backups need. Tasks are seen by Celery's signals: the instrumentation made for it leaves a
span open where a broker does not answer, and all that follows in the thread would hang on it.
"""

from collections.abc import Callable
from typing import Any

from celery import Task, signals
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from opentelemetry import trace
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from andre.core import command_hooks
from andre.core.command_hooks import CommandOutcome
from andre.core.keys import log_name
from andre.telemetry.tracing.tracer import OpenTracer

LONGEST_STATEMENT = 1_000  # characters
OPEN_SPAN = "andre_span"  # On a task's request, which is its own.


class Sources:
    def __init__(self, tracer: OpenTracer, provider: TracerProvider) -> None:
        self._tracer = tracer
        self._provider = provider

    def connect(self) -> None:
        connection_created.connect(self.watch_connection)
        for connection in connections.all(initialized_only=True):
            self.watch_connection(connection)
        RedisInstrumentor().instrument(tracer_provider=self._provider)
        signals.before_task_publish.connect(self.carry)
        signals.task_prerun.connect(self.begin_task)
        signals.task_postrun.connect(self.end_task)
        command_hooks.register_hook(note_outcome)

    def disconnect(self) -> None:
        connection_created.disconnect(self.watch_connection)
        for connection in connections.all(initialized_only=True):
            if self.trace_query in connection.execute_wrappers:
                connection.execute_wrappers.remove(self.trace_query)
        RedisInstrumentor().uninstrument()
        signals.before_task_publish.disconnect(self.carry)
        signals.task_prerun.disconnect(self.begin_task)
        signals.task_postrun.disconnect(self.end_task)
        command_hooks.unregister_hook(note_outcome)

    def watch_connection(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        if self.trace_query not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.trace_query)

    def trace_query(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: object,
        many: bool,
        about: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - As Django has it.
        """Its text with placeholders: what they stand for is in `params`, and stays there."""
        text = str(sql)
        attributes = {
            "db.system": about["connection"].vendor,
            "db.statement": text[:LONGEST_STATEMENT],
        }
        with self._tracer.tracer.start_as_current_span(
            text.lstrip("( ").partition(" ")[0].upper() or "query",
            kind=SpanKind.CLIENT,
            attributes=attributes,
        ):
            return execute(sql, params, many, about)

    def carry(self, headers: dict[str, Any], **_: object) -> None:
        headers.update(self._tracer.carrier())

    def begin_task(self, task: "Task[..., Any]", **_: object) -> None:
        span = self._tracer.span("task", task.name, task.request.headers or {})
        setattr(task.request, OPEN_SPAN, span.__enter__())

    def end_task(self, task: "Task[..., Any]", state: str | None = None, **_: object) -> None:
        span = getattr(task.request, OPEN_SPAN, None)
        if span is not None:
            span.note({"andre.outcome": str(state).lower()})
            span.__exit__(None, None, None)


def note_outcome(ended: CommandOutcome) -> None:
    """Called inside the command's span. People are named as in the log."""
    attributes = {"andre.outcome": ended.outcome}
    if ended.person:
        attributes["andre.person"] = log_name(ended.person)
    trace.get_current_span().set_attributes(attributes)
