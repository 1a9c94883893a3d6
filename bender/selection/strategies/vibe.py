"""What sounds like the seed: its tempo, key, loudness and timbre."""

from bender.selection.context import Context, Pick
from bender.selection.strategies.base import Disabled
from player.providers.base import OwnCatalogue

BASELINE, SURER, SUREST = 0.65, 0.1, 0.95
PAGES = 8  # The very nearest are by the same artist, who is to rest.
CONFIDENCE = min(SUREST, BASELINE + SURER)


class Vibe:
    name = "vibe"
    needs_catalogue = True

    def supports(self, context: Context) -> bool:
        is_ours = isinstance(context.catalogue, OwnCatalogue)
        return context.is_smart and is_ours and context.seed is not None

    def pick(self, context: Context) -> list[Pick]:
        """Raises Disabled."""
        if not context.is_smart:
            raise Disabled("vibe is switched off")
        if context.seed is None or not isinstance(context.catalogue, OwnCatalogue):
            return []
        near = context.catalogue.nearest_in_sound(context.seed, context.wish(PAGES))
        reason = f"It sounds like {context.seed.title} by {context.seed.artist}."
        return [Pick(track, reason, confidence=CONFIDENCE) for track in near]
