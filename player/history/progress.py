"""How far each listener came in what they hear, so that a long recording can be gone on with."""

from dataclasses import dataclass

from celery import current_app
from django.db import IntegrityError, transaction

from andre.core import clock
from andre.core.context import CommandContext
from andre.core.permissions import controls_playback
from andre.protocol.commands import ReportProgress
from player.models import ListeningProgress
from player.scripts import lua

RECORD_PROGRESS = "player.tasks.record_progress"


@dataclass(frozen=True)
class Part:
    """Which part of a collection: disc or season, track or episode; 0 where there is none."""

    disc: int = 0
    part: int = 0


WHOLE = Part()


@dataclass(frozen=True)
class Reached:
    """A position in a track, in ms of it, kept within it."""

    position_ms: int
    duration_ms: int
    is_over: bool = False

    @property
    def fields(self) -> dict[str, object]:
        duration = max(0, self.duration_ms)
        position = duration if self.is_over else min(max(0, self.position_ms), duration)
        return {
            "position_ms": position,
            "duration_ms": duration,
            "progress_percent": round(100 * position / duration, 2) if duration else 0.0,
            "completed": self.is_over,
        }


def record_soon(act: CommandContext) -> None:
    """Who has just moved what plays has come as far as that. Nobody waits for the database."""
    if not act.user:
        return
    _, _, _, song_id, uri, _, position, duration, _ = lua.read_playing(act, listener=act.user)
    if song_id:
        values = (act.user, act.nest, uri, int(position), int(duration), clock.now_ms())
        current_app.signature(RECORD_PROGRESS, values).apply_async()


def report_progress(act: CommandContext, told: ReportProgress) -> None:
    """Ignored: what is not of the song that plays, and in a nest with a DJ what is not the DJ's."""
    _, _, _, song_id, uri, *_ = lua.read_playing(act, listener=act.user)
    if song_id != str(told.song_id) or not controls_playback(act.actor):
        return
    reached = Reached(told.position_ms, told.duration_ms, is_over=told.event == "ended")
    save_progress(act.user, act.nest, uri, reached, clock.now_ms())


def save_progress(
    user: str, nest: str, uri: str, reached: Reached, at_ms: int, part: Part = WHOLE
) -> ListeningProgress:
    """The row as it is then: a report from before the last one changes nothing."""
    key = {"user": user, "nest_code": nest, "uri": uri, "disc": part.disc, "part": part.part}
    fresh = reached.fields | {"updated_ms": at_ms}
    try:
        with transaction.atomic():
            row, is_new = ListeningProgress.objects.get_or_create(**key, defaults=fresh)
    except IntegrityError:  # Another report made it at the same moment.
        row, is_new = ListeningProgress.objects.get(**key), False
    if not is_new:
        ListeningProgress.objects.filter(pk=row.pk, updated_ms__lte=at_ms).update(**fresh)
        row.refresh_from_db()
    return row


def find_progress(user: str, nest: str, uri: str, part: Part = WHOLE) -> ListeningProgress | None:
    return ListeningProgress.objects.filter(
        user=user, nest_code=nest, uri=uri, disc=part.disc, part=part.part
    ).first()


def find_latest_progress(user: str, nest: str) -> ListeningProgress | None:
    return ListeningProgress.objects.filter(user=user, nest_code=nest).first()
