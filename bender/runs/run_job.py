"""The job `bender_run`: picks for a nest as it is then, or as it was when they were asked for."""

from pydantic import BaseModel, ConfigDict

from andre.accounts import api_keys
from andre.accounts.credentials import Credential
from andre.core.errors import Refusal
from andre.flags.modes import CLEAN, EXPLICIT, list_modes
from andre.jobs.registry import JobType, Outcome, RunningJob
from bender.runs import shadow
from bender.runs.shadow import BENDER_RUN
from nests.registry import store


class RunOrder(BaseModel):
    """`run_id` is a run that waits, with its context; it says everything else by itself."""

    model_config = ConfigDict(extra="forbid", strict=True)

    nest: str
    profile: str | None = None
    mode: str = CLEAN
    run_id: int | None = None


def check_run(wanted: RunOrder, caller: Credential) -> None:
    """Raises NoSuchNest, and Refusal for songs that are not for this caller."""
    store.get_nest(wanted.nest)
    is_explicit(wanted.mode, caller)
    if wanted.run_id is not None:
        shadow.require_waiting_run(wanted.run_id)


def is_explicit(mode: str, caller: Credential) -> bool:
    """Whether explicit songs may be among the picks. Raises Refusal."""
    word = mode.strip().lower()
    if word not in (CLEAN, EXPLICIT):
        raise Refusal("validation_error", f"mode: {CLEAN} or {EXPLICIT} is needed.")
    if word == EXPLICIT and not may_be_explicit(caller):
        raise Refusal("feature_not_allowed", "Explicit songs are not for this key.")
    return word == EXPLICIT


def may_be_explicit(caller: Credential) -> bool:
    key = None if caller.kind == "session" else api_keys.with_id(caller.name)
    explicit_allowed = caller.kind == "session" or (key is not None and key.explicit_allowed)
    return EXPLICIT in list_modes(caller.seat.role, explicit_allowed=explicit_allowed)


def is_of_private_nest(wanted: RunOrder) -> bool:
    """Raises NoSuchNest."""
    return bool(store.get_nest(wanted.nest).setting("is_private"))


def run_bender(job: RunningJob, wanted: RunOrder) -> Outcome:
    """Raises NoSuchNest and Refusal."""
    if wanted.run_id is not None:
        run = shadow.complete_waiting_run(wanted.run_id)
    else:
        run = shadow.request_run(
            store.get_nest(wanted.nest),
            wanted.profile,
            "sync",
            job.created_by,
            explicit=wanted.mode.strip().lower() == EXPLICIT,
        )
    made = {"run_id": run.pk, "pick_count": len(run.picks)}
    return Outcome(made, {f"{BENDER_RUN}_result": made})


RUN_JOB = JobType(
    name=BENDER_RUN,
    payload=RunOrder,
    run=run_bender,
    check=check_run,
    is_confidential=is_of_private_nest,
)
