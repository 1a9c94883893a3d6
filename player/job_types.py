"""The jobs of the player: what each type takes, and who does it."""

from pydantic import BaseModel, ConfigDict

from andre.accounts.credentials import Credential
from andre.jobs.registry import JobType, Outcome, RunningJob
from nests.registry import store
from player import integrity
from player.history import timeline
from player.library.background_scan import SCAN_JOB


class ReplayWish(BaseModel):
    """`nest` is a code, or a name as in addresses."""

    model_config = ConfigDict(extra="forbid", strict=True)

    nest: str


class AuditWish(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def require_nest(wanted: ReplayWish, _: Credential) -> None:
    """Raises NoSuchNest."""
    store.get_nest(wanted.nest)


def is_of_private_nest(wanted: ReplayWish) -> bool:
    """Raises NoSuchNest."""
    return bool(store.get_nest(wanted.nest).setting("is_private"))


def replay_nest(job: RunningJob, wanted: ReplayWish) -> Outcome:
    """Raises NoSuchNest."""
    found = timeline.read_timeline(store.get_nest(wanted.nest).nest_id)
    job.checkpoint(done=len(found["songs"]), total=len(found["songs"]))
    made = {"nest_id": found["nest_id"], "order_hash": found["order_hash"]}
    return Outcome(found, {"nest_replay_result": made})


def audit(job: RunningJob, _: AuditWish) -> Outcome:
    """Raises Refusal."""
    return Outcome(integrity.find_inconsistencies(job.checkpoint))


JOB_TYPES = (
    SCAN_JOB,
    JobType(
        name="nest_replay",
        payload=ReplayWish,
        run=replay_nest,
        check=require_nest,
        is_confidential=is_of_private_nest,
    ),
    JobType(name="integrity_audit", payload=AuditWish, run=audit),
)
