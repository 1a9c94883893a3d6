"""One run: a profile's providers in their order, each pick with its account of itself."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bender.selection.context import Context, Pick
from bender.selection.selector import Choice, NoPick, Offers, choose, choose_strictly
from bender.selection.strategies import strategies

CLASSIC, VIBE = "classic", "vibe"
PROFILES = {
    CLASSIC: (CLASSIC,),
    "smart_first": (VIBE, CLASSIC),
    "smart_only": (VIBE,),
}
VERSIONS = {CLASSIC: "1", VIBE: "1"}
CONFIDENCE = 0.65
ALL_FAILED = "all_strategies_failed"

Clock = Callable[[], float]


@dataclass(frozen=True)
class RunPick:
    """One pick and how it came about. `provider` is who of the profile made it."""

    pick: Pick
    strategy: str
    provider: str
    runtime_ms: float
    fallback_reason: str
    reasons: Mapping[str, str]

    @property
    def confidence(self) -> float:
        return CONFIDENCE if self.pick.confidence is None else self.pick.confidence

    def as_json(self) -> dict[str, Any]:
        return {
            "strategy": self.strategy,
            "provider": self.provider,
            "version": VERSIONS[self.provider],
            "runtime_ms": round(self.runtime_ms, 3),
            "confidence": self.confidence,
            "reason": self.pick.reason,
            "fallback_reason": self.fallback_reason,
            "original_user": self.pick.original_user,
            "track": self.pick.track.model_dump(),
        }


def run(
    context: Context, profile: str, n: int, offers: Offers, clock: Clock = time.perf_counter
) -> list[RunPick]:
    """Up to `n` picks, each as if those before it waited in the queue already."""
    made: list[RunPick] = []
    for _ in range(n):
        one = make(context, profile, offers, clock)
        if isinstance(one, NoPick):
            break
        made.append(one)
        context = context.with_next(one.pick)
    return made


def make(
    context: Context, profile: str, offers: Offers, clock: Clock = time.perf_counter
) -> RunPick | NoPick:
    begun = clock()
    failed: list[str] = []
    for provider in PROFILES[profile]:
        found = ask_provider(provider, context, offers)
        if isinstance(found, Choice):
            return describe_pick(found, provider, ";".join(failed), (clock() - begun) * 1000)
        failed.append(why(provider, context, found))
    if CLASSIC not in PROFILES[profile]:
        last = ask_provider(CLASSIC, context, offers)
        if isinstance(last, Choice):
            return describe_pick(last, CLASSIC, ALL_FAILED, (clock() - begun) * 1000)
    return NoPick({CLASSIC: ";".join(failed)})


def ask_provider(provider: str, context: Context, offers: Offers) -> Choice | NoPick:
    if provider == VIBE:
        return choose_strictly(context, {VIBE: 1.0}, offers)
    return choose(context, context.weights, offers)


def why(provider: str, context: Context, found: NoPick) -> str:
    if provider == VIBE and not strategies()[VIBE].supports(context):
        return f"unsupported:{provider}"
    return found.reasons.get(provider, f"empty:{provider}")


def describe_pick(
    choice: Choice, provider: str, fallback_reason: str, runtime_ms: float
) -> RunPick:
    return RunPick(
        pick=choice.pick,
        strategy=choice.strategy,
        provider=provider,
        runtime_ms=runtime_ms,
        fallback_reason=fallback_reason,
        reasons=choice.reasons,
    )
