"""The flags app: django-waffle keeps and caches them, the table is ours."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FlagsConfig(AppConfig):
    name = "andre.flags"
    label = "flags"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.flags import flags

        post_migrate.connect(flags.after_migrate, sender=self)
