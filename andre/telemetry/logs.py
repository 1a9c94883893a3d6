"""One log for everything: a JSON object a line, readable on a terminal, scrubbed of secrets."""

import logging
import logging.config
import re
import sys
from collections.abc import Mapping

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from andre.core.conf import DEV_KEYS, Conf, conf
from andre.core.keys import log_name

REDACTED = "[redacted]"
SECRET_NAME = re.compile(
    r"token|ticket|secret|passw|cookie|authorization|api[_-]?key|session[_-]?(id|key)|csrf",
    re.IGNORECASE,
)
# Whatever follows one of these inside a sentence, a URL or a traceback is nobody's to read.
# Each begins at something rare, so that a long text of any kind costs one pass.
SECRETS_IN_TEXT = (
    (re.compile(r"(?<=[?&;])(?P<name>[\w.%-]+)=[^&;\s\"'<>]+"), r"\g<name>=" + REDACTED),
    (re.compile(r"(?i)\b(?P<name>bearer|basic)\s+[\w.~+/=-]{8,}"), r"\g<name> " + REDACTED),
    (
        re.compile(
            r"(?i)\b(?P<name>sessionid|csrftoken|csrfmiddlewaretoken|access_token|refresh_token"
            r"|id_token|token|ticket|client_secret|password|secret)(?P<sign>[\"']?\s*[=:]\s*[\"']?)"
            r"(?!\[redacted)[^\s\"'&;,)}\]]+"
        ),
        r"\g<name>\g<sign>" + REDACTED,
    ),
    (re.compile(r"(?i)\b(?P<name>(?:set-)?cookie)\s*:\s*[^\r\n]+"), r"\g<name>: " + REDACTED),
    (
        re.compile(r"(?i)\b(?P<name>x-andre-api-key)[\"']?\s*[=:]\s*[^\s,}]+"),
        r"\g<name>: " + REDACTED,
    ),
    (re.compile(r"(?<![\w-])andre_[\w-]{43}(?![\w-])"), REDACTED),
    (re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), REDACTED),
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+@"), REDACTED + "@"),
)
# An address as people and programs spell it, also in a URL; what stands before it may be anything.
NO_SIGN = r"[^\s\"'`<>()\[\]{},;:|\\=/?&@%]"
ADDRESS = re.compile(f"{NO_SIGN}{{1,64}}(?:@|%40){NO_SIGN}{{1,190}}")
NO_ADDRESS = ("worker",)  # A worker is called `queue@machine`.
SHORTEST_SECRET = 8  # A shorter value would blank out ordinary words.

# These come with handlers of their own, or talk about every request as we already do.
QUIETER = {
    "uvicorn": "INFO",
    "uvicorn.error": "INFO",
    "uvicorn.access": "WARNING",
    "daphne": "WARNING",
    "django.server": "WARNING",
    "django.request": "ERROR",
    "django.channels.server": "WARNING",
    "celery": "INFO",
    "celery.beat": "WARNING",
    "celery.app.trace": "WARNING",
    "celery.worker.strategy": "WARNING",
    "social": "WARNING",
    "opentelemetry": "CRITICAL",  # A collector that is away is our line, and one a minute.
    "urllib3": "ERROR",  # Below, it prints whole addresses, and some hold a password.
}


def logging_config(level: str) -> None:
    """Send structlog and the standard library's loggers, all of them, to one handler."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": line_formatter}},
            "handlers": {
                "stderr": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stderr",
                    "formatter": "line",
                }
            },
            "root": {"level": level, "handlers": ["stderr"]},
            "loggers": {
                name: {"level": stricter(level, floor), "handlers": [], "propagate": True}
                for name, floor in QUIETER.items()
            },
        }
    )
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def line_formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, structlog.stdlib.ExtraAdder(allow=())],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            Scrubber(secrets_of(conf())),
            name_people,
            renderer(),
        ],
    )


def renderer() -> Processor:
    if wants_console():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(default=str, ensure_ascii=False)


def wants_console() -> bool:
    chosen = conf().andre_log_format
    return chosen == "console" or (not chosen and sys.stderr.isatty())


def stricter(level: str, floor: str) -> str:
    levels = logging.getLevelNamesMapping()
    return max(level, floor, key=lambda name: levels[name])


def secrets_of(settings: Conf) -> tuple[str, ...]:
    """The values that must appear nowhere, whatever they are called there."""
    found = (getattr(settings, name) for name in type(settings).model_fields)
    values = (each.get_secret_value() for each in found if isinstance(each, SecretStr))
    return tuple(each for each in values if len(each) >= SHORTEST_SECRET and each not in DEV_KEYS)


class Scrubber:
    """Takes tokens, cookies, secrets and query strings out of whatever is about to be written."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self.secrets = secrets

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {name: self.scrub(name, value) for name, value in event.items()}

    def scrub(self, name: str, value: object) -> object:
        if SECRET_NAME.search(name):
            return REDACTED
        if isinstance(value, Mapping):
            return {str(key): self.scrub(str(key), inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.scrub("", inner) for inner in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self.text(str(value))

    def text(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, REDACTED)
        for pattern, instead in SECRETS_IN_TEXT:
            text = pattern.sub(instead, text)
        return text


def name_people(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """No e-mail address is written to a log, wherever in a line it stands."""
    return {
        name: value if name in NO_ADDRESS else without_addresses(value)
        for name, value in event.items()
    }


def without_addresses(value: object) -> object:
    """`value` as the scrubber leaves it: texts, numbers, and lists and mappings of such."""
    if isinstance(value, str):
        has_one = "@" in value or "%40" in value
        return ADDRESS.sub(lambda found: name_of(found[0]), value) if has_one else value
    if isinstance(value, Mapping):
        return {str(without_addresses(key)): without_addresses(it) for key, it in value.items()}
    if isinstance(value, list):
        return [without_addresses(inner) for inner in value]
    return value


def name_of(found: str) -> str:
    """A sentence may end behind an address."""
    email = found.replace("%40", "@")
    end = len(email) - len(email.rstrip(".!"))
    return log_name(email.rstrip(".!")) + email[len(email) - end :]
