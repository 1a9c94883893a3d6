"""Who acts, and one act in one nest: under which command id, with the names its script needs."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from andre.core import clock
from andre.core.conf import CATALOGUES, conf
from andre.core.keys import MAIN, NestKeys
from andre.core.person_ids import ids_version, person_id, person_json
from andre.protocol.commands import Command
from andre.protocol.nest_settings import NEST_SETTINGS, House

WANTED_IN_TEMPORARY = 1
# Keys of the listener who acts: what one nest keeps of them alone.
OF_THE_ACTOR = (
    *("listener_rev", "listener_events", "listener_preferences", "listener_devices", "speaker"),
    *("chat_rate", "chat_duplicates"),
)

# What somebody has proved who they are with. `admin` is the operators' pages; `system` is whatever
# needs no proof, because no person asks: ticks, sweeps, management commands, own programs.
CredentialKind = Literal["session", "key", "token", "admin", "system"]
# What somebody is in a nest. Whoever only knows its code is `none`. Whoever waits to be let in will
# be a further word here, with rules of its own in andre/core/permissions.py.
NestRole = Literal["creator", "member", "guest", "none"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and as what: all that a rule of andre/core/permissions.py may ask.

    `user` is an address, `house_role` one of andre/accounts/roles.py. `nest_role` and `is_main` are
    about the nest that the actor acts in; in none, they are at their defaults. On the operators'
    pages it is the house that acts in a nest, `operator` is the address of who is answerable, and
    `reason` why they do it, for the audit.
    `has_dj` says that a DJ controls what plays there, `is_dj` that it is this one.
    `guest_nest` is the one nest that a guest's pass is for, `open_to_guests` the names of its
    settings that open something more to guests. `has_plan`: who builds a nest pays for a plan.
    """

    user: str = ""
    name: str = ""
    picture: str = ""
    house_role: str = ""
    credential: CredentialKind = "session"
    nest_role: NestRole = "none"
    is_main: bool = False
    has_dj: bool = False
    is_dj: bool = False
    operator: str = ""
    reason: str = ""
    guest_nest: str = ""
    open_to_guests: frozenset[str] = frozenset()
    has_plan: bool = False

    @property
    def is_house(self) -> bool:
        """Whether no person of the nest acts, but whoever runs the server, or the server itself."""
        return self.credential in ("admin", "system")


HOUSE = Actor(credential="system")


def autoplay_depth(nest: str) -> int:
    """How many songs Bender keeps queued where the nest lets him; 0: none, the server does not."""
    if not conf().use_bender:
        return 0
    wanted = conf().min_queue_depth
    return wanted if nest == MAIN else min(wanted, WANTED_IN_TEMPORARY)


def default_setting(name: str, nest: str) -> Any:  # noqa: ANN401 - Each setting has its own type.
    """What a nest is set to that says nothing of it: a row of NEST_SETTINGS."""
    default = NEST_SETTINGS[name].default_for(is_main=nest == MAIN)
    return getattr(conf(), default.name) if isinstance(default, House) else default


@dataclass(frozen=True)
class CommandContext:
    """`nest` is empty while an act about a whole nest has not found it yet.

    `command` says which command this is; its scripts then ask for membership, and with a
    `command_id` remember their reply.
    """

    nest: str
    actor: Actor = HOUSE
    command: str = ""
    command_id: str | None = None
    origin: str = ""  # Where the browser is, for links of a house without an address of its own.
    client_address: str = ""  # Of the network, where a limit is counted by it.

    @property
    def user(self) -> str:
        """The address of who acts; empty when the server itself does: the tick, the sweep."""
        return self.actor.user

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def picture(self) -> str:
        return self.actor.picture

    @property
    def user_id(self) -> str:
        """Who acts, as the wire names them."""
        return person_id(self.user)

    @cached_property
    def keys(self) -> NestKeys:
        """One for all that a script asks: each name in it is put together once."""
        return NestKeys(self.nest)

    def with_command_id(self, command: Command) -> "CommandContext":
        """The same act under this command's id: a second time it only gives the first reply.

        Whoever runs the house needs no membership, which is what a script asks for a command.
        """
        if self.actor.is_house:
            return self
        return replace(self, command=command.fingerprint, command_id=command.id)

    def key(self, name: str) -> str:
        if name == "command_replies":
            return self.keys.command_replies(self.user, self.command_id or "")
        if name in OF_THE_ACTOR:
            return str(getattr(self.keys, name)(self.user))
        found = getattr(self.keys, name)
        if not isinstance(found, str):
            raise TypeError(f"{name} is not one key")
        return found

    def arg(self, name: str) -> object:
        """What a shared part of a script asks for: its header's names, all of them here."""
        match name:
            case "channel":
                return self.keys.channel
            case "handed_now":
                return clock.frozen_ms()
            case "user":
                return self.user
            case "user_id":
                return self.user_id
            case "ids_version":
                return ids_version()
            case "face":
                return person_json(self.user, self.name, self.picture)
            case "command":
                return self.command
            case "remembers":
                return self.command_id is not None
            case "lock_ms":
                return int(conf().next_lock_seconds * 1000)
            case "away_ms":
                return int(conf().away_after_seconds * 1000) if conf().nest_pause_when_empty else ""
            case "dj_away_ms":
                return int(conf().away_after_seconds * 1000)
            case "grace_seconds":
                return conf().nest_dj_grace_seconds
            case "stale_ms":
                return int(conf().playback_stale_hours * 3_600_000)
            case "wanted_depth":
                return autoplay_depth(self.nest)
            case "house_bender":
                return default_setting("bender", self.nest)
            case "skip_share":
                return conf().skip_vote_share
            case "filter_s":
                return conf().bender_filter_time
            case "house_catalogue":
                return default_setting("catalogue", self.nest)
            case "providers_by_catalogue":
                return "" if conf().andre_mix_catalogues else json.dumps(CATALOGUES)
            case "vote_worth" | "vote_cap":
                return getattr(conf(), name)
            case _:
                raise TypeError(f"no shared argument is called {name}")
