"""Commands that a house can do without: which setting switches each of them off."""

from collections.abc import Callable
from dataclasses import dataclass

from andre.core.conf import Conf, conf
from andre.core.errors import Refusal


@dataclass(frozen=True, slots=True)
class Feature:
    is_on: Callable[[Conf], bool]
    code: str
    sentence: str


NESTS = Feature(lambda house: house.nests_enabled, "not_found", "There is only the Main Nest here.")
BENDER = Feature(
    lambda set_to: set_to.has_bender,
    "feature_not_allowed",
    "On this server Bender is switched off.",
)

FEATURES: dict[str, Feature] = {
    "create_nest": NESTS,
    "queue_preview": BENDER,
    "filter_preview": BENDER,
    "set_fallback_songs": BENDER,
}


def require_switched_on(command: str) -> None:
    """Raises Refusal for a command that this server does without."""
    feature = FEATURES.get(command)
    if feature is not None and not feature.is_on(conf()):
        raise Refusal(feature.code, feature.sentence)
