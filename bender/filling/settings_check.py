"""What a nest may wish of Bender: a profile, and weights of its own."""

from collections.abc import Mapping

from andre.core.errors import Refusal
from andre.flags import flags
from bender.selection import profiles
from bender.selection.strategies import strategies
from bender.selection.strategies import weights as weights_with

THROWBACK = "throwback"
NOT_BY_SOUND = "On this server Bender does not go by sound."


def check(profile: str | None, weights: Mapping[str, float] | None, *, is_main: bool) -> None:
    """Raises Refusal for what he cannot do here, rather than to take it and never do it."""
    is_by_sound = profiles.VIBE in profiles.PROFILES.get(profile or "", ())
    if is_by_sound and not flags.is_on("smart_bender"):
        raise Refusal("feature_not_allowed", NOT_BY_SOUND)
    if weights is not None:
        check_weights(weights, is_main=is_main)


def check_weights(own: Mapping[str, float], *, is_main: bool) -> None:
    """Raises Refusal `feature_not_allowed` or `validation_error`."""
    wished = {name for name, weight in own.items() if weight > 0}
    if unknown := sorted(set(own) - set(strategies())):
        raise Refusal("validation_error", f"Bender has no strategy called {unknown[0]}.")
    if THROWBACK in wished and not is_main:
        raise Refusal("validation_error", "Throwbacks are for the Main Nest alone.")
    if profiles.VIBE in wished and not flags.is_on("smart_bender"):
        raise Refusal("feature_not_allowed", NOT_BY_SOUND)
    left = (weight for name, weight in weights_with(own).items() if is_here(name, is_main=is_main))
    if not any(weight > 0 for weight in left):
        raise Refusal("validation_error", "Bender needs one strategy with a weight above zero.")


def is_here(strategy: str, *, is_main: bool) -> bool:
    """Whether it could ever be drawn."""
    if strategy == THROWBACK:
        return is_main
    return strategy != profiles.VIBE or flags.is_on("smart_bender")
