"""What Bender's API takes and answers, as shapes for its description."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from andre.protocol.shapes import Shape, Track


class Health(Shape):
    """Which of the profiles' providers could be asked."""

    classic: bool
    vibe: bool


class RunWish(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    nest: str
    profile: str | None = None
    mode: str = "clean"
    execution_mode: Literal["sync", "async", "shadow"] = "sync"


class PickTold(Shape):
    """`provider` is who of the profile made it; `fallback_reason` why those before it did not."""

    strategy: str
    provider: str
    version: str
    runtime_ms: float
    confidence: float
    reason: str
    fallback_reason: str
    original_user: str
    track: Track


class Run(Shape):
    """`job_id` is the job of a run that waited for a worker, `shadow_job_id` that of the run of
    the other profile; both are at `/api/jobs/{id}`.
    """

    run_id: int
    nest: str
    profile: str
    execution_mode: str
    status: str
    seed_uri: str
    runtime_ms: float
    fallback_reason: str
    pick_count: int
    picks: list[PickTold]
    job_id: int | None
    shadow_job_id: int | None


class Comparison(Shape):
    """Differences are the shadow's less the primary's."""

    run_id: int
    profile: str
    picks: list[PickTold]
    shared: list[str] = Field(description="addresses of tracks that both picked")
    overlap: float = Field(description="shared picks of all picks, 0 to 1")
    rank_differences: dict[str, int]
    confidence_difference: float
    runtime_difference_ms: float


class SideBySide(Shape):
    """`shadow` is null until its job is done."""

    primary: Run
    shadow: Comparison | None
