"""What was heard and cheered for most of the seed artist."""

from bender.selection.context import Context, Pick
from bender.selection.strategies.base import because


class TopTracks:
    name = "top_tracks"
    needs_catalogue = True

    def supports(self, context: Context) -> bool:
        return context.seed is not None and bool(context.seed.artist)

    def pick(self, context: Context) -> list[Pick]:
        if context.seed is None:
            return []
        found = context.catalogue.top_of_artist(context.seed, context.wish())
        return [Pick(track, because(context, "a favourite of theirs.")) for track in found]
