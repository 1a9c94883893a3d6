"""Runs that programs ask for: picks without queueing them, and two profiles side by side.

Nothing here writes to a nest.
"""

from collections.abc import Callable
from random import Random, SystemRandom
from typing import Any, Literal

from celery import current_app
from django.db import transaction

from andre.core.conf import conf, profile_named
from andre.core.errors import Refusal
from bender.filling.nest_state import context_of, read
from bender.filling.pick_cache import ask_strategy
from bender.models import BenderRun
from bender.runs import run_log, runner
from bender.selection import context_json
from bender.selection.context import Context
from nests.registry.records import Nest
from player.catalogues import CATALOGUES

CARRY_OUT = "bender.tasks.carry_out"  # By name: the task stands above and calls this room.
PICKS_A_RUN = 5

Execution = Literal["sync", "async", "shadow"]


def request_run(
    nest: Nest, word: str | None, execution: Execution, asked_by: str, *, explicit: bool
) -> BenderRun:
    """A run, done at once or waiting for a worker; by the nest's own profile where none is named.

    Raises Refusal.
    """
    if execution == "shadow" and not conf().bender_shadow:
        raise Refusal("feature_not_allowed", "Shadow runs are switched off on this server.")
    if nest.plays_from not in CATALOGUES:
        raise Refusal("unknown_provider", "Bender knows nothing of this nest's catalogue.")
    chance = SystemRandom().getrandbits(62)
    room = read(nest)
    context = context_of(room, Random(chance), allows_explicit=explicit)
    plan = BenderRun(
        nest_id=nest.nest_id,
        profile=profile_named(word) if word else room.nest.asks,
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
    plan.save()
    transaction.on_commit(lambda: send_shadow_run(plan.pk))
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


def send_shadow_run(run_id: int) -> None:
    current_app.signature(CARRY_OUT, (run_id,)).apply_async()


def other_than(profile: str) -> str:
    return "smart_first" if profile == runner.CLASSIC else runner.CLASSIC


def run_shadow(run_id: int) -> None:
    """A run that waited; done twice it is done once."""
    run = BenderRun.objects.filter(pk=run_id, status=BenderRun.Status.PENDING).first()
    if run is not None and run.context is not None:
        complete(run, context_json.load(run.context, Random(run.chance)))


def complete(run: BenderRun, context: Context) -> None:
    made = runner.run(context, run.profile, PICKS_A_RUN, ask_strategy)
    for name, value in run_log.account(made).items():
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
