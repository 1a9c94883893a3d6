"""What happens around every request."""

import json
import logging
import uuid

import pytest
import structlog
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import path

from andre.core.errors import NoSuchNest, Refusal
from tests.support.logs import logged

pytestmark = pytest.mark.urls(__name__)


def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(structlog.contextvars.get_contextvars()["request_id"])


async def fine_soon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(structlog.contextvars.get_contextvars()["request_id"])


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one", b"two"]))


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refusal("rate_limited", "Not so <fast>, please.", retry_after_s=7)


async def refuse_soon(request: HttpRequest) -> HttpResponse:
    raise NoSuchNest


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


async def break_down_soon(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


def broken_outside(get_response):
    """A middleware with a bug of its own."""

    def answer(request: HttpRequest) -> HttpResponse:
        raise RuntimeError("a bug")

    return answer


def own_policy(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})


handler500 = "andre.telemetry.middleware.server_error"
urlpatterns = [
    path("fine", fine),
    path("soon", fine_soon),
    path("stream", stream),
    path("refuse", refuse),
    path("api/refuse", refuse),
    path("api/soon", refuse_soon),
    path("media/refuse", refuse),
    path("broken", break_down),
    path("api/broken", break_down),
    path("api/broken-soon", break_down_soon),
    path("own", own_policy),
    path("admin/x", fine),
    path("api/schema/x", fine),
]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def lines(caplog):
    """The lines about requests, as what would be written."""
    caplog.set_level(logging.INFO)
    return lambda: [record.msg for record in caplog.records if "event" in dict_of(record.msg)]


def dict_of(message):
    return message if isinstance(message, dict) else {}


def directives(answer) -> dict[str, str]:
    policy = answer["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


# K-6.1
@pytest.mark.parametrize("where", ["/fine", "/stream", "/refuse", "/broken", "/nowhere"])
def test_every_answer_has_an_id(visitor, where):
    assert uuid.UUID(visitor.get(where)["X-Request-ID"])


# K-6.1
def test_an_id_that_came_is_echoed(visitor):
    assert (
        visitor.get("/broken", headers={"X-Request-ID": "edge-7:a"})["X-Request-ID"] == "edge-7:a"
    )


# K-6.1
@pytest.mark.parametrize("odd", ["", "x" * 129, "two words", "a\nb", "<b>", "\x00", "ü", '"'])
def test_an_insane_id_is_replaced(visitor, odd):
    assert uuid.UUID(visitor.get("/fine", headers={"X-Request-ID": odd})["X-Request-ID"])


# K-6.1
def test_the_view_logs_under_the_id_of_its_request(visitor):
    answer = visitor.get("/fine")

    assert answer.content.decode() == answer["X-Request-ID"]


# K-6.1
async def test_an_async_view_does_too():
    answer = await AsyncClient().get("/soon")

    assert answer.content.decode() == answer["X-Request-ID"]


def test_a_request_is_one_line_without_its_query(visitor, lines):
    visitor.get("/fine?token=abcdefgh")

    (line,) = [line for line in lines() if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/fine", 200)
    assert line["ms"] >= 0
    assert "abcdefgh" not in json.dumps(line)


# X2
def test_our_pages_have_a_strict_policy(visitor):
    found = directives(visitor.get("/fine"))

    assert found["default-src"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == found["object-src"] == "'none'"
    assert found["media-src"] == "'self' blob:"
    assert found["connect-src"] == "'self'"
    assert "unsafe" not in str(found)


# X2
def test_google_is_let_in_only_where_it_is_configured(visitor, settings):
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = ""
    without = directives(visitor.get("/fine"))
    settings.SOCIAL_AUTH_GOOGLE_OAUTH2_KEY = "andre"
    having = directives(visitor.get("/fine"))

    assert (without["img-src"], without["form-action"]) == ("'self' data:", "'self'")
    assert having["img-src"] == "'self' data: https://lh3.googleusercontent.com"
    assert having["form-action"] == "'self' https://accounts.google.com"


# X2
def test_no_page_of_the_house_needs_foreign_or_inline_scripts(visitor):
    for address in ("/admin/x", "/api/schema/x", "/api/docs"):
        assert "unsafe" not in str(directives(visitor.get(address)))
        assert "script-src" not in directives(visitor.get(address))


def test_a_view_may_be_stricter(visitor):
    assert visitor.get("/own")["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("where", ["/api/refuse", "/media/refuse"])
def test_programs_hear_a_refusal_in_json(visitor, where):
    answer = visitor.get(where)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "7"
    assert answer.json() == {
        "error": "rate_limited",
        "message": "Not so <fast>, please.",
        "retry_after_s": 7,
    }


def test_people_read_a_refusal_on_a_page(visitor):
    answer = visitor.get("/refuse")

    assert answer.status_code == 429
    assert answer["Content-Type"].startswith("text/html")
    assert "Not so &lt;fast&gt;, please." in answer.content.decode()
    assert answer["Content-Security-Policy"]


async def test_an_async_view_can_refuse_as_well():
    answer = await AsyncClient().get("/api/soon")

    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


def test_a_bug_is_no_refusal(visitor):
    assert visitor.get("/broken").status_code == 500


BUG = {"error": "internal_error", "message": "That was our fault, and it has been written down."}


@pytest.mark.parametrize("is_debug", [True, False])
@pytest.mark.parametrize("where", ["/api/broken", "/api/broken-soon"])
async def test_programs_hear_of_a_bug_in_json(settings, is_debug, where):  # X4
    settings.DEBUG = is_debug
    with logged() as log:
        answer = await AsyncClient(raise_request_exception=False).get(where)

    assert (answer.status_code, answer.json()) == (500, BUG)
    (line,) = [line for line in log.lines if "exception" in line]
    assert "RuntimeError: a bug" in line["exception"]


@pytest.mark.urls("andre.urls")
@pytest.mark.parametrize(
    ("where", "kind"), [("/api/nests", "application/json"), ("/", "text/html; charset=utf-8")]
)
def test_also_where_no_view_was_reached(visitor, settings, where, kind):  # X4
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.broken_outside"]

    answer = visitor.get(where)

    assert (answer.status_code, answer["Content-Type"]) == (500, kind)
    assert kind != "application/json" or answer.json() == BUG
