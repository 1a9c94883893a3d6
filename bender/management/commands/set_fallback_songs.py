"""Which songs play in one nest when Bender finds none."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import MAIN
from andre.protocol.commands import MOST_FALLBACK_URIS, SetFallbackSongs
from nests.hooks import hooks
from nests.registry import store


class Command(BaseCommand):
    help = "Songs for when Bender finds none: addresses of tracks, albums, artists."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uris", nargs="*", help="none, with --replace: there are none any more")
        parser.add_argument("--nest", default=MAIN, help="id, code or address")
        parser.add_argument("--replace", action="store_true", help="in place of those before")

    def handle(self, *args: Any, **options: Any) -> None:
        uris, replaces = options["uris"], options["replace"]
        if not uris and not replaces:
            raise CommandError("Name some songs, or --replace to have none.")
        if len(uris) > MOST_FALLBACK_URIS:
            raise CommandError(f"At most {MOST_FALLBACK_URIS} addresses at once.")
        try:
            nest = store.get_nest(options["nest"])
            wanted = SetFallbackSongs(uris=uris, replace=replaces)
            answer = hooks.dispatch(CommandContext(nest.nest_id), wanted)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Fallback songs in {nest.name}: {answer['count']}")
