"""Who is told how each command ended: the log, and whatever else is registered at start."""

from collections.abc import Callable
from dataclasses import dataclass, field

from andre.core.context import CommandContext
from andre.protocol.commands import Command
from andre.protocol.frames import Answer

DONE = "done"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """One command that has ended.

    `act` is in the nest that was meant, as far as it was found. `outcome` is `done`, the code of
    the refusal, or `failed` for a bug; `answer` is empty unless it is done.
    """

    act: CommandContext
    command: Command
    outcome: str
    seconds: float
    answer: Answer = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The address of who is answerable; empty where the server itself acted."""
        return self.act.actor.operator or self.act.user


CommandHook = Callable[[CommandOutcome], None]
_hooks: list[CommandHook] = []


def register_hook(hook: CommandHook) -> None:
    """Called once for every command, in the thread that carried it out, after its last change.

    A hook answers fast and raises nothing: the person still waits for the answer.
    """
    if hook not in _hooks:
        _hooks.append(hook)


def unregister_hook(hook: CommandHook) -> None:
    _hooks.remove(hook)


def report_outcome(outcome: CommandOutcome) -> None:
    for hook in _hooks:
        hook(outcome)
