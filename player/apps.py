from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate

from andre.telemetry.health import register_check
from andre.telemetry.middleware import add_csp_sources
from nests.hooks import hooks


class PlayerConfig(AppConfig):
    name = "player"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from player import signal_handlers  # noqa: F401 - Being imported is what it is for.
        from player.discovery import seeds
        from player.linked_accounts import linked_playlists
        from player.playback import worker_heartbeats
        from player.providers import own_player, sources, titles

        hooks.genre_of = seeds.genre_of
        hooks.default_seed = seeds.default_seed
        hooks.own_player = own_player
        hooks.titles = titles
        hooks.has_history = seeds.has_history
        add_csp_sources(sources)
        register_check("worker", worker_heartbeats.are_alive, of_the_house=True)
        post_delete.connect(linked_playlists.forget_theirs, sender="player.ConnectedAccount")
        post_migrate.connect(install_search_index, sender=self)


def install_search_index(using: str, **_: Any) -> None:
    # Models can be imported only after this module.
    from player.library.indexing import update_index

    if using == "default":
        update_index()
