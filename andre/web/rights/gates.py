"""What addresses ask of their callers: checks in their order, and words for them.

Wherever one of the rights of andre/core/permissions.py is asked for, that table answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from andre.accounts.roles import Role, reaches
from andre.core.permissions import refusal_for
from andre.web.rights.callers import Caller

Check = Callable[[Caller], str]  # The code of the refusal; empty for who passes.


def refuse_guest(caller: Caller) -> str:
    return "forbidden" if caller.is_guest else ""


def ask_identity(caller: Caller) -> str:
    return "" if caller.actor else "unauthorized"


def ask_browser(caller: Caller) -> str:
    """Of a page, which knows a browser's session and nothing else."""
    return "" if caller.credential == "session" else "unauthorized"


def ask_session(caller: Caller) -> str:
    """Of the API, which tells a program why not."""
    return "" if caller.credential == "session" else "session_required"


def ask_session_or_key(caller: Caller) -> str:
    return "session_required" if caller.credential == "token" else ""


def ask_key(caller: Caller) -> str:
    return "" if caller.credential == "key" else "unauthorized"


def ask_token(caller: Caller) -> str:
    return "" if caller.credential == "token" else "unauthorized"


def ask_guest(caller: Caller) -> str:
    return "" if caller.is_guest else "forbidden"


def ask_operator(caller: Caller) -> str:
    """An operator of the whole server, with their second factor."""
    if not reaches(caller.role, Role.ADMIN):
        return "forbidden"
    return "" if caller.has_second_factor else "mfa_required"


def ask_operator_of_site(caller: Caller) -> str:
    """The same on the admin's pages, which know no programs."""
    return "" if caller.has_second_factor else "forbidden"


def hide_from_others(caller: Caller) -> str:
    return "" if caller.runs_server else "not_found"


def ask_presence(caller: Caller) -> str:
    return "not_a_member" if caller.actor and caller.actor.nest_role == "none" else ""


def ask_media_token(_: Caller) -> str:
    """Who asks does not matter."""
    return "unauthorized"


def find_nothing(_: Caller) -> str:
    return "not_found"


def ask_role(role: Role) -> Check:
    return lambda caller: "" if reaches(caller.role, role) else "forbidden"


def ask_right(right: str) -> Check:
    """A row of andre/core/permissions.py."""

    def check(caller: Caller) -> str:
        refusal = refusal_for(caller.actor, right) if caller.actor else None
        return refusal.code if refusal else ""

    return check


def ask_creator(code: str) -> Check:
    """Of a row that is the creator's own: nobody else is told that it is there."""
    return lambda caller: "" if caller.actor and caller.actor.nest_role == "creator" else code


def ask_creator_or_operator(caller: Caller) -> str:
    return ask_creator("not_found")(caller) if ask_role(Role.OPERATOR)(caller) else ""


def ask_browser_of_creator(caller: Caller) -> str:
    return "not_found" if ask_browser(caller) else ask_creator("not_found")(caller)


@dataclass(frozen=True)
class Gate:
    """What an address asks for, in words and as checks in their order."""

    asks: str
    checks: tuple[Check, ...] = ()

    def refuse(self, caller: Caller) -> str:
        """The code that this caller is refused with; empty for who comes through."""
        return next(filter(None, (check(caller) for check in self.checks)), "")


ANYBODY = Gate("Nobody is asked who they are")
ANYBODY_ELSE = Gate("Anybody but a guest", (refuse_guest,))
SIGNED_IN = Gate("Who is signed in, guests too", (ask_identity,))
ACCOUNT = Gate("Who is signed in with an account", (refuse_guest, ask_identity))
PAGE = Gate("A browser that is signed in with an account", (refuse_guest, ask_browser))
PAGE_OF_NEST = Gate("A browser that is signed in, a guest's too", (ask_browser,))
SESSION = Gate("A browser's session, no program", (refuse_guest, ask_identity, ask_session))
NO_TOKEN = Gate("A session or a key, no token", (refuse_guest, ask_identity, ask_session_or_key))
KEY = Gate("A key", (refuse_guest, ask_key))
TOKEN = Gate("A token", (refuse_guest, ask_token))
GUEST_ONLY = Gate("A guest", (ask_identity, ask_guest))
OWN_PLAYLIST = Gate(
    "Whose playlist it is (here the creator's, not shared)",
    (refuse_guest, ask_identity, ask_creator("playlist_not_found")),
)
OWN_JOB = Gate(
    "The role operator, or whose job it is (here the creator's, and confidential)",
    (refuse_guest, ask_identity, ask_creator_or_operator),
)
OWN_KEY = Gate(
    "A browser of whose key it is (here the creator's)",
    (refuse_guest, ask_browser_of_creator),
)
OWN_DEVICE = Gate(
    "Whose device it is (here the creator's)", (ask_identity, ask_creator("device_not_found"))
)
OWN_DEVICE_HERE = Gate(
    "Who is in the nest, for a device of their own (here the creator's)",
    (ask_identity, ask_presence, ask_creator("device_not_found")),
)
OPERATORS = Gate("The role operator", (refuse_guest, ask_identity, ask_role(Role.OPERATOR)))
ADMINS = Gate("The role admin", (refuse_guest, ask_identity, ask_role(Role.ADMIN)))
RUNNERS = Gate(
    "An operator of the whole server, with the second factor",
    (refuse_guest, ask_identity, ask_operator),
)
SITE = Gate(
    "An operator of the whole server, with the second factor, in a browser",
    (refuse_guest, ask_browser, ask_operator_of_site),
)
SECOND_FACTOR = Gate(
    "An operator of the whole server, in a browser",
    (refuse_guest, ask_browser, hide_from_others),
)
PRESENT = Gate("Who is in the nest, guests too", (ask_identity, ask_presence))
MEMBERS = Gate("Who is in the nest, no guest", (refuse_guest, ask_identity, ask_presence))
MEDIA_TOKEN = Gate("A media token in the address, whoever shows it", (ask_media_token,))
NOWHERE = Gate("Nothing is there", (refuse_guest, ask_identity, find_nothing))


def gate_of_right(right: str) -> Gate:
    """Of whoever, in the nest or not."""
    return Gate(f"The right `{right}` in the nest", (refuse_guest, ask_identity, ask_right(right)))


def gate_of_member(right: str, *, guests: bool = False) -> Gate:
    checks = (ask_identity, ask_presence, ask_right(right))
    if guests:
        return Gate(f"Who is in the nest, with the right `{right}`, guests too", checks)
    return Gate(f"Who is in the nest, with the right `{right}`", (refuse_guest, *checks))
