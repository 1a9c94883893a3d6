"""A job and what became of it. The row is the truth; a message of Celery's only says "look"."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from andre.jobs.states import TERMINAL, JobMoved, Status, require_transition

LONGEST_NAME = 40
LONGEST_KEY = 200
LONGEST_WORKER = 300  # A host's name has up to 253 letters.
LONGEST_ERROR = 500
MOST_ATTEMPTS = 10
USUAL_ATTEMPTS = 3


class Job(models.Model):
    """`alone` is the type where only one of it runs at a time, and empty for all others.

    `attempt_count` tells one lease from the next: a worker that comes back too late finds another
    number, and changes nothing.
    """

    class Mode(models.TextChoices):
        ASYNC = "async"
        SYNC = "sync"
        SHADOW = "shadow"

    type = models.CharField(max_length=LONGEST_NAME)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    payload = models.JSONField(default=dict, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=LONGEST_ERROR, blank=True, help_text="of the last attempt")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.ASYNC)
    idempotency_key = models.CharField(max_length=LONGEST_KEY, null=True, blank=True)  # noqa: DJ001
    is_confidential = models.BooleanField(default=False, help_text="for operators and its creator")
    alone = models.CharField(max_length=LONGEST_NAME, blank=True, editable=False)
    max_attempts = models.PositiveSmallIntegerField(
        default=USUAL_ATTEMPTS,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ATTEMPTS)],
    )
    attempt_count = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=LONGEST_ERROR, blank=True, help_text="what is done just now")
    done = models.PositiveIntegerField(default=0, help_text="of `total` in this step")
    total = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    next_run_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=LONGEST_WORKER, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=254, blank=True, help_text="empty: the server itself")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["type", "idempotency_key"], name="one_job_for_a_key"),
            models.UniqueConstraint(
                fields=["alone"],
                condition=models.Q(status=Status.RUNNING) & ~models.Q(alone=""),
                name="one_alone_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(max_attempts__gte=1, max_attempts__lte=MOST_ATTEMPTS),
                name="attempts_of_a_job",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "next_run_at", "id"], name="job_due"),
            models.Index(fields=["type", "-id"], name="job_of_type"),
            models.Index(fields=["finished_at"], name="job_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}, {self.status}"

    @property
    def is_over(self) -> bool:
        return self.status in TERMINAL

    def become(self, status: Status, now: datetime, **columns: Any) -> None:
        """Change the row if it is still as it was read; on the way out of `running` its lease ends.

        Raises IllegalTransition and JobMoved, and then nothing is written.
        """
        require_transition(self.status, status)
        changed: dict[str, Any] = {"status": status, **columns}
        if self.status == Status.RUNNING:
            changed = {"lease_owner": "", "lease_expires_at": None, **changed}
        if status in TERMINAL:
            changed["finished_at"] = now
        same = Job.objects.filter(
            pk=self.pk,
            status=self.status,
            attempt_count=self.attempt_count,
            cancel_requested=self.cancel_requested,
        )
        if not same.update(**changed):
            raise JobMoved
        for name, value in changed.items():
            setattr(self, name, value)


class JobAttempt(models.Model):
    """One time that a worker took a job up."""

    class Outcome(models.TextChoices):
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        STALE = "stale"  # Its worker was not heard of any more.
        CANCELLED = "cancelled"

    job = models.ForeignKey(Job, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=LONGEST_WORKER)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    error = models.CharField(max_length=LONGEST_ERROR, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "number"], name="an_attempt_has_its_number"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of job {self.job_id}"


class JobArtifact(models.Model):
    """Something a job has made, by its name."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="artifacts")
    name = models.CharField(max_length=LONGEST_NAME)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "name"], name="an_artifact_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of job {self.job_id}"


class WorkerHeartbeat(models.Model):
    """A process that does jobs, and when it was last heard of."""

    worker = models.CharField(max_length=LONGEST_WORKER, unique=True)
    kind = models.CharField(
        max_length=LONGEST_NAME, help_text="run_worker, or Celery's name for it"
    )
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["worker"]

    def __str__(self) -> str:
        return self.worker
