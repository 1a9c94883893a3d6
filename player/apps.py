from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from andre.telemetry.health import register_check


class PlayerConfig(AppConfig):
    name = "player"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from player import receivers  # noqa: F401 - Being imported is what it is for.
        from player.services import workers

        register_check("worker", workers.are_alive)
        post_migrate.connect(install_search_index, sender=self)


def install_search_index(using: str, **_: Any) -> None:
    from player.library.search import index  # Models can be imported only after this module.

    if using == "default":
        index().install()
