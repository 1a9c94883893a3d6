"""What beat and workers do for webhooks; nobody's request waits for any of it."""

from dataclasses import asdict
from typing import Any

import structlog
from celery import Task, shared_task

from andre.webhooks import delivery, reader
from andre.webhooks.delivery import RETRY_SECONDS, Message, NotDelivered

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def send_webhooks() -> None:
    if not delivery.targets():
        return
    for notice in reader.read_new_notices():
        for message in delivery.messages_of(notice):
            deliver_webhook.delay(**asdict(message))


@shared_task(bind=True, ignore_result=True, max_retries=len(RETRY_SECONDS))
def deliver_webhook(self: "Task[Any, Any]", /, **message: str) -> None:
    """Tried again after 5 s, 30 s, 2 min, 10 min and 30 min, under the same delivery id."""
    try:
        delivery.deliver_message(Message(**message))
    except NotDelivered as error:
        tries = self.request.retries
        if tries >= len(RETRY_SECONDS):
            log.warning("webhook_given_up", target=message["target"], error=str(error))
            return
        self.retry(exc=error, countdown=RETRY_SECONDS[tries])
