"""Who may do what in a nest: its creator, and operators of the house."""

from typing import get_args

from andre.accounts.roles import Role, reaches
from andre.core.context import CommandContext
from andre.protocol.commands import AnyCommand, ChangeNestSettings, ClearQueue, Command, RemoveSong
from nests.registry.records import Nest

COMMANDS: tuple[type[Command], ...] = get_args(get_args(AnyCommand)[0])


def may_remove_all(nest: Nest, act: CommandContext) -> bool:
    """Songs that other people have added, too."""
    return nest.creator == act.user or is_operator(act)


def may_clear(nest: Nest, act: CommandContext) -> bool:
    """In the Main Nest anyone may, as ever: it can be undone."""
    return nest.is_main or may_remove_all(nest, act)


def may_change(nest: Nest, act: CommandContext) -> bool:
    """In the Main Nest operators have the rights that its creator has in any other nest."""
    return is_operator(act) if nest.is_main else nest.creator == act.user


def is_operator(act: CommandContext) -> bool:
    return reaches(act.role, Role.OPERATOR)


def list_allowed_commands(nest: Nest, act: CommandContext) -> dict[str, bool]:
    """What a page is to offer: for each command whether this member may send it."""
    by_right = {
        RemoveSong: may_remove_all,
        ClearQueue: may_clear,
        ChangeNestSettings: may_change,
    }
    return {
        command.model_fields["type"].default: command not in by_right
        or by_right[command](nest, act)
        for command in COMMANDS
    }
