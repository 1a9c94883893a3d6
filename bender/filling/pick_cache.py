"""What strategies have found for a nest's seed, kept for twenty minutes."""

import json
from dataclasses import dataclass

from andre.core.context import CommandContext
from andre.core.keys import NestKeys, cache_name
from andre.core.redis import redis
from andre.protocol.shapes import Track
from bender.scripts import lua
from bender.selection.context import AGAIN, Context, Pick
from bender.selection.rules import is_welcome
from bender.selection.strategies import Strategy, ask_strategy, strategies

KEPT_SECONDS = 20 * 60


@dataclass(frozen=True)
class PickCache:
    """A nest's. What is welcome of it is offered before anybody is asked again."""

    nest: str

    def keep_seed(self, seed: str) -> None:
        """What was found for another seed goes. Raises NoSuchNest."""
        names = json.dumps([cache_name(name) for name in strategies()])
        lua.keep_seed(CommandContext(self.nest), seed=seed, caches=names)

    def offers(self, strategy: Strategy, context: Context) -> list[Pick]:
        """Raises StrategyFault or Refusal, as the strategy that is asked."""
        kept = [] if context.leniency >= AGAIN else self._cached(strategy.name)
        welcome = [pick for pick in kept if is_welcome(pick.track, context)]
        if welcome:
            return welcome
        found = ask_strategy(strategy, context)
        if found and context.leniency < AGAIN:
            texts = json.dumps([dump_pick(pick) for pick in found])
            name = cache_name(strategy.name)
            lua.fill_cache(CommandContext(self.nest), cache=name, picks=texts, seconds=KEPT_SECONDS)
        return found

    def _cached(self, name: str) -> list[Pick]:
        texts = redis().lrange(NestKeys(self.nest).cache(name), 0, -1)
        return [pick for text in texts if (pick := load_pick(text)) is not None]


def dump_pick(pick: Pick) -> str:
    return json.dumps(
        {
            "track": pick.track.model_dump(),
            "reason": pick.reason,
            "original_user": pick.original_user,
            "confidence": pick.confidence,
        }
    )


def load_pick(text: str) -> Pick | None:
    """None for what another version of Andre put there: like nothing at all, it is asked anew."""
    try:
        found = json.loads(text)
        track, confidence = Track.model_validate(found["track"]), float(found["confidence"])
        return Pick(**found | {"track": track, "confidence": confidence})
    except (ValueError, TypeError, KeyError):
        return None
