"""Which of a listener's devices sounds in a nest: at most one, unless they want several.

The speaker is a device and one tab of it; a program has no tabs. Every change of it raises the
epoch that media tokens are bound to (player/media), so that the old one's are dead at once.
"""

from contextlib import suppress

from andre.accounts import preferences
from andre.core.context import Actor, CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys
from andre.core.redis import redis
from andre.protocol.frames import Answer
from nests.devices import devices
from nests.devices.presence import CONNECTED_SECONDS
from nests.membership.elsewhere import Elsewhere, nests_of_listener
from nests.scripts import lua

GONE_MS = CONNECTED_SECONDS * 1000


def choose(act: CommandContext, device: str, tab: str, *, if_free: bool) -> Answer:
    """Make a device of theirs the speaker; none is silence. `if_free`: unless another one is.

    Raises Refusal `device_not_found`.
    """
    if device:
        devices.require_known(act.nest, act.user, device)
    what, own_rev = run_choice(act, device, tab, if_free=if_free)
    return {"own_rev": int(own_rev), "is_chosen": what == "chosen"}


def run_choice(act: CommandContext, device: str, tab: str, *, if_free: bool) -> list[str]:
    return lua.choose_speaker(act, device=device, tab=tab, if_free=if_free, gone_ms=GONE_MS)


def meet(act: CommandContext, device: str, tab: str) -> None:
    """A connection names its device: the speaker lives, or there is another one if it is gone."""
    match lua.meet_speaker(act, device=device, tab=tab, gone_ms=GONE_MS):
        case ["gone_for_long"]:
            take_over(act, device, tab)


def take_over(act: CommandContext, device: str, tab: str) -> None:
    """Where the speaker is free. Of a device that is nobody's yet nothing is made."""
    try:
        devices.require_known(act.nest, act.user, device)
    except Refusal:
        return
    run_choice(act, device, tab, if_free=True)


def vacate(act: CommandContext, device: str, tab: str) -> None:
    """A tab is closed: another one of its browser may sound."""
    with suppress(NoSuchNest):
        lua.vacate_speaker(act, device=device, tab=tab)


def require_speaker(act: CommandContext, device: str, tab: str) -> bool:
    """Whether it sounds as the one speaker; False where several may. Takes what is free.

    Raises Refusal `device_not_found`, or `not_active_speaker`.
    """
    if choose(act, device, tab, if_free=True)["is_chosen"]:
        return True
    if preferences.read_preferences(act.user)["speakers_together"]:
        return False
    raise Refusal("not_active_speaker", "Another device of yours sounds in this nest.")


def is_sounding(act: CommandContext, device: str, tab: str) -> bool:
    """Whether a device sounds here as the speaker, or beside it; without one: whether none is."""
    chosen, chosen_tab = redis().hmget(NestKeys(act.nest).speaker(act.user), "device", "tab")
    if not device or not chosen:
        return not device and not chosen
    if chosen == device and (not tab or not chosen_tab or chosen_tab == tab):
        return True
    return bool(preferences.read_preferences(act.user)["speakers_together"])


def see(owner: str, device: str) -> None:
    """A sign of life that names no nest, for all of them in which this device sounds."""
    for nest in nests_where_speaker(owner, device):
        with suppress(NoSuchNest):
            lua.meet_speaker(elsewhere(nest, owner), device=device, tab="", gone_ms=GONE_MS)


def release_device(owner: str, device: str) -> None:
    """It is no device of theirs any more, and nobody's speaker."""
    for nest in nests_where_speaker(owner, device):
        with suppress(NoSuchNest):
            run_choice(elsewhere(nest, owner), "", "", if_free=False)


def nests_where_speaker(owner: str, device: str) -> list[str]:
    nests = nests_of_listener(owner, "speaker")
    pipe = redis().pipeline(transaction=False)
    for nest in nests:
        pipe.hget(NestKeys(nest).speaker(owner), "device")
    return [nest for nest, chosen in zip(nests, pipe.execute(), strict=True) if chosen == device]


def elsewhere(nest: str, owner: str) -> Elsewhere:
    return Elsewhere(nest, Actor(owner))
