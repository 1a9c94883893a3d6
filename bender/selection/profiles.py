"""Profiles: which providers of picks are asked in which order, and what each pick says of that."""

import time
from collections.abc import Callable
from dataclasses import replace

from bender.selection.context import Context, NoPick, Pick
from bender.selection.selector import Offers, choose, choose_strictly
from bender.selection.strategies import strategies

CLASSIC, VIBE = "classic", "vibe"
PROFILES = {
    CLASSIC: (CLASSIC,),
    "smart_first": (VIBE, CLASSIC),
    "smart_only": (VIBE,),
}
VERSIONS = {CLASSIC: "1", VIBE: "1"}
ALL_FAILED = "all_strategies_failed"

Clock = Callable[[], float]


def choose_several(
    context: Context, profile: str, n: int, offers: Offers, clock: Clock = time.perf_counter
) -> list[Pick]:
    """Up to `n` picks, each as if those before it waited in the queue already."""
    picks: list[Pick] = []
    for _ in range(n):
        pick = choose_by_profile(context, profile, offers, clock)
        if isinstance(pick, NoPick):
            break
        picks.append(pick)
        context = context.with_next(pick)
    return picks


def choose_by_profile(
    context: Context, profile: str, offers: Offers, clock: Clock = time.perf_counter
) -> Pick | NoPick:
    """By the first provider that has one; where none of them has, by classic."""
    begun = clock()
    of_profile = PROFILES[profile]
    failures: list[str] = []
    for provider in dict.fromkeys([*of_profile, CLASSIC]):
        found = ask_provider(provider, context, offers)
        if isinstance(found, Pick):
            return replace(
                found,
                profile=profile,
                provider=provider,
                fallback_reason=";".join(failures) if provider in of_profile else ALL_FAILED,
                runtime_ms=(clock() - begun) * 1000,
            )
        failures.append(describe_failure(provider, context, found))
    return NoPick({CLASSIC: ";".join(failures)})


def ask_provider(provider: str, context: Context, offers: Offers) -> Pick | NoPick:
    if provider == VIBE:
        return choose_strictly(context, {VIBE: 1.0}, offers)
    return choose(context, context.weights, offers)


def describe_failure(provider: str, context: Context, found: NoPick) -> str:
    if provider == VIBE and not strategies()[VIBE].supports(context):
        return f"unsupported:{provider}"
    return found.reasons.get(provider, f"empty:{provider}")
