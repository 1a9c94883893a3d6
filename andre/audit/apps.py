"""The audit app: it knows no nest and no song; the pipeline and the other apps tell it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "andre.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from andre.audit import admin_changes, sign_ins

        admin_changes.follow_admin()
        sign_ins.follow_sign_ins()
