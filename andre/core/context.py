"""One act in one nest: who does it, under which command id, with the names its script needs."""

import json
from dataclasses import dataclass, replace

from andre.core import clock
from andre.core.conf import CATALOGUE_AT_FIRST, CATALOGUES, conf
from andre.core.keys import MAIN, NestKeys
from andre.protocol.commands import Command

WANTED_IN_TEMPORARY = 1


def autoplay_depth(nest: str) -> int:
    """How many songs Bender keeps queued where the nest lets him; 0: none, the house does not."""
    if not conf().use_bender:
        return 0
    wanted = conf().min_queue_depth
    return wanted if nest == MAIN else min(wanted, WANTED_IN_TEMPORARY)


def house_bender(nest: str) -> bool:
    """Whether Bender fills a nest that says nothing of it."""
    return nest == MAIN or conf().nest_bender_default


@dataclass(frozen=True)
class CommandContext:
    """`user` is empty when the house itself acts: the tick, the sweep.

    `role` is the caller's in the house. `command` says which command this is; its scripts then ask
    for membership, and with a `command_id` remember their reply.
    """

    nest: str
    user: str = ""
    name: str = ""
    picture: str = ""
    role: str = ""
    command: str = ""
    command_id: str | None = None
    origin: str = ""  # Where the browser is, for links of a house without an address of its own.

    @property
    def keys(self) -> NestKeys:
        return NestKeys(self.nest)

    def with_command_id(self, command: Command) -> "CommandContext":
        """The same act under this command's id: a second time it only gives the first reply."""
        return replace(self, command=command.fingerprint, command_id=command.id)

    def key(self, name: str) -> str:
        if name == "command_replies":
            return self.keys.command_replies(self.user, self.command_id or "")
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
            case "face":
                return json.dumps({"name": self.name, "picture": self.picture})
            case "command":
                return self.command
            case "remembers":
                return self.command_id is not None
            case "lock_ms":
                return int(conf().next_lock_seconds * 1000)
            case "away_ms":
                return int(conf().away_after_seconds * 1000) if conf().nest_pause_when_empty else ""
            case "stale_ms":
                return int(conf().playback_stale_hours * 3_600_000)
            case "wanted_depth":
                return autoplay_depth(self.nest)
            case "house_bender":
                return house_bender(self.nest)
            case "house_profile":
                return conf().bender_profile
            case "filter_s":
                return conf().bender_filter_time
            case "house_catalogue":
                return conf().main_nest_catalogue if self.nest == MAIN else CATALOGUE_AT_FIRST
            case "takers":
                return "" if conf().andre_mix_catalogues else json.dumps(CATALOGUES)
            case "vote_worth" | "vote_cap":
                return getattr(conf(), name)
            case _:
                raise TypeError(f"no shared argument is called {name}")
