"""The ways in which Bender finds a song: one file each, and the table.

A server adds its own with BENDER_STRATEGIES, by dotted path: `my_house.moods.Rainy`.
"""

from collections.abc import Mapping
from functools import cache

from django.utils.module_loading import import_string

from andre.core.conf import conf
from andre.core.executors import provider_pool
from andre.telemetry.spans import span
from bender.selection.context import Context, Pick
from bender.selection.strategies.album import Album
from bender.selection.strategies.artist_search import ArtistSearch
from bender.selection.strategies.base import Disabled, Strategy, StrategyFault
from bender.selection.strategies.genre import Genre
from bender.selection.strategies.throwback import Throwback
from bender.selection.strategies.top_tracks import TopTracks
from bender.selection.strategies.vibe import Vibe

__all__ = [
    "Context",
    "Disabled",
    "Pick",
    "Strategy",
    "StrategyFault",
    "ask_strategy",
    "strategies",
    "weights",
]

PATIENCE_SECONDS = 2.0  # A catalogue over a network that answers later is given up.
WEIGHTS = {
    "genre": 35.0,
    "throwback": 30.0,
    "artist_search": 25.0,
    "top_tracks": 5.0,
    "album": 5.0,
    "vibe": 0.0,
}
OWN: tuple[Strategy, ...] = (
    Genre(),
    Throwback(),
    ArtistSearch(),
    TopTracks(),
    Album(),
    Vibe(),
)


@cache
def strategies() -> Mapping[str, Strategy]:
    """By name. Raises ImportError for a path that leads nowhere, ValueError for a name twice."""
    found = {strategy.name: strategy for strategy in OWN}
    for path in conf().bender_strategies:
        added: Strategy = import_string(path)()
        if added.name in found:
            raise ValueError(f"{path}: there is a strategy called {added.name} already")
        found[added.name] = added
    return found


def weights(own: Mapping[str, float] | None = None) -> dict[str, float]:
    """The table's, but for what BENDER_STRATEGY_WEIGHTS says, but for what a nest says."""
    return WEIGHTS | conf().bender_strategy_weights | dict(own or {})


def ask_strategy(strategy: Strategy, context: Context) -> list[Pick]:
    """Its own ideas, fresh. Raises StrategyFault or Refusal."""
    with span("strategy", strategy.name):
        if context.catalogue.is_near or not strategy.needs_catalogue:
            return strategy.pick(context)
        pool = provider_pool(context.catalogue.name)
        try:
            return pool.call_within(PATIENCE_SECONDS, strategy.pick, context)
        except TimeoutError as error:
            raise StrategyFault(f"no answer within {PATIENCE_SECONDS:.0f} s") from error
