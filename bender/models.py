"""What Bender did and why, and what people turned away."""

from typing import ClassVar

from django.db import models

LONGEST_URI = 300


class BenderRun(models.Model):
    """One time Bender chose songs: to fill a queue, or because a program asked.

    `picks` are in their order: strategy, provider, version, runtime_ms, confidence, reason,
    fallback_reason, original_user, track. `context` and `chance` are kept for runs that wait for a
    worker, so that they choose from what was there when they were asked for.
    """

    class Mode(models.TextChoices):
        FILL = "fill"
        SYNC = "sync"
        ASYNC = "async"
        SHADOW = "shadow"

    class Status(models.TextChoices):
        PENDING = "pending"
        DONE = "done"

    nest_id = models.CharField(max_length=24)
    profile = models.CharField(max_length=20)
    execution_mode = models.CharField(max_length=8, choices=Mode, default=Mode.FILL)
    status = models.CharField(max_length=8, choices=Status, default=Status.DONE)
    seed_uri = models.CharField(max_length=LONGEST_URI, blank=True)
    asked_by = models.CharField(max_length=254, blank=True)
    runtime_ms = models.FloatField(default=0)
    fallback_reason = models.CharField(max_length=300, blank=True)
    reasons = models.JSONField(default=dict, blank=True, help_text="why a strategy gave nothing")
    picks = models.JSONField(default=list, blank=True)
    context = models.JSONField(null=True, blank=True)
    chance = models.BigIntegerField(default=0)
    shadow_of = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="shadow"
    )
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["nest_id", "-id"], name="run_of_nest"),
            models.Index(fields=["created_at"], name="run_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.profile} in {self.nest_id}, {len(self.picks)} picks"


class Rejection(models.Model):
    """Somebody turned a preview away."""

    user = models.CharField(max_length=254)
    nest_id = models.CharField(max_length=24)
    uri = models.CharField(max_length=LONGEST_URI)
    artist = models.CharField(max_length=300, blank=True)
    at_ms = models.BigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at_ms"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-at_ms"], name="rejection_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.uri}"
