"""The callers of the table of rights: each an Actor in one nest, as the rules see it."""

from dataclasses import dataclass, replace

from andre.accounts.roles import KEY_ROLES, Role
from andre.core.context import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """`actor` is who asks, in a private nest of somebody's own with a DJ; None: nobody knows who.

    `runs_server`: an operator of the whole server (K-10.1), in a session where they have given
    their second factor or not.
    """

    name: str
    who: str
    actor: Actor | None
    runs_server: bool = False
    has_second_factor: bool = False

    @property
    def is_guest(self) -> bool:
        return self.actor is not None and bool(self.actor.guest_nest)

    @property
    def credential(self) -> str:
        """`session`, `key`, `token`, or empty."""
        return self.actor.credential if self.actor else ""

    @property
    def role(self) -> str:
        return self.actor.house_role if self.actor else ""


OUTSIDE = Actor("somebody@example.com", house_role=Role.VIEWER.value, has_dj=True)
INSIDE = replace(OUTSIDE, nest_role="member")
CREATOR = replace(INSIDE, nest_role="creator")
GUEST = replace(
    OUTSIDE,
    house_role=Role.GUEST.value,
    nest_role="guest",
    guest_nest="XXXXX",
    open_to_guests=frozenset({"guests", "guest_airhorns", "guest_chat"}),  # The defaults.
)
CALLERS = (
    Caller("anonymous", "is not signed in", None),
    Caller("stranger", "is signed in, and was never let into the nest", OUTSIDE),
    Caller("pending", "waits to be let in", OUTSIDE),
    Caller("guest", "has a pass for the nest, which is set as it begins", GUEST),
    Caller("listener", "is in the nest", INSIDE),
    Caller("DJ", "is in the nest, and its DJ", replace(INSIDE, is_dj=True)),
    Caller("creator", "built the nest, and is not its DJ", CREATOR),
    Caller(
        "operator",
        "has the role operator, and is not in the nest",
        replace(OUTSIDE, house_role=Role.OPERATOR.value),
    ),
    Caller(
        "admin, no code",
        "runs the server, has not given the second factor, and is not in the nest",
        replace(OUTSIDE, house_role=Role.ADMIN.value),
        runs_server=True,
    ),
    Caller(
        "admin",
        "the same, and has given the second factor",
        replace(OUTSIDE, house_role=Role.ADMIN.value),
        runs_server=True,
        has_second_factor=True,
    ),
    *(
        Caller(
            f"key: {role.value}",
            "is a program with a key of this role, of somebody who is in the nest",
            replace(INSIDE, house_role=role.value, credential="key"),
        )
        for role in KEY_ROLES
    ),
    Caller(
        "token",
        "is a program with a token of an admin's key, which belongs to who built the nest",
        replace(CREATOR, house_role=Role.ADMIN.value, credential="token"),
    ),
)


def place_in_another_nest(caller: Caller) -> Caller:
    """The same caller in front of a private nest that they have nothing to do with."""
    if caller.actor is None:
        return caller
    return replace(caller, actor=replace(caller.actor, nest_role="none", is_dj=False))


def place_in_main_nest(caller: Caller) -> Caller:
    """The same caller in the Main Nest, which nobody has built and, here, no DJ leads.

    It is nobody's own, so everybody but the stranger is in it.
    """
    if caller.actor is None:
        return caller
    role = caller.actor.nest_role if caller.name == "stranger" or caller.is_guest else "member"
    there = replace(caller.actor, nest_role=role, is_main=True, has_dj=False, is_dj=False)
    return replace(caller, actor=there)
