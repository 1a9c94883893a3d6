"""The accounts app: who people are, and how they prove it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "andre.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.accounts import checks, seats

        checks.register()
        seats.write_at_sign_in()
