"""What a session must agree with: the state of its person, as Redis keeps it for every process.

A session is good while its person's role, their account and their count of signed-out-everywheres
are what they were at the sign-in.
"""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from andre.core.conf import conf
from andre.core.keys import account_group, account_state
from andre.core.redis import redis

STATE_SECONDS = 3_600  # A row that somebody changed in SQL is noticed after this.


BY_COMMAND = " by-command"
BY_GROUP = " by-group "


def spell_state(
    role: str,
    *,
    is_active: bool,
    session_epoch: int,
    by_command: bool = False,
    by_group: str = "",
) -> str:
    plain = f"{role} {'open' if is_active else 'closed'} {session_epoch}"
    command = BY_COMMAND if by_command else ""
    return plain + command + (BY_GROUP + by_group if by_group else "")


def is_admin_by_state(state: str | None) -> bool:
    """Whether make_admin, or the group that OIDC_ADMIN_GROUP still names, makes them one."""
    before, _, group = (state or "").partition(BY_GROUP)
    return before.endswith(BY_COMMAND) or (group != "" and group == conf().oidc_admin_source)


def is_open(state: str | None) -> bool:
    """Whether the account of this state is."""
    return state is not None and " open " in state


def forget_state(email: str) -> None:
    """Before a change: without Redis there is none. Raises Refusal `unavailable`."""
    redis().delete(account_state(email))


def publish_state(email: str, state: str) -> None:
    """After a change: every process knows it, and what is connected is looked at again."""
    redis().set(account_state(email), state, ex=STATE_SECONDS)
    layer = get_channel_layer()
    if layer is not None:
        group = account_group(email)
        async_to_sync(layer.group_send)(group, {"type": "account.changed"})
