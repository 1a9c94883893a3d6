"""One message to one server: signed, within a time limit, never more than so many a minute."""

import hmac
import time
import uuid
from dataclasses import dataclass
from hashlib import sha256

import requests
import structlog

from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from andre.webhooks.notices import NOT_FOR_SLACK, Notice

SLACK = "slack"
SECONDS = (3.0, 5.0)  # To connect, and between two bytes of the answer.
REDIRECT, TOO_MANY, SERVER_FAULT = 300, 429, 500
# Seconds before each further try: for a server that restarts, and for one that is being mended.
RETRY_SECONDS = (5, 30, 120, 600, 1_800)

log = structlog.get_logger(__name__)


class NotDelivered(Exception):
    """It may be taken at another time."""


@dataclass(frozen=True, slots=True)
class Message:
    """What Celery carries: the target by its name, so that no address or secret lies in a queue."""

    target: str
    kind: str
    delivery: str
    body: str


def messages_of(notice: Notice) -> list[Message]:
    """One for each server that is told; those above a target's limit are left out."""
    found = []
    for target in targets():
        if target == SLACK and notice.kind in NOT_FOR_SLACK:
            continue
        try:
            consume("webhooks", target)
        except Refusal:
            log.warning("webhook_dropped", target=target, kind=notice.kind)
            continue
        body = notice.as_slack() if target == SLACK else notice.as_json()
        found.append(Message(target, notice.kind, str(uuid.uuid4()), body))
    return found


def targets() -> dict[str, str]:
    """The address of each, by the name that logs have of it."""
    found = {f"webhook-{n}": url for n, url in enumerate(conf().andre_webhook_urls, start=1)}
    slack = conf().slack_webhook_url
    return found if slack is None else {SLACK: slack.get_secret_value(), **found}


def deliver_message(message: Message) -> None:
    """Raises NotDelivered for what is worth another try; what is refused for good is logged."""
    url = targets().get(message.target)
    if url is None:
        return  # The settings are others by now.
    body = message.body.encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Andre"}
    if message.target != SLACK:
        headers |= sign(message, body, int(time.time()))
    try:
        status = requests.post(
            url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False
        ).status_code
    except requests.RequestException as error:
        raise NotDelivered(type(error).__name__) from error
    if status == TOO_MANY or status >= SERVER_FAULT:
        raise NotDelivered(str(status))
    write = log.debug if status < REDIRECT else log.warning
    write("webhook_sent", target=message.target, kind=message.kind, status=status)


def sign(message: Message, body: bytes, now: int) -> dict[str, str]:
    """HMAC-SHA256 (RFC 2104) over the time and the body, so that neither can be another's."""
    secret = conf().andre_webhook_secret
    key = secret.get_secret_value().encode() if secret else b""
    digest = hmac.new(key, f"{now}.".encode() + body, sha256).hexdigest()
    return {
        "X-Andre-Event": message.kind,
        "X-Andre-Delivery": message.delivery,
        "X-Andre-Timestamp": str(now),
        "X-Andre-Signature": f"sha256={digest}",
    }
