"""One JSON object a line, and no secret in any of them."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from andre.core.conf import DEV_SECRET
from andre.telemetry.logs import (
    REDACTED,
    Scrubber,
    line_formatter,
    logging_config,
    renderer,
    stricter,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.4pcPyMD09olPSyXnrXCjTwXyr4BsezdI1AVTmud2fU4"


def scrubbed(**event: object) -> dict:
    return Scrubber(("a-secret-of-this-house",))(None, "info", event)


def written(code: str, **environ: str) -> str:
    """What a process of its own writes to its log."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ANDRE_ENVIRONMENT": "test", **environ},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stderr


WRITING = """
import logging, structlog
from andre.telemetry.logs import logging_config
logging_config("INFO")
structlog.contextvars.bind_contextvars(request_id="r-1", nest="main", worker="w-1")
structlog.get_logger("house").info("played", song_id=7, token="hush-hush")
logging.getLogger("uvicorn.error").warning("late by %d ms", 7)
logging.getLogger("celery.worker").info("ready at redis://:hunter22@host/0")
logging.getLogger("uvicorn.access").info("GET /socket?ticket=hush-hush")
logging.getLogger("house").debug("not this")
try:
    raise ValueError("GET /media/tracks/7?token=hush-hush failed")
except ValueError:
    structlog.get_logger("house").exception("broken")
"""


# K-6.6
def test_every_logger_writes_json_lines_with_what_is_bound():
    lines = [json.loads(line) for line in written(WRITING).splitlines()]

    assert [line["event"] for line in lines] == [
        "played",
        "late by 7 ms",
        f"ready at redis://{REDACTED}@host/0",
        "broken",
    ]
    assert {(line["request_id"], line["nest"], line["worker"]) for line in lines} == {
        ("r-1", "main", "w-1")
    }
    assert {line["logger"] for line in lines} == {"house", "uvicorn.error", "celery.worker"}
    assert all(line["level"] and line["timestamp"].endswith("Z") for line in lines)


# X7
def test_no_secret_is_written_not_even_in_a_traceback():
    text = written(WRITING)

    assert "hush-hush" not in text
    assert "hunter22" not in text
    assert "Traceback" in text


# K-6.6
def test_people_can_have_it_readable():
    text = written(WRITING, ANDRE_LOG_FORMAT="console")

    assert "played" in text
    assert "song_id" in text
    assert not text.startswith("{")
    assert "hush-hush" not in text


# X7
@pytest.mark.parametrize(
    "name",
    [
        "token", "access_token", "media-token", "ticket", "cookie", "Set-Cookie", "password",
        "authorization", "secret_key", "session_key", "sessionid", "csrfmiddlewaretoken",
        "api_key", "X-Andre-API-Key",
    ],
)  # fmt: skip
def test_what_is_called_a_secret_is_not_written(name):
    assert scrubbed(**{name: "abc"}) == {name: REDACTED}
    assert scrubbed(deep=[{name: ["abc"]}]) == {"deep": [{name: REDACTED}]}


# X7
@pytest.mark.parametrize(
    "text",
    [
        "GET /media/tracks/7?token=hush-hush HTTP/1.1",
        "/socket?since=3&ticket=hush-hush",
        "https://andre.example/nest/X?invite=hush-hush#now",
        "Authorization: Bearer hush-hush-hush",
        "Cookie: a=b; sessionid=hush-hush",
        "{'sessionid': 'hush-hush'}",
        '{"token": "hush-hush"}',
        "client_secret=hush-hush&code=1",
        "postgres://andre:hush-hush@db/andre",
        f"jwt {JWT} arrived",
        "with a-secret-of-this-house in it",
    ],
)
def test_a_secret_inside_a_sentence_is_not_written(text):
    found = scrubbed(event=text, more={"list": (text,)})

    for hidden in ("hush-hush", JWT, "a-secret-of-this-house"):
        assert hidden not in str(found)
    assert REDACTED in found["event"]


# F3
@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", ["a.", "a-", "eyJ-", "?a=", "token ", "://", "a:", "\t", "&;"])
def test_a_long_text_of_any_kind_costs_one_pass(pattern):
    assert len(Scrubber().text(pattern * 100_000)) > 0


def test_what_is_redacted_is_redacted_once():
    assert scrubbed(event="got ('?token=hush-hush')")["event"] == f"got ('?token={REDACTED}')"


def test_what_is_no_secret_stays():
    event = {"event": "song_started", "song_id": 7, "ms": 1.5, "locked": None, "auto": True}

    assert scrubbed(**event, title="Tokens & Tickets?") == {**event, "title": "Tokens & Tickets?"}


def test_things_without_a_form_in_json_are_written_as_text():
    event = scrubbed(thing=ValueError("odd"), names={"Bob"}, path=Path("/music"))

    line = json.loads(renderer()(None, "info", event))

    assert line == {"thing": "odd", "names": ["Bob"], "path": "/music"}


def test_the_secret_key_is_known_and_never_written():
    record = logging.makeLogRecord({"msg": f"key {DEV_SECRET}", "name": "house"})

    assert DEV_SECRET not in line_formatter().format(record)


def test_the_stricter_of_two_levels_counts():
    assert stricter("DEBUG", "INFO") == "INFO"
    assert stricter("ERROR", "INFO") == "ERROR"


def test_the_level_is_the_one_asked_for():
    before = logging.getLogger().level
    logging_config("ERROR")

    enabled = structlog.get_logger("house").isEnabledFor(logging.WARNING)

    logging_config(logging.getLevelName(before))
    assert not enabled
