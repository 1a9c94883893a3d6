"""Vanity codes of whose plan has ended: free for others; everything else stays as it was set."""

from dataclasses import replace

from andre.core.context import HOUSE, CommandContext
from andre.protocol.commands import ChangeNestSettings
from nests.hooks import hooks
from nests.registry import store


def release_vanity_codes(creator: str, reason: str) -> None:
    """The server's own act, in the audit with the reason. Raises Refusal."""
    for nest in store.list_nests():
        if nest.creator == creator and nest.vanity_code is not None:
            act = CommandContext(nest.nest_id, replace(HOUSE, reason=reason))
            hooks.dispatch(act, ChangeNestSettings.model_validate({"vanity_code": None}))
