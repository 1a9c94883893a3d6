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
        from andre.jobs.registry import register_job_type
        from player import job_types, signal_handlers  # noqa: F401 - Being imported is what it is for.
        from player.discovery import seeds
        from player.linked_accounts import linked_playlists
        from player.playback import playback, worker_heartbeats
        from player.playlists import nest_playlists
        from player.providers import own_player, sources, titles
        from player.queue import queue, songs

        for job_type in job_types.JOB_TYPES:
            register_job_type(job_type)
        hooks.genre_of = seeds.genre_of
        hooks.default_seed = seeds.default_seed
        hooks.own_player = own_player
        hooks.titles = titles
        hooks.has_history = seeds.has_history
        hooks.title_of_song = songs.title_of
        hooks.remove_songs_of = queue.remove_all_of
        hooks.check_playlist = nest_playlists.check_for_nest
        hooks.start_grace = playback.start_grace
        add_csp_sources(sources)
        register_check("worker", worker_heartbeats.workers_are_alive, of_the_house=True)
        register_check("beat", worker_heartbeats.beat_is_alive, of_the_house=True)
        post_delete.connect(linked_playlists.forget_theirs, sender="player.ConnectedAccount")
        post_migrate.connect(install_search_index, sender=self)


def install_search_index(using: str, **_: Any) -> None:
    # Models can be imported only after this module.
    from player.library.indexing import update_index

    if using == "default":
        update_index()
