"""The webhooks app: it reads what nests tell on their streams, and nothing waits for it."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "andre.webhooks"
    label = "webhooks"
