from django.apps import AppConfig

from andre.core.command_hooks import register_hook
from andre.telemetry.command_log import log_command
from andre.telemetry.command_metrics import measure_command
from andre.telemetry.metric_views import register_look


class WebConfig(AppConfig):
    name = "andre.web"
    label = "web"

    def ready(self) -> None:
        # They know every app, so they are imported after all of them.
        from andre.audit.commands import record_command
        from andre.web import dispatch, house_metrics
        from nests.hooks import hooks

        hooks.dispatch = dispatch.dispatch_command
        register_hook(log_command)
        register_hook(measure_command)
        register_hook(record_command)
        register_look(house_metrics.nest_metrics)
        register_look(house_metrics.job_metrics)
        register_look(house_metrics.pool_metrics)
