"""What the registry keeps of each nest, and how it is read and written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal

from andre.accounts.roles import Role, reaches
from andre.core import clock
from andre.core.conf import conf
from andre.core.context import default_setting
from andre.core.keys import GLOBAL, NestKeys
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.flags import flags
from andre.protocol.nest_settings import NEST_SETTINGS, BenderProfile, NestSetting
from andre.protocol.shapes import NestInfo
from nests.registry import share_links

# Of a nest's life; a table in nests/registry/states.py says which follows which.
State = Literal["CREATED", "LIVE", "GRACE", "EXPIRED", "DELETED"]


@dataclass(frozen=True)
class Nest:
    """A registered nest. Who is there and when something last happened are keys of its own."""

    nest_id: str
    code: str
    name: str
    slug: str | None
    creator: str
    creator_name: str
    created_at: str
    ttl_minutes: int
    is_main: bool
    state: State = "LIVE"  # What an older version has registered lives.
    # The DJ's address and name, where a nest has one; empty: who built it.
    dj: str = ""
    dj_name: str = ""
    last_activity: str = ""
    seed_uri: str | None = None
    genre_hint: str | None = None
    vanity_code: str | None = None
    # What was said of it, by name of a row of NEST_SETTINGS; all else is as the server has it.
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def share_url(self) -> str:
        return self.share_url_from("")

    def share_url_from(self, origin: str) -> str:
        """`origin` is where the one who asks is, for a house that has no address of its own."""
        return share_links.share_url(
            self.code, self.slug, origin, is_main=self.is_main, vanity=self.vanity_code
        )

    @property
    def creator_id(self) -> str:
        """Empty for the Main Nest, which nobody built."""
        return "" if self.is_main else person_id(self.creator)

    def creator_for(self, viewer: str, role: str) -> str:
        """The creator's address for themself and for operators, their name for anybody else."""
        knows = viewer == self.creator or reaches(role, Role.OPERATOR)
        return self.creator if knows else self.creator_name

    def info(self, viewer: str, role: str, origin: str = "") -> NestInfo:
        """As a page of this viewer shows it; `role` is theirs in the house."""
        return NestInfo(
            nest_id=self.nest_id,
            code=self.code,
            name=self.name,
            slug=self.slug,
            is_main=self.is_main,
            creator=self.creator_for(viewer, role),
            creator_id=self.creator_id,
            creator_name=self.creator_name,
            created_at=self.created_at,
            share_url=self.share_url_from(origin),
            **{row.name: self.setting(row.name) for row in list_shown_settings()},
        )

    @property
    def is_active(self) -> bool:
        return self.state not in ("EXPIRED", "DELETED")

    @property
    def is_invite_only(self) -> bool:
        """Whether nobody comes in without an invitation."""
        return bool(self.setting("is_private") and self.setting("entry_mode") == "invitation")

    @property
    def has_dj(self) -> bool:
        """Whether a DJ controls what plays."""
        return bool(self.setting("control_mode") == "dj")

    def is_dj(self, email: str) -> bool:
        """Whether this is the DJ, or would be."""
        return not self.is_main and email == (self.dj or self.creator)

    def setting(self, name: str) -> Any:  # noqa: ANN401 - Each setting has its own type.
        """What it is set to, all in all: as was said of it, else as the server has it."""
        row = NEST_SETTINGS[name]
        said = None if self.is_main and row.fixed_in_main else self.settings.get(name)
        value = default_setting(name, self.nest_id) if said is None else said
        return value and is_offered(row) if row.kind == "switch" else value

    def as_fields(self) -> dict[str, Any]:
        """Flat, as it is stored: a field for every setting, null where nothing was said of it."""
        plain = asdict(self)
        said = plain.pop("settings")
        return plain | {name: said.get(name) for name in NEST_SETTINGS}

    @property
    def emoji(self) -> str | None:
        emoji: str | None = self.setting("emoji")
        return emoji

    @property
    def plays_from(self) -> str:
        return str(self.setting("catalogue"))

    @property
    def has_bender(self) -> bool:
        """Whether Bender fills here, all in all."""
        return bool(self.setting("bender"))

    @property
    def asks(self) -> BenderProfile:
        """Who chooses for Bender here."""
        profile: BenderProfile = self.setting("bender_profile")
        return profile

    @property
    def bender_weights(self) -> dict[str, float] | None:
        """Of his strategies, over the server's."""
        weights: dict[str, float] | None = self.setting("bender_weights")
        return weights


def list_shown_settings() -> list[NestSetting]:
    """Those that everybody in a nest sees."""
    return [row for row in NEST_SETTINGS.values() if row.in_snapshot]


def is_offered(row: NestSetting) -> bool:
    """Whether the house has what this setting needs."""
    return all(has_feature(name) for name in row.needs)


def has_feature(name: str) -> bool:
    return flags.is_on(name) if name in flags.FLAGS else bool(getattr(conf(), name))


