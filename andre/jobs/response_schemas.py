"""What the API of jobs takes and answers, as shapes for its description."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from andre.jobs.models import LONGEST_KEY, MOST_ATTEMPTS, USUAL_ATTEMPTS
from andre.protocol.shapes import Shape

StatusWord = Literal["queued", "running", "succeeded", "failed", "retry_wait", "cancelled"]


class JobWish(BaseModel):
    """`idempotency_key` makes one job of what is asked for twice; docs/jobs.md has the payloads."""

    model_config = ConfigDict(extra="forbid", strict=True)

    job_type: str
    payload: dict[str, Any] = {}
    mode: Literal["async", "sync"] = "async"
    idempotency_key: Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)] | None = None
    max_attempts: int = Field(default=USUAL_ATTEMPTS, ge=1, le=MOST_ATTEMPTS)


class JobFilter(BaseModel):
    """What the list is narrowed down to."""

    status: StatusWord | None = None
    job_type: str | None = None
    created_by: str | None = None
    created_after: AwareDatetime | None = None
    created_before: AwareDatetime | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=2**31)


class AttemptTold(Shape):
    number: int
    worker: str
    outcome: Literal["running", "succeeded", "failed", "stale", "cancelled"]
    error: str
    started_at: datetime
    ended_at: datetime | None


class ArtifactTold(Shape):
    name: str
    data: dict[str, Any]
    created_at: datetime


class JobTold(Shape):
    """`created_by` is a person's id, empty for the server itself; `step` is what is done now."""

    id: int
    job_type: str
    status: StatusWord
    mode: Literal["async", "sync", "shadow"]
    payload: dict[str, Any]
    result: dict[str, Any] | None
    error: str
    idempotency_key: str | None
    max_attempts: int
    attempt_count: int
    step: str
    done: int
    total: int
    cancel_requested: bool
    next_run_at: datetime
    lease_owner: str
    lease_expires_at: datetime | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class WholeJob(JobTold):
    attempts: list[AttemptTold]
    artifacts: list[ArtifactTold]


class Jobs(Shape):
    """`total` of all that fit, whatever the page shows."""

    jobs: list[JobTold]
    total: int
    limit: int
    offset: int


class WorkerTold(Shape):
    """`jobs` are the numbers of those it does just now."""

    worker: str
    kind: str
    started_at: datetime
    seen_at: datetime
    jobs: list[int]


class Workers(Shape):
    workers: list[WorkerTold]
