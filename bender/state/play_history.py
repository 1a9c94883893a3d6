"""What people queued in the Main Nest earlier, from the database."""

from collections.abc import Sequence

from django.db.models import Min, Q

from andre.accounts.display_names import names_of
from andre.core.conf import CATALOGUES
from andre.core.keys import MAIN
from bender.selection.history import Played, Span
from player.models import Play
from player.track_rows import track_of_play

PLAYS_ASKED = 200


class PlayHistory:
    def began_ms(self) -> int | None:
        first: int | None = Play.objects.filter(nest_id=MAIN).aggregate(ms=Min("started_ms"))["ms"]
        return first

    def queues_between(self, spans: Sequence[Span], catalogue: str) -> list[Played]:
        if not spans:
            return []
        in_one = Q()
        for begin, end in spans:
            in_one |= Q(started_ms__gte=begin, started_ms__lt=end)
        rows = Play.objects.filter(in_one, nest_id=MAIN, auto=False)
        rows = rows.filter(plays_of_catalogue(catalogue)).order_by("-started_ms")
        plays = list(rows[:PLAYS_ASKED])
        names = names_of({play.user for play in plays})
        return [
            Played(track_of_play(play), play.user, names[play.user], play.started_ms)
            for play in plays
        ]


def plays_of_catalogue(catalogue: str) -> Q:
    """Plays of songs that a nest of this catalogue takes."""
    found = Q()
    for provider in next((taken for name, taken in CATALOGUES.items() if name == catalogue), ()):
        found |= Q(uri__startswith=f"{provider}:")
    return found
