"""The album that the seed is from goes on."""

from bender.selection.context import Context, Pick
from bender.selection.strategies.base import because


class Album:
    name = "album"
    needs_catalogue = True

    def supports(self, context: Context) -> bool:
        return context.seed is not None and bool(context.seed.album)

    def pick(self, context: Context) -> list[Pick]:
        if context.seed is None:
            return []
        found = context.catalogue.of_album(context.seed, context.wish())
        sentence = f"more of the album {context.seed.album}."
        return [Pick(track, because(context, sentence)) for track in found]
