"""What people queued in the Main Nest earlier, from the database."""

from collections.abc import Sequence

from django.db.models import Min, Q

from andre.core.keys import MAIN
from bender.filling.display_names import names_of
from bender.selection.history import Played, Span
from player.models import Play

PLAYS_ASKED = 200


class PlayHistory:
    def began_ms(self) -> int | None:
        first: int | None = Play.objects.filter(nest_id=MAIN).aggregate(ms=Min("started_ms"))["ms"]
        return first

    def queues_between(self, spans: Sequence[Span], provider: str) -> list[Played]:
        if not spans:
            return []
        in_one = Q()
        for begin, end in spans:
            in_one |= Q(started_ms__gte=begin, started_ms__lt=end)
        rows = Play.objects.filter(in_one, nest_id=MAIN, auto=False)
        rows = rows.filter(uri__startswith=f"{provider}:").order_by("-started_ms")
        plays = list(rows[:PLAYS_ASKED])
        names = names_of({play.user for play in plays})
        return [Played(play.track, play.user, names[play.user], play.started_ms) for play in plays]
