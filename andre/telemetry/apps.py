"""The telemetry app: one log for the site and its workers."""

from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "andre.telemetry"
    label = "telemetry"

    def ready(self) -> None:
        from andre.telemetry import tasks

        tasks.follow_the_request()
