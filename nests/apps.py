from django.apps import AppConfig


class NestsConfig(AppConfig):
    name = "nests"
    default_auto_field = "django.db.models.BigAutoField"
