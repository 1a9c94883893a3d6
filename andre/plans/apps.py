"""The plans app: a table that operators fill, and billing after them."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "andre.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
