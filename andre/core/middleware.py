"""One way to write a middleware that serves views of both kinds, sync and async."""

from collections.abc import Awaitable, Callable, Generator
from functools import wraps
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

Answer = Callable[[HttpRequest], HttpResponseBase]
AnswerSoon = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Course = Generator[None, HttpResponseBase, HttpResponseBase]


def middleware(
    course: Callable[[HttpRequest], Course],
) -> Callable[[Answer | AnswerSoon], Answer | AnswerSoon]:
    """Make a middleware of a generator: its one `yield` gives what the next in line has answered.

    It returns what goes out; where it returns before its `yield`, nobody else is asked.
    """

    @sync_and_async_middleware
    @wraps(course)
    def surround(get_response: Answer | AnswerSoon) -> Answer | AnswerSoon:
        if iscoroutinefunction(get_response):

            async def answer_soon(request: HttpRequest) -> HttpResponseBase:
                running = course(request)
                early = begin(running)
                if early is not None:
                    return early
                return finish(running, await cast("AnswerSoon", get_response)(request))

            return answer_soon

        def answer(request: HttpRequest) -> HttpResponseBase:
            running = course(request)
            return begin(running) or finish(running, cast("Answer", get_response)(request))

        return answer

    return surround


def begin(running: Course) -> HttpResponseBase | None:
    """What it answers by itself; None where it waits for the others."""
    try:
        next(running)
    except StopIteration as ended:
        return cast("HttpResponseBase", ended.value)
    return None


def finish(running: Course, response: HttpResponseBase) -> HttpResponseBase:
    """What it makes of their answer. Raises RuntimeError for a second `yield`."""
    try:
        running.send(response)
    except StopIteration as ended:
        return cast("HttpResponseBase", ended.value)
    raise RuntimeError("a middleware asks the others once")
