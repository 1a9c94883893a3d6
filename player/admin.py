"""What operators may look up about the library and about what was played."""

from calendar import isleap, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest

from andre.core.admin_base import ReadOnly, datetime_from_ms, format_duration
from player.models import Play, ScannedFile, Track, UnwritablePlay

NS_PER_MS = 1_000_000
DAY_MS = 86_400_000
ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Unit:
    """A year, a month or a day, as it stands in an address and as people say it."""

    written: str
    spoken: str
    days: Callable[[datetime], int]


UNITS = {
    len("2026"): Unit("%Y", "%Y", lambda begin: 366 if isleap(begin.year) else 365),
    len("2026-10"): Unit("%Y-%m", "%B %Y", lambda begin: monthrange(begin.year, begin.month)[1]),
    len("2026-10-07"): Unit("%Y-%m-%d", "%-d %B", lambda begin: 1),
}


class Started(admin.SimpleListFilter):
    """By year, then month, then day: Django's own hierarchy of dates wants a column of dates."""

    title = "started"
    parameter_name = "started"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        plays = Play.objects.aggregate(first=Min("started_ms"), last=Max("started_ms"))
        first, last = plays["first"], plays["last"]
        if first is None:
            return []
        years = range(datetime_from_ms(first).year, datetime_from_ms(last).year + 1)
        chosen = self.value() or ""
        return [
            (span, format_span(span))
            for span in spans_under(chosen, years)
            if chosen.startswith(span) or overlap(bounds(span), first, last)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Play]) -> QuerySet[Play]:
        span = self.value()
        if span is None:
            return queryset
        begin, end = bounds(span)
        return queryset.filter(started_ms__gte=begin, started_ms__lt=end)


def spans_under(chosen: str, years: range) -> list[str]:
    """The spans that hold the chosen one, itself, and what it is made of: 2026, 2026-10, …"""
    if not chosen:
        return [str(year) for year in years]
    year, month, begin = chosen[:4], chosen[:7], begin_of(chosen)
    if chosen == year:
        return [year, *(f"{year}-{number:02}" for number in range(1, 13))]
    days = range(1, monthrange(begin.year, begin.month)[1] + 1)
    return [year, month, *(f"{month}-{number:02}" for number in days)]


def begin_of(span: str) -> datetime:
    """Raises IncorrectLookupParameters for what is neither a year, a month nor a day."""
    try:
        return datetime.strptime(span, unit_of(span).written).replace(tzinfo=UTC)
    except ValueError as error:
        raise IncorrectLookupParameters(span) from error


def unit_of(span: str) -> Unit:
    """Raises IncorrectLookupParameters."""
    if len(span) not in UNITS:
        raise IncorrectLookupParameters(span)
    return UNITS[len(span)]


def bounds(span: str) -> tuple[int, int]:
    """Its first ms and the first one after it."""
    begin = begin_of(span)
    begin_ms = int(begin.timestamp() * 1000)
    return begin_ms, begin_ms + unit_of(span).days(begin) * DAY_MS


def overlap(span: tuple[int, int], first: int, last: int) -> bool:
    return span[0] <= last and span[1] > first


def format_span(span: str) -> str:
    return begin_of(span).strftime(unit_of(span).spoken)


@admin.register(Play)
class PlayAdmin(ReadOnly):
    list_display = ("started_at", "title", "artist", "nest", "user", "outcome", "heard_length")
    list_filter = (Started, "outcome", "auto")
    search_fields = ("title", "artist", "album", "user", "nest_name", "=nest_id", "=uri")
    search_help_text = "By title, artist, album, person, nest or its code"
    show_full_result_count = False
    list_per_page = ROWS_PER_PAGE
    fields = (
        *("title", "artist", "album", "uri", "length", "nest", "song_id", "user", "auto"),
        *("strategy", "started_at", "ended_at", "heard_length", "outcome", "skipped_by"),
        *("votes", "jams"),
        *("comments", "airhorns"),
    )

    @admin.display(ordering="started_ms")
    def started_at(self, play: Play) -> datetime:
        return datetime_from_ms(play.started_ms)

    @admin.display(ordering="ended_ms")
    def ended_at(self, play: Play) -> datetime:
        return datetime_from_ms(play.ended_ms)

    @admin.display(ordering="heard_ms")
    def heard_length(self, play: Play) -> str:
        return format_duration(play.heard_ms)

    @admin.display(ordering="duration_ms")
    def length(self, play: Play) -> str:
        return format_duration(play.duration_ms)

    @admin.display(ordering="nest_name")
    def nest(self, play: Play) -> str:
        return f"{play.nest_name} ({play.nest_id})"


@admin.register(UnwritablePlay)
class UnwritablePlayAdmin(ReadOnly):
    """What is missing in the history, and why."""

    list_display = ("set_aside_at", "nest_id", "field", "reason")
    search_fields = ("=nest_id", "play", "reason")
    list_per_page = ROWS_PER_PAGE
    fields = ("set_aside_at", "nest_id", "field", "reason", "play")


@admin.register(Track)
class TrackAdmin(ReadOnly):
    """The file says all of it: whatever were changed here, the next scan would change back."""

    list_display = ("title", "artist", "album", "year", "length", "quality", "available")
    list_filter = ("available", "loudness_failed", "quality", "added_at")
    search_fields = ("title", "artist", "album", "album_artist", "genre", "path", "=isrc")
    search_help_text = "By title, artist, album, genre or path"
    ordering = ("artist", "album", "disc_number", "track_number")
    list_per_page = ROWS_PER_PAGE
    fields = (
        *("title", "artist", "album", "album_artist", "genre", "year", "disc_number"),
        *("track_number", "isrc", "uri", "path", "available", "added_at", "length", "quality"),
        *("loudness", "peak", "loudness_failed", "tempo", "key", "sound_failed", "cover"),
    )

    @admin.display(ordering="duration_ms")
    def length(self, track: Track) -> str:
        return format_duration(track.duration_ms)


@admin.register(ScannedFile)
class ScannedFileAdmin(ReadOnly):
    list_display = ("path", "problem", "size", "changed_at")
    list_filter = (("problem", admin.EmptyFieldListFilter),)
    search_fields = ("path", "problem")
    ordering = ("path",)
    list_per_page = ROWS_PER_PAGE
    fields = ("path", "problem", "size", "changed_at")

    @admin.display(ordering="mtime_ns")
    def changed_at(self, file: ScannedFile) -> datetime:
        return datetime_from_ms(file.mtime_ns // NS_PER_MS)
