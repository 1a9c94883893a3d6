"""What somebody brings to the door: the password they typed, or an invitation."""

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import consume, require_left
from andre.protocol.commands import JoinNest
from nests.door import passwords
from nests.door.refusals import EntryRefused
from nests.guests import invitations
from nests.membership import members

LONGEST_TOKEN = 64


def entry_in(act: CommandContext, command: JoinNest) -> str:
    """As the door's script reads it. Raises Refusal `rate_limited` for who tries out passwords."""
    if command.invite:
        return entry_by_link(act.nest, command.invite, act.client_address)
    if command.password:
        require_left("unknown_codes", act.user)
        require_left("unknown_codes_from_address", act.client_address)
        return passwords.hash_met_by(act.nest, command.password)
    return ""


def entry_by_link(nest: str, token: str, client_address: str) -> str:
    """Of an invitation's token. Raises Refusal `invite_required` or `rate_limited`."""
    found, _ = invitations.find_invitation(token, client_address)
    if found.nest_id != nest:
        raise Refusal("invite_required", invitations.ENDED)
    return "invitation"


def entry_in_address(act: CommandContext, token: str, client_address: str) -> str:
    """Of `?invite=`; who is in stays so, whatever has become of the invitation.

    Raises Refusal, as `entry_by_link`.
    """
    if not token or members.is_member(act.nest, act.user):
        return ""
    return entry_by_link(act.nest, token[:LONGEST_TOKEN], client_address)


def count_failure(act: CommandContext, refusal: EntryRefused) -> None:
    """Passwords cannot be tried out one after the other."""
    if refusal.why == "password":
        consume("unknown_codes", act.user)
        consume("unknown_codes_from_address", act.client_address)
