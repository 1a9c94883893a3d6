"""The telemetry app: one log for the site and its workers."""

from django.apps import AppConfig

from andre.core.conf import conf


class TelemetryConfig(AppConfig):
    name = "andre.telemetry"
    label = "telemetry"

    def ready(self) -> None:
        from andre.telemetry import tasks

        tasks.follow_the_request()
        endpoint = conf().andre_otlp_endpoint
        if endpoint is not None:
            from andre.telemetry.tracing import start_tracing  # Its libraries are large.

            start_tracing(endpoint)
