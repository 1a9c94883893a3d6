"""What people queued in the Main Nest on this weekday, weeks and years ago."""

from datetime import UTC, datetime, timedelta

from andre.protocol.shapes import Track
from bender.selection.context import Context, Pick
from bender.selection.history import Played, Span

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
OLD_ENOUGH_WEEKS = 2
DAYS_ASKED = 26


class Throwback:
    name = "throwback"
    needs_catalogue = False

    def supports(self, context: Context) -> bool:
        return context.is_main

    def pick(self, context: Context) -> list[Pick]:
        found = context.history.queues_between(days(context), context.catalogue.name)
        played = {each.track.uri: each for each in found}
        there = context.catalogue.still_there([each.track for each in played.values()])
        free = [track for track in there if track.uri not in context.excluded_uris()]
        chosen = context.rng.sample(free, min(context.page, len(free)))
        return [pick_of(track, played[track.uri]) for track in chosen]


def days(context: Context) -> list[Span]:
    """The same weekday in some of the weeks since the first song here."""
    began = context.history.began_ms()
    if began is None:
        return []
    today = context.now_ms // DAY_MS * DAY_MS
    weeks = range(OLD_ENOUGH_WEEKS, (today - began) // WEEK_MS + 2)
    drawn = context.rng.sample(weeks, min(len(weeks), DAYS_ASKED))
    latest = context.now_ms - OLD_ENOUGH_WEEKS * WEEK_MS
    begins = [today - week * WEEK_MS for week in drawn]
    return [(begin, min(begin + DAY_MS, latest)) for begin in begins]


def pick_of(track: Track, played: Played) -> Pick:
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=played.started_ms)
    day = f"{when:%A}, {when.day} {when:%B %Y}"
    reason = f"{played.user_name} queued it here on {day}."
    return Pick(track, reason, original_user=played.user)
