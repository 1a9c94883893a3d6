"""A task logs under the id of the request that started it."""

import structlog
from celery import Celery

from andre.telemetry.tasks import HEADER, bind_the_task, carry_the_request_id, unbind_the_task


def bound() -> dict:
    return dict(structlog.contextvars.get_contextvars())


# K-6.1
def test_a_task_carries_the_id_of_its_request():
    headers: dict = {}
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        carry_the_request_id(headers=headers)

    assert headers == {HEADER: "r-1"}


def test_a_task_of_the_clock_carries_none():
    headers: dict = {}
    structlog.contextvars.clear_contextvars()

    carry_the_request_id(headers=headers)

    assert headers == {}


# K-6.1
def test_a_task_logs_under_the_id_it_carries():
    seen = []
    app = Celery("test", broker="memory://", set_as_current=False)

    @app.task(name="tick", bind=True)
    def tick(self):
        bind_the_task(task=self, task_id=self.request.id)
        seen.append(bound())
        unbind_the_task()

    tick.apply(task_id="t-1", headers={HEADER: "r-1"})

    assert seen[0] | {"worker": "w"} == {
        "task": "tick",
        "task_id": "t-1",
        "request_id": "r-1",
        "worker": "w",
    }
    assert bound() == {}
