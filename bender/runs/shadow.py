"""Runs that programs ask for: picks without queueing them, and two profiles side by side.

Nothing here writes to a nest.
"""

from collections.abc import Callable
from random import Random, SystemRandom
from typing import Any, Literal

from django.db import transaction

from andre.core.conf import profile_named
from andre.core.errors import Refusal
from andre.jobs.registry import find_job_type
from andre.jobs.submission import require_async_jobs, submit_job
from bender.models import BenderRun
from bender.runs import run_log
from bender.selection import profiles
from bender.selection.context import Context
from bender.selection.strategies import ask_strategy
from bender.state import context_json
from bender.state.frozen_context import freeze_context
from bender.state.nest_state import read_nest_state
from nests.registry.records import Nest
from player.catalogues import CATALOGUES

BENDER_RUN = "bender_run"  # The type of its jobs.
PICKS_A_RUN = 5

Execution = Literal["sync", "async", "shadow"]


def request_run(
    nest: Nest, word: str | None, execution: Execution, asked_by: str, *, explicit: bool
) -> BenderRun:
    """A run, done at once or as a job; by the nest's own profile where none is named.

    Raises Refusal.
    """
    if execution != "sync":
        require_async_jobs()
    if nest.plays_from not in CATALOGUES:
        raise Refusal("unknown_provider", "Bender knows nothing of this nest's catalogue.")
    chance = SystemRandom().getrandbits(62)
    state = read_nest_state(nest)
    context = freeze_context(state, Random(chance), allows_explicit=explicit)
    plan = BenderRun(
        nest_id=nest.nest_id,
        profile=profile_named(word) if word else state.nest.asks,
        execution_mode=execution,
        asked_by=asked_by,
        seed_uri=context.seed.uri if context.seed else "",
        chance=chance,
    )
    return WAYS[execution](plan, context)


def at_once(plan: BenderRun, context: Context) -> BenderRun:
    complete(plan, context)
    return plan


def later(plan: BenderRun, context: Context) -> BenderRun:
    plan.status = BenderRun.Status.PENDING
    plan.context = context_json.dump(context)
    job_type = find_job_type(BENDER_RUN)
    with transaction.atomic():
        plan.save()
        order = job_type.payload(nest=plan.nest_id, run_id=plan.pk)
        plan.job = submit_job(job_type, order, plan.asked_by)
        plan.save(update_fields=["job"])
    return plan


def with_shadow(plan: BenderRun, context: Context) -> BenderRun:
    """The other profile gets the same context and the same rng."""
    complete(plan, context)
    beside = BenderRun(
        nest_id=plan.nest_id,
        profile=other_than(plan.profile),
        execution_mode=BenderRun.Mode.ASYNC,
        asked_by=plan.asked_by,
        seed_uri=plan.seed_uri,
        chance=plan.chance,
        shadow_of=plan,
    )
    later(beside, context)
    return plan


WAYS: dict[Execution, Callable[[BenderRun, Context], BenderRun]] = {
    "sync": at_once,
    "async": later,
    "shadow": with_shadow,
}


def other_than(profile: str) -> str:
    return "smart_first" if profile == profiles.CLASSIC else profiles.CLASSIC


def require_waiting_run(run_id: int) -> None:
    """Raises Refusal `not_found`."""
    if not BenderRun.objects.filter(pk=run_id, status=BenderRun.Status.PENDING).exists():
        raise Refusal("not_found", "No run with this number waits for a worker.")


def complete_waiting_run(run_id: int) -> BenderRun:
    """Done twice it is done once. Raises Refusal `not_found`."""
    run = BenderRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Refusal("not_found", "There is no run with this number.")
    if run.context is not None:
        complete(run, context_json.load(run.context, Random(run.chance)))
    return run


def complete(run: BenderRun, context: Context) -> None:
    picks = profiles.choose_several(context, run.profile, PICKS_A_RUN, ask_strategy)
    for name, value in run_log.columns_of(picks).items():
        setattr(run, name, value)
    run.status = BenderRun.Status.DONE
    run.context = None
    run.save()


def comparison(run: BenderRun) -> dict[str, Any] | None:
    """Both side by side; None while the other is not done. Raises Refusal `shadow_not_found`."""
    shadow = BenderRun.objects.filter(shadow_of=run).first()
    if shadow is None:
        raise Refusal("shadow_not_found", "No other profile was asked beside this run.")
    if shadow.status != BenderRun.Status.DONE:
        return None
    ours, theirs = uris(run), uris(shadow)
    shared = [uri for uri in ours if uri in theirs]
    every = len({*ours, *theirs})
    return {
        "run_id": shadow.pk,
        "profile": shadow.profile,
        "picks": shadow.picks,
        "shared": shared,
        "overlap": round(len(shared) / every, 4) if every else 0.0,
        "rank_differences": {uri: theirs.index(uri) - ours.index(uri) for uri in shared},
        "confidence_difference": round(confidence(shadow) - confidence(run), 4),
        "runtime_difference_ms": round(shadow.runtime_ms - run.runtime_ms, 3),
    }


def uris(run: BenderRun) -> list[str]:
    return [pick["track"]["uri"] for pick in run.picks]


def confidence(run: BenderRun) -> float:
    """The mean of its picks."""
    return sum(pick["confidence"] for pick in run.picks) / len(run.picks) if run.picks else 0.0
