"""The accounts app: who people are, and how they prove it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "andre.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.accounts import bootstrap, checks, identity

        checks.register()
        identity.write_at_sign_in()
        post_migrate.connect(bootstrap.after_migrate, sender=self)
