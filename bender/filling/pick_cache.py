"""Ideas on the shelf: what strategies have found for a nest's seed, for twenty minutes."""

import json
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass

from django.db import close_old_connections

from andre.core.context import CommandContext
from andre.core.keys import NestKeys, cache_name
from andre.core.redis import redis
from andre.protocol.shapes import Track
from bender.scripts import lua
from bender.selection.context import AGAIN, Context, Pick
from bender.selection.rules import is_welcome
from bender.selection.strategies import Strategy, StrategyFault, strategies

KEPT_SECONDS = 20 * 60
PATIENCE_SECONDS = 2.0  # A catalogue over a network that answers later is given up.

_far = ThreadPoolExecutor(8, thread_name_prefix="bender")


@dataclass(frozen=True)
class PickCache:
    """A nest's. What is welcome on it is offered before anybody is asked again."""

    nest: str

    def keep_seed(self, seed: str) -> None:
        """What was found for another seed goes."""
        names = json.dumps([cache_name(name) for name in strategies()])
        lua.keep_seed(CommandContext(self.nest), seed=seed, caches=names)

    def offers(self, strategy: Strategy, context: Context) -> list[Pick]:
        kept = [] if context.leniency >= AGAIN else self._cached(strategy.name)
        welcome = [pick for pick in kept if is_welcome(pick.track, context)]
        if welcome:
            return welcome
        found = ask_strategy(strategy, context)
        if found and context.leniency < AGAIN:
            texts = json.dumps([as_text(pick) for pick in found])
            name = cache_name(strategy.name)
            lua.fill_cache(CommandContext(self.nest), cache=name, picks=texts, seconds=KEPT_SECONDS)
        return found

    def _cached(self, name: str) -> list[Pick]:
        texts = redis().lrange(NestKeys(self.nest).cache(name), 0, -1)
        return [pick for text in texts if (pick := from_text(text)) is not None]


def ask_strategy(strategy: Strategy, context: Context) -> list[Pick]:
    """Its own ideas, fresh. Raises StrategyFault or Refusal."""
    if context.catalogue.is_near or not strategy.needs_catalogue:
        return strategy.pick(context)
    waiting = _far.submit(in_a_thread, strategy, context)
    try:
        return waiting.result(timeout=PATIENCE_SECONDS)
    except TimeoutError as error:
        raise StrategyFault(f"no answer within {PATIENCE_SECONDS:.0f} s") from error


def in_a_thread(strategy: Strategy, context: Context) -> list[Pick]:
    try:
        return strategy.pick(context)
    finally:
        close_old_connections()


def as_text(pick: Pick) -> str:
    return json.dumps(
        {
            "track": pick.track.model_dump(),
            "reason": pick.reason,
            "original_user": pick.original_user,
            "confidence": pick.confidence,
        }
    )


def from_text(text: str) -> Pick | None:
    """None for what another version of Andre put there: like nothing at all, it is asked anew."""
    try:
        found = json.loads(text)
        return Pick(**found | {"track": Track.model_validate(found["track"])})
    except (ValueError, TypeError, KeyError):
        return None
