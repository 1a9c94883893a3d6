"""What Bender did and why, kept in the database."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from andre.core import clock
from bender.models import BenderRun, Rejection
from bender.runs.runner import RunPick

KEPT = timedelta(days=30)


def record_fill(nest: str, made: Mapping[str, list[RunPick]]) -> None:
    """`made` by the profile that was asked: one, unless somebody chose another meanwhile."""
    for profile, picks in made.items():
        BenderRun.objects.create(nest_id=nest, profile=profile, **account(picks))


def account(made: list[RunPick]) -> dict[str, object]:
    """The columns of a run that say what it made."""
    return {
        "runtime_ms": round(sum(one.runtime_ms for one in made), 3),
        "fallback_reason": next((one.fallback_reason for one in made if one.fallback_reason), ""),
        "reasons": dict(made[-1].reasons) if made else {},
        "picks": [one.as_json() for one in made],
    }


def record_rejection(nest: str, user: str, uri: str, artist: str) -> None:
    Rejection.objects.create(user=user, nest_id=nest, uri=uri, artist=artist, at_ms=clock.now_ms())


def forget_old_runs() -> None:
    BenderRun.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
