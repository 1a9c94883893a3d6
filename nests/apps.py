from django.apps import AppConfig

from andre.telemetry.health import register_check


class NestsConfig(AppConfig):
    name = "nests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from nests.realtime.hub import hears

        register_check("subscriber", hears)
