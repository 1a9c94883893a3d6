"""More of the seed artist's genre, or of the nest's own, and of what goes well with it."""

from bender.selection.context import Context, Pick
from bender.selection.strategies.base import because
from player.providers.base import OwnCatalogue

HINT_COUNTS = 2
NEIGHBOURS_ASKED = 4


class Genre:
    name = "genre"
    needs_catalogue = True

    def supports(self, context: Context) -> bool:
        return bool(context.hint or context.seed)

    def pick(self, context: Context) -> list[Pick]:
        named = genres_of(context)
        if not named:
            return []
        genre = context.rng.choice(named)
        tracks = context.catalogue.of_genre(genre, context.wish())
        picks = [Pick(track, reason(context, genre, f"more {genre}.")) for track in tracks]
        return [*picks, *near(context, genre)]


def genres_of(context: Context) -> list[str]:
    """The seed artist's, each once, and the hint with double weight."""
    named = context.catalogue.genres_of(context.seed) if context.seed else []
    return named + [context.hint] * HINT_COUNTS if context.hint else named


def near(context: Context, genre: str) -> list[Pick]:
    """Of genres that go well with it, where the catalogue knows any."""
    if not isinstance(context.catalogue, OwnCatalogue):
        return []
    found: list[Pick] = []
    for other in context.catalogue.genres_near(genre):
        tracks = context.catalogue.of_genre(other, context.wish())
        sentence = f"{other} goes well with {genre}."
        found += [Pick(track, reason(context, genre, sentence)) for track in tracks]
        if len(found) >= NEIGHBOURS_ASKED * context.page:
            break
    return context.rng.sample(found, min(context.page, len(found)))


def reason(context: Context, genre: str, sentence: str) -> str:
    if context.hint == genre:
        return f"This nest is about {genre}: {sentence}"
    return because(context, sentence)
