"""What the door answers to whom it does not let in."""

import json
from typing import Literal

from andre.core.errors import NotAMember, Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import Reply, redis

STAYS_OUT = "You are banned from this nest."
WAIT = "Somebody who looks after this nest has to let you in."
SENT_AWAY = "Whoever looks after this nest has not let you in."
NOT_THE_WORD = "This nest has a password, and this is not it."
LOCKED = "This nest is locked just now. Somebody who looks after it can let you in."

INVITED_ONLY = "This nest is for the invited. Ask somebody in it for an invitation."

Why = Literal["pending", "refused", "password", "invitation", "locked"]


class Banned(Refusal):
    """`kept` is what the nest keeps of the ban, as JSON."""

    def __init__(self, kept: str) -> None:
        self.reason: str = json.loads(kept)["reason"]
        super().__init__("banned", f"{STAYS_OUT} {self.reason}".strip(), reason=self.reason)


class EntryRefused(Refusal):
    """`has_knocked`: for the first time, so that somebody has to be told."""

    def __init__(self, code: str, why: Why, sentence: str, knock: str = "") -> None:
        """`knock` is what became of asking: "first", "again", "refused"; nobody asks by a word."""
        self.why = why
        self.has_knocked = knock == "first"
        state = "REFUSED" if knock == "refused" else "PENDING"
        super().__init__(code, sentence, None, why=why, **({"state": state} if knock else {}))


class Uninvited(EntryRefused):
    """Into a nest for the invited nobody comes without an invitation."""

    def __init__(self) -> None:
        super().__init__("invite_required", "invitation", INVITED_ONLY)


def refusal_in(reply: Reply) -> Refusal | None:
    """What a script answered whom the door does not let in; None for who is in."""
    match reply:
        case ["banned", kept]:
            return Banned(kept)
        case ["password"]:
            return EntryRefused("invalid_password", "password", NOT_THE_WORD)
        case ["uninvited"]:
            return Uninvited()
        case ["pending" | "locked", "refused"]:
            return EntryRefused("not_a_member", "refused", SENT_AWAY, "refused")
        case ["pending", knock]:
            return EntryRefused("not_a_member", "pending", WAIT, knock)
        case ["locked", knock]:
            return EntryRefused("locked", "locked", LOCKED, knock)
    return None


def not_a_member(nest: str, email: str) -> Refusal:
    """For who is not in, with what the door keeps of them."""
    set_to = redis().hmget(NestKeys(nest).nest_state, "is_private", "entry_mode")
    if set_to == ["1", "invitation"]:
        return Uninvited()
    state = state_of(nest, email)
    return NotAMember(**({"state": state.upper()} if state else {}))


def state_of(nest: str, email: str) -> str:
    """ "pending", "refused", or empty for who has not asked, or is in."""
    kept = redis().hget(NestKeys(nest).door_pending, email)
    return str(json.loads(kept)["state"]) if kept else ""


def require_not_banned(nest: str, email: str) -> None:
    """Raises Banned."""
    kept = redis().hget(NestKeys(nest).bans, person_id(email))
    if kept is not None:
        raise Banned(str(kept))
