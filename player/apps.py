from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate

from andre.telemetry.health import register_check
from andre.telemetry.middleware import let_in
from nests.handed_down import from_above


class PlayerConfig(AppConfig):
    name = "player"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from player import receivers  # noqa: F401 - Being imported is what it is for.
        from player.providers import own_player, sources, titles
        from player.services import own_playlists, seeds, workers

        from_above.genre_of = seeds.genre_of
        from_above.default_seed = seeds.default_seed
        from_above.own_player = own_player
        from_above.titles = titles
        from_above.has_history = seeds.has_history
        let_in(sources)
        register_check("worker", workers.are_alive, of_the_house=True)
        post_delete.connect(own_playlists.forget_theirs, sender="player.ConnectedAccount")
        post_migrate.connect(install_search_index, sender=self)


def install_search_index(using: str, **_: Any) -> None:
    # Models can be imported only after this module.
    from player.library.indexing import update_index

    if using == "default":
        update_index()
