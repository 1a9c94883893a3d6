"""Chance, pure: which strategy, which of its ideas, and what when there are none."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random

from andre.core.errors import Refusal
from andre.protocol.shapes import Track
from bender.selection import tastes
from bender.selection.context import AGAIN, Context, NoPick, Pick, artist_of
from bender.selection.rules import LENIENCIES, is_welcome
from bender.selection.strategies import Strategy, StrategyFault, strategies
from player.providers.base import OwnCatalogue

GENRE, THROWBACK, UNHEARD = "genre", "throwback", "unheard"
HINT_BONUS = 20.0
DAY_MS = 24 * 3_600_000
JUST_HEARD = 0.02
NOT_HEARD = "It has not been heard here for a long time."

Offers = Callable[[Strategy, Context], list[Pick]]


def choose(context: Context, weights: Mapping[str, float], offers: Offers) -> Pick | NoPick:
    """One song. `offers` gives a strategy's ideas; each step of leniency asks all of them, and
    then the catalogue for what nobody has heard. A nest with a genre of its own rather hears a
    song of it again.
    """
    reasons: dict[str, str] = {}
    for lenient in relax(context):
        pick = draw_until_found(lenient, weights, offers, reasons)
        if pick is None and (lenient.leniency >= AGAIN or not context.hint):
            pick = unheard(lenient)
        if pick is not None:
            return explain_pick(pick, context, reasons)
    return NoPick(reasons)


def choose_strictly(
    context: Context, weights: Mapping[str, float], offers: Offers
) -> Pick | NoPick:
    """One song that no rule has to step back for, from these strategies alone."""
    reasons: dict[str, str] = {}
    pick = draw_until_found(context, weights, offers, reasons)
    return explain_pick(pick, context, reasons) if pick else NoPick(reasons)


def explain_pick(pick: Pick, context: Context, reasons: Mapping[str, str]) -> Pick:
    """The same pick, with whose taste it meets and why the strategies before it gave nothing."""
    more = tastes.explain_taste(pick.track, context.listeners, besides=context.seed_by)
    return replace(pick, reason=f"{pick.reason} {more}".strip(), reasons=reasons)


def relax(context: Context) -> Iterator[Context]:
    """The same moment, ever more lenient. How long the catalogue is, is asked only then."""
    for leniency in LENIENCIES:
        if leniency >= AGAIN and isinstance(context.catalogue, OwnCatalogue):
            yield replace(context, leniency=leniency, catalogue_ms=context.catalogue.length_ms())
        else:
            yield replace(context, leniency=leniency)


def draw_until_found(
    context: Context, weights: Mapping[str, float], offers: Offers, reasons: dict[str, str]
) -> Pick | None:
    """Whatever yields nothing is excluded, and the draw repeats."""
    left = dict(eligible(context, weights))
    while left:
        name = draw_strategy(left, context.rng)
        del left[name]
        try:
            ideas = offers(strategies()[name], context)
        except (StrategyFault, Refusal) as error:
            reasons[name] = f"error:{name}:{error}"
            continue
        welcome = [pick for pick in ideas if is_welcome(pick.track, context)]
        if welcome:
            return replace(one_of(welcome, context), strategy=name)
        reasons[name] = f"empty:{name}"
    return None


def eligible(context: Context, weights: Mapping[str, float]) -> dict[str, float]:
    """What takes part in it, and with which weight."""
    found = {name: weight for name, weight in weights.items() if name in strategies()}
    if context.hint and found.get(GENRE):
        found[GENRE] += HINT_BONUS
    return {
        name: weight
        for name, weight in found.items()
        if weight > 0 and strategies()[name].supports(context)
    }


def draw_strategy(weights: Mapping[str, float], rng: Random) -> str:
    names = sorted(weights)  # A database's JSON keeps no order of its own.
    return rng.choices(names, [weights[name] for name in names])[0]


def one_of(picks: list[Pick], context: Context) -> Pick:
    """By chance, by the tastes of those here and by how long the artist has rested; what comes
    again, the least lately played.
    """
    if context.leniency >= AGAIN:
        return min(picks, key=lambda pick: context.recent.get(pick.track.uri, 0))
    chances = [
        tastes.chance(pick.track, context.listeners) * rest_factor(pick.track, context)
        for pick in picks
    ]
    return context.rng.choices(picks, chances)[0]


def rest_factor(track: Track, context: Context) -> float:
    """1 for an artist who was not heard for a day, less the shorter it is ago."""
    heard = context.heard.get(artist_of(track))
    if heard is None:
        return 1.0
    return max(JUST_HEARD, min(1.0, (context.now_ms - heard) / DAY_MS))


def unheard(context: Context) -> Pick | None:
    """Where no strategy has an idea: what nobody has heard here, or not for the longest time."""
    if not isinstance(context.catalogue, OwnCatalogue):
        return None
    wish = context.wish(pages=2)
    recent = sorted(context.recent, key=lambda uri: (context.recent[uri], uri))
    again = recent if context.leniency >= AGAIN else []
    found = context.catalogue.long_unheard(again, wish)
    welcome = [track for track in found if is_welcome(track, context)]
    picks = [Pick(track, NOT_HEARD, strategy=UNHEARD) for track in welcome]
    return one_of(picks, context) if picks else None
