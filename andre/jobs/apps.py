"""The jobs app: it knows no nest and no song; other apps register what there is to do."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "andre.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.jobs import workers

        workers.show_celery_workers()
