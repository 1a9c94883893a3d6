"""What every strategy can do: say whether it could, and pick."""

from typing import Protocol

from bender.selection.context import Context, Pick


class StrategyFault(Exception):
    """A strategy could not do its work, though it was not its place to refuse."""


class Disabled(StrategyFault):
    """Somebody asked a strategy that is switched off."""


class Strategy(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def needs_catalogue(self) -> bool:
        """It asks the catalogue for more than what was played here."""
        ...

    def supports(self, context: Context) -> bool: ...

    def pick(self, context: Context) -> list[Pick]:
        """Up to a page of ideas, none if there are none. Raises StrategyFault or Refusal."""
        ...


def because(context: Context, sentence: str) -> str:
    """The sentence with the person whose song it comes from: the seed's, if there is one."""
    if context.seed is None:
        return sentence[:1].upper() + sentence[1:]
    if context.seed_by:
        return f"Because {context.seed_by} queued {context.seed.artist}: {sentence}"
    if context.is_from_playlist:
        return f"{context.seed.artist} is on the playlist: {sentence}"
    return f"After {context.seed.artist}: {sentence}"
