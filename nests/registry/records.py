"""What the registry keeps of each nest, and how it is read and written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from andre.core import clock
from andre.core.conf import CATALOGUE_AT_FIRST, conf
from andre.core.context import autoplay_depth, house_bender
from andre.core.keys import GLOBAL, NestKeys
from andre.core.redis import redis
from andre.protocol.shapes import BenderProfile, NestInfo
from nests.registry import share_links


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
    last_activity: str = ""
    seed_uri: str | None = None
    genre_hint: str | None = None
    vanity_code: str | None = None
    emoji: str | None = None
    catalogue: str | None = None  # None: what the house begins with.
    bender: bool | None = None  # Whether Bender fills here; None: as the house has it.
    bender_profile: BenderProfile | None = None
    bender_weights: dict[str, float] | None = None  # Of his strategies, over the house's.

    @property
    def share_url(self) -> str:
        return self.share_url_from("")

    def share_url_from(self, origin: str) -> str:
        """`origin` is where the one who asks is, for a house that has no address of its own."""
        return share_links.share_url(self.code, self.slug, origin, is_main=self.is_main)

    def info(self, origin: str = "") -> NestInfo:
        return NestInfo(
            nest_id=self.nest_id,
            code=self.code,
            name=self.name,
            slug=self.slug,
            is_main=self.is_main,
            creator=self.creator,
            creator_name=self.creator_name,
            created_at=self.created_at,
            share_url=self.share_url_from(origin),
            catalogue=self.plays_from,
            bender=self.has_bender,
            bender_profile=self.asks,
        )

    @property
    def plays_from(self) -> str:
        if self.is_main:
            return conf().main_nest_catalogue
        return self.catalogue or CATALOGUE_AT_FIRST

    @property
    def has_bender(self) -> bool:
        """Whether Bender fills here, all in all."""
        is_on = house_bender(self.nest_id) if self.bender is None else self.bender
        return is_on and autoplay_depth(self.nest_id) > 0

    @property
    def asks(self) -> BenderProfile:
        """Who chooses for Bender here."""
        return self.bender_profile or conf().bender_profile


KNOWN = frozenset(field.name for field in fields(Nest))
# What a nest is set to: kept in its own memory `life`, too, where its scripts find it.
SETTINGS = ("emoji", "catalogue", "bender", "bender_profile", "bender_weights")


@dataclass(frozen=True)
class RegistryNames:
    """The global keys that one registry script needs."""

    nest: str
    slug: str = ""
    old_slug: str = ""
    vanity: str = ""

    def key(self, name: str) -> str:
        return {
            "registry": GLOBAL.registry,
            "deadlines": GLOBAL.deadlines,
            "code": GLOBAL.code(self.nest),
            "slug": GLOBAL.slug(self.slug),
            "old_slug": GLOBAL.slug(self.old_slug),
            "vanity": GLOBAL.vanity(self.vanity.lower()),
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
    return Nest(**{name: value for name, value in json.loads(text).items() if name in KNOWN})


def text_of(nest: Nest) -> str:
    return json.dumps(asdict(nest))


def text_of_setting(value: object) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case dict():
            return json.dumps(value, sort_keys=True) if value else ""
        case _:
            return str(value or "")


def settings_of(nest: Nest) -> dict[str, str]:
    """As texts; what is as the house has it is left out."""
    texts = {name: text_of_setting(getattr(nest, name)) for name in SETTINGS}
    return {name: text for name, text in texts.items() if text}


def settings_in(life: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a nest, as its own memory has them."""
    plain = {name: life.get(name) or None for name in SETTINGS}
    switch, weights = plain["bender"], plain["bender_weights"]
    return plain | {
        "bender": None if switch is None else switch == "1",
        "bender_weights": None if weights is None else json.loads(weights),
    }


def rewritten(text: str, before: Nest, after: Nest) -> str:
    """The same metadata with what differs between the two, whatever else stands in them."""
    was, becomes = asdict(before), asdict(after)
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
