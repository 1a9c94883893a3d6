"""The billing app: where it is not configured it imports nothing of Stripe's and asks nothing."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "andre.billing"
    label = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.billing import checks

        checks.register_checks()
