"""Set songs aside that play when Bender has no idea, in one nest."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from andre.core.errors import Refusal
from andre.core.keys import MAIN
from bender.filling import fallback_tracks
from nests.registry import store
from player import providers


class Command(BaseCommand):
    help = "Set songs aside for when Bender has no idea: addresses of tracks, albums, artists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uris", nargs="*", help="none, with --anew: nothing is set aside")
        parser.add_argument("--nest", default=MAIN, help="id, code or address")
        parser.add_argument("--anew", action="store_true", help="in place of what was set aside")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["uris"] and not options["anew"]:
            raise CommandError("Name some songs, or --anew to set nothing aside.")
        try:
            nest = store.get_nest(options["nest"])
            tracks = [track for uri in options["uris"] for track in providers.expand(uri)]
            count = fallback_tracks.save_fallback(nest.nest_id, tracks, anew=options["anew"])
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Set aside in {nest.name}: {count}")
