"""Which flags there are, and whether somebody has what one of them switches.

django-waffle keeps the rows in this process's memory for a few seconds (CACHES["process"]), so that
asking for one costs no query; a change is felt at once where it is made, and elsewhere when those
seconds are over. A flag without a row is as it is in a new database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from andre.accounts.roles import Role, reaches
from andre.core.conf import Conf, conf
from andre.core.errors import Refusal
from andre.flags.models import Flag


@dataclass(frozen=True, slots=True)
class FlagInfo:
    """How a flag is in a new database. Of some a setting of the server has the same name: where
    that is on, the flag is on, whatever its row says."""

    minimum_role: Role
    is_on: bool
    note: str
    setting: Callable[[Conf], bool] = lambda _: False


FLAGS: Mapping[str, FlagInfo] = {
    "bender_shadow": FlagInfo(
        Role.RESEARCHER,
        False,
        "Programs ask Bender for two profiles side by side.",
        lambda conf: conf.bender_shadow,
    ),
    "smart_bender": FlagInfo(
        Role.ADMIN, False, "Bender picks by sound (vibe).", lambda conf: conf.smart_bender
    ),
    "explicit_mode": FlagInfo(
        Role.RESEARCHER, True, "Bender's runs may have explicit songs, for keys that may."
    ),
}


def is_on(name: str) -> bool:
    """Whether the server has it, whoever asks."""
    return FLAGS[name].setting(conf()) or bool(row_of(name).active)


def allows(name: str, role: str) -> bool:
    """Whether it is on, and for this role."""
    return is_on(name) and reaches(role, row_of(name).minimum_role)


def require_flag(name: str, role: str) -> None:
    """Raises Refusal `feature_not_allowed`."""
    if not allows(name, role):
        sentence = f"This needs the feature {name}, which this server does not have for you."
        raise Refusal("feature_not_allowed", sentence)


def list_allowed(role: str) -> list[str]:
    return [name for name in FLAGS if allows(name, role)]


def row_of(name: str) -> Flag:
    kept: Flag = Flag.get(name)
    return kept if kept.pk else as_in_the_beginning(name)


def as_in_the_beginning(name: str) -> Flag:
    info = FLAGS[name]
    return Flag(name=name, active=info.is_on, minimum_role=info.minimum_role, note=info.note)


def after_migrate(using: str, **_: Any) -> None:
    """Each is written once, and then left as operators have it; also after a flush."""
    if using != "default":
        return
    there = set(Flag.objects.values_list("name", flat=True))
    for name in FLAGS.keys() - there:
        as_in_the_beginning(name).save()
