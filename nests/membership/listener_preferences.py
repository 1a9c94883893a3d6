"""How a listener likes the page, told at once in every nest they are in.

The database keeps it, for every nest and every browser. A nest has a copy from the first change on,
because a snapshot is read in one step; it is part of the listener's own scope.
"""

import json
from collections.abc import Mapping
from typing import Any

from andre.accounts import preferences
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest
from andre.protocol.frames import Answer
from nests.membership.elsewhere import Elsewhere, nests_of_listener
from nests.scripts import lua


def change(act: CommandContext, wished: Mapping[str, Any]) -> Answer:
    """Change some in the nest they were changed in, then wherever else this person is known."""
    what, own_rev = run_script(act, wished)
    if what == "changed":
        preferences.save_preferences(act.user, wished)
        publish_elsewhere(act.user, wished, besides=act.nest)
    return {"own_rev": int(own_rev)}


def publish_saved(email: str, wished: Mapping[str, Any], **_: Any) -> None:
    """Changed over HTTP, outside of any nest: a receiver of `preferences_saved`."""
    publish_elsewhere(email, wished)


def publish_elsewhere(email: str, wished: Mapping[str, Any], besides: str = "") -> None:
    """Tell the nests where this person listens, and those that keep a copy."""
    for nest in nests_of_listener(email, "listener_preferences", besides):
        publish_in(nest, email, wished)


def publish_in(nest: str, email: str, wished: Mapping[str, Any]) -> None:
    try:
        run_script(Elsewhere(nest, Actor(email)), wished)
    except NoSuchNest:
        return


def run_script(act: CommandContext, wished: Mapping[str, Any]) -> list[str]:
    known = preferences.read_preferences(act.user)
    return lua.change_preferences(act, wished=json.dumps(dict(wished)), known=json.dumps(known))
