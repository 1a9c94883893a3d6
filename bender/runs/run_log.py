"""What Bender did and why, kept in the database."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from andre.core import clock
from bender.models import BenderRun, Rejection
from bender.selection.context import Pick
from bender.selection.profiles import VERSIONS

KEPT = timedelta(days=30)


def record_fill(nest: str, picks: Sequence[Pick]) -> None:
    """A row for each profile that was asked: one, unless somebody chose another meanwhile."""
    for profile in dict.fromkeys(pick.profile for pick in picks):
        own = [pick for pick in picks if pick.profile == profile]
        BenderRun.objects.create(nest_id=nest, profile=profile, **columns_of(own))


def columns_of(picks: Sequence[Pick]) -> dict[str, object]:
    """The columns of a run that say what it chose."""
    return {
        "runtime_ms": round(sum(pick.runtime_ms for pick in picks), 3),
        "fallback_reason": next(filter(None, (pick.fallback_reason for pick in picks)), ""),
        "reasons": dict(picks[-1].reasons) if picks else {},
        "picks": [pick_row(pick) for pick in picks],
    }


def pick_row(pick: Pick) -> dict[str, Any]:
    """{strategy, provider, version, runtime_ms, confidence, reason, …}, as the API shows it."""
    return {
        "strategy": pick.strategy,
        "provider": pick.provider,
        "version": VERSIONS[pick.provider],
        "runtime_ms": round(pick.runtime_ms, 3),
        "confidence": pick.confidence,
        "reason": pick.reason,
        "fallback_reason": pick.fallback_reason,
        "original_user": pick.original_user,
        "track": pick.track.model_dump(),
    }


def record_rejection(nest: str, user: str, uri: str, artist: str) -> None:
    Rejection.objects.create(user=user, nest_id=nest, uri=uri, artist=artist, at_ms=clock.now_ms())


def forget_old_runs() -> None:
    BenderRun.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
