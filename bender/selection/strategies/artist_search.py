"""The seed artist, whoever plays with them, and others that go with them."""

from andre.protocol.shapes import Track
from bender.selection.context import Context, Pick, artist_of
from bender.selection.strategies.base import because
from player.library.text_folding import fold
from player.providers.base import OwnCatalogue


class ArtistSearch:
    name = "artist_search"
    needs_catalogue = True

    def supports(self, context: Context) -> bool:
        return context.seed is not None and bool(context.seed.artist)

    def pick(self, context: Context) -> list[Pick]:
        if context.seed is None:
            return []
        found = context.catalogue.by_artist(context.seed, context.wish())
        picks = [Pick(track, because(context, sentence(track, context.seed))) for track in found]
        if isinstance(context.catalogue, OwnCatalogue):
            near = context.catalogue.near_artist(context.seed, context.wish())
            picks += [Pick(track, because(context, beside(track))) for track in near]
        return picks


def sentence(track: Track, seed: Track) -> str:
    if artist_of(track) == artist_of(seed):
        return "another one of theirs."
    if fold(seed.artist) in fold(track.artist):
        return f"here they are with others, as {track.artist}."
    return f"they are part of this one by {track.artist}."


def beside(track: Track) -> str:
    return f"{track.artist} goes well with that."