KNOWN = frozenset(field.name for field in fields(Nest)) - {"settings"}


@dataclass(frozen=True)
class RegistryNames:
    """The global keys that one registry script needs."""

    nest: str
    slug: str = ""
    old_slug: str = ""
    vanity: str = ""
    old_vanity: str = ""

    def key(self, name: str) -> str:
        return {
            "registry": GLOBAL.registry,
            "deadlines": GLOBAL.deadlines,
            "code": GLOBAL.code(self.nest),
            "slug": GLOBAL.slug(self.slug),
            "old_slug": GLOBAL.slug(self.old_slug),
            "vanity": GLOBAL.vanity(self.vanity.lower()),
            "old_vanity": GLOBAL.vanity(self.old_vanity.lower()),
            "vanity_as_code": GLOBAL.code(self.vanity.upper()),
            "vanity_as_slug": GLOBAL.slug(self.vanity.lower()),
            "code_as_slug": GLOBAL.slug(self.nest.lower()),
            "slug_as_code": GLOBAL.code(self.slug.upper()),
            "code_as_vanity": GLOBAL.vanity(self.nest.lower()),
            "slug_as_vanity": GLOBAL.vanity(self.slug),
        }[name]

    def arg(self, name: str) -> object:
        raise TypeError(f"registry scripts share no argument {name}")


def names_of(nest: Nest) -> RegistryNames:
    """With every address under which the nest itself is found."""
    return RegistryNames(nest.nest_id, nest.slug or "", vanity=nest.vanity_code or "")


def read_nest(nest_id: str) -> Nest | None:
    pipe = redis().pipeline(transaction=False)
    pipe.hget(GLOBAL.registry, nest_id)
    pipe.get(NestKeys(nest_id).last_activity)
    text, ms = pipe.execute()
    return with_last_activity(parse_nest(text), ms) if text else None


def read_all() -> list[Nest]:
    """The newest first."""
    nests = sorted(map(parse_nest, redis().hvals(GLOBAL.registry)), key=age, reverse=True)
    return with_activity(nests)


def age(nest: Nest) -> str:
    return nest.created_at


def with_activity(nests: list[Nest]) -> list[Nest]:
    """Merged on reading: a vote that moves it never rewrites the metadata."""
    pipe = redis().pipeline(transaction=False)
    for nest in nests:
        pipe.get(NestKeys(nest.nest_id).last_activity)
    return [with_last_activity(nest, ms) for nest, ms in zip(nests, pipe.execute(), strict=True)]


def with_last_activity(nest: Nest, ms: str | None) -> Nest:
    return replace(nest, last_activity=datetime_from_ms(int(ms))) if ms else nest


def parse_nest(text: str) -> Nest:
    """Fields of a later version are left where they are."""
    found = json.loads(text)
    said = {name: found[name] for name in NEST_SETTINGS if found.get(name) is not None}
    return Nest(**{name: found[name] for name in found if name in KNOWN}, settings=said)


def text_of(nest: Nest) -> str:
    return json.dumps(nest.as_fields())


def text_of_setting(value: object) -> str:
    """As the nest's own hash keeps it, where its scripts find it; empty: as the server has it."""
    match value:
        case bool():
            return "1" if value else "0"
        case dict() | list():
            return json.dumps(value, sort_keys=True) if value else ""
        case _:
            return "" if value is None else str(value)


def setting_of_text(row: NestSetting, text: str) -> Any:  # noqa: ANN401 - As above.
    match row.kind:
        case "switch":
            return text == "1"
        case "number":
            return int(text)
        case "weights" | "list":
            return json.loads(text)
        case _:
            return text


def settings_of(nest: Nest) -> dict[str, str]:
    """As texts; what is as the server has it is left out."""
    texts = {name: text_of_setting(value) for name, value in nest.settings.items()}
    return {name: text for name, text in texts.items() if text}


def settings_in(life: Mapping[str, str]) -> dict[str, Any]:
    """What was said of a nest, as its own hash has it."""
    return {
        name: setting_of_text(row, life[name])
        for name, row in NEST_SETTINGS.items()
        if life.get(name)
    }


def rewritten(text: str, before: Nest, after: Nest) -> str:
    """The same metadata with what differs between the two, whatever else stands in them."""
    was, becomes = before.as_fields(), after.as_fields()
    changes = {name: value for name, value in becomes.items() if value != was[name]}
    return json.dumps(json.loads(text) | changes)


def are_registered(nest_ids: Iterable[str]) -> dict[str, bool]:
    asked = list(nest_ids)
    pipe = redis().pipeline(transaction=False)
    for nest_id in asked:
        pipe.hexists(GLOBAL.registry, nest_id)
    return dict(zip(asked, map(bool, pipe.execute()), strict=True))


def datetime_from_ms(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def now() -> str:
    return datetime_from_ms(clock.now_ms())
