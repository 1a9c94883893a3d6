"""Which nests there are: the registry, their names and addresses."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import cast

from django.conf import settings

from andre import clock
from andre.act import Act
from andre.conf import conf
from andre.errors import NoSuchNest, Refusal
from andre.keys import GLOBAL, MAIN, NEST_ID, NestKeys
from andre.protocol.shapes import NestInfo
from andre.redis import redis
from nests.codes import roll
from nests.lua import lua
from nests.models import NestTombstone
from nests.names import THEMED_NAMES
from nests.slugs import RESERVED, clean_name, numbered, slug_of

TRIES = 50  # Far more collisions in a row than 28 million codes give.


@dataclass(frozen=True)
class Nest:
    """A registered nest. `last_activity` and presence are kept in keys of the nest itself."""

    nest_id: str
    code: str
    name: str
    slug: str | None
    creator: str
    creator_name: str
    created_at: str
    ttl_minutes: int
    is_main: bool
    seed_uri: str | None = None
    genre_hint: str | None = None

    @property
    def share_url(self) -> str:
        path = self.slug or f"nest/{self.code}"
        domain = conf().echonest_domain
        if domain in settings.ALLOWED_HOSTS:
            return f"https://{domain}/{self.slug or self.code}"
        origin = conf().andre_base_url or f"http://127.0.0.1:{conf().port}"
        return f"{origin}/" if self.is_main else f"{origin}/{path}"

    def info(self) -> NestInfo:
        return NestInfo(
            nest_id=self.nest_id,
            code=self.code,
            name=self.name,
            slug=self.slug,
            is_main=self.is_main,
            creator=self.creator,
            creator_name=self.creator_name,
            created_at=self.created_at,
            share_url=self.share_url,
        )


@dataclass(frozen=True)
class RegistryNames:
    """The global keys that one registry script needs."""

    nest: str
    slug: str = ""
    old_slug: str = ""

    def key(self, name: str) -> str:
        return {
            "registry": GLOBAL.registry,
            "deadlines": GLOBAL.deadlines,
            "code": GLOBAL.code(self.nest),
            "slug": GLOBAL.slug(self.slug),
            "old_slug": GLOBAL.slug(self.old_slug),
            "code_as_slug": GLOBAL.slug(self.nest.lower()),
            "slug_as_code": GLOBAL.code(self.slug.upper()),
            "code_as_vanity": GLOBAL.vanity(self.nest.lower()),
            "slug_as_vanity": GLOBAL.vanity(self.slug),
        }[name]

    def arg(self, name: str) -> object:
        raise TypeError(f"registry scripts share no argument {name}")


def create_nest(
    creator: str, creator_name: str, name: str | None = None, dice: Random | None = None
) -> Nest:
    """A new nest with code and, for a custom name, slug. Raises Refusal."""
    dice = dice or SystemRandom()
    custom = clean_name(name)
    if custom and not conf().nest_allow_vanity:
        raise Refusal("validation_error", "On this server nests get their names by chance.")
    chosen = custom or themed_name(dice)
    wanted = slug_of(custom)
    attempt = 1
    for _ in range(TRIES):
        slug = numbered(wanted, attempt) if wanted else ""
        nest = Nest(
            nest_id=(code := roll(dice)),
            code=code,
            name=chosen,
            slug=slug or None,
            creator=creator,
            creator_name=creator_name,
            created_at=datetime.fromtimestamp(clock.now_ms() / 1000, UTC).isoformat(),
            ttl_minutes=conf().nest_max_inactive_minutes,
            is_main=False,
        )
        match registered(nest):
            case "created":
                open_nest(nest.nest_id)
                return nest
            case "slug_taken":
                attempt += 1
            case "limit":
                raise Refusal(
                    "nest_limit_reached",
                    "There are as many nests as this server holds. Upgrade for more.",
                    upgrade_url="/billing/upgrade",
                )
    raise Refusal("unavailable", "No free code was found. Please try again.")


def registered(nest: Nest) -> str:
    if nest.slug in RESERVED:
        return "slug_taken"
    if NestTombstone.objects.filter(code=nest.code).exists():
        return "code_taken"
    reply = lua.create_nest(
        RegistryNames(nest.nest_id, nest.slug or ""),
        nest=nest.nest_id,
        metadata=json.dumps(asdict(nest)),
        has_slug=nest.slug is not None,
        limit=conf().nest_max_active or None,
    )
    return cast("str", reply[0])


def themed_name(dice: Random) -> str:
    taken = {nest.name for nest in list_nests()}
    names = [themed.name for themed in THEMED_NAMES]
    free = [name for name in names if name not in taken]
    number = 2
    while not free:
        free = [f"{name}{number}" for name in names if f"{name}{number}" not in taken]
        number += 1
    return dice.choice(free)


def open_nest(nest: str) -> None:
    """Give it life; what it was before its memory was lost is another epoch."""
    lua.open_nest(Act(nest), generation=secrets.token_hex(8), handed_now=clock.handed())


def ensure_main() -> Nest:
    """The Main Nest, registered and alive whatever was lost; two at once make one."""
    created = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).isoformat()
    nest = Nest(MAIN, MAIN, "Main Nest", None, "system", "Andre", created, 0, is_main=True)
    redis().hsetnx(GLOBAL.registry, MAIN, json.dumps(asdict(nest)))
    open_nest(MAIN)
    return stored(MAIN) or nest


def get_nest(name: str) -> Nest:
    """By nest id, code in any case, slug or vanity code. Raises NoSuchNest."""
    found = find_nest(name)
    if found is None:
        raise NoSuchNest
    return found


def find_nest(name: str) -> Nest | None:
    if name.lower() == MAIN:
        return ensure_main()
    if NEST_ID.fullmatch(name.upper()) and (nest := stored(name.upper())):
        return nest
    slug = name.lower()
    nest_id = redis().get(GLOBAL.slug(slug)) or redis().get(GLOBAL.vanity(slug))
    return stored(str(nest_id)) if nest_id else None


def stored(nest_id: str) -> Nest | None:
    text = redis().hget(GLOBAL.registry, nest_id)
    return parsed(str(text)) if text else None


def parsed(text: str) -> Nest:
    return Nest(**json.loads(text))


def list_nests() -> list[Nest]:
    """Every registered nest, the newest first."""
    texts = cast("list[str]", redis().hvals(GLOBAL.registry))
    return sorted(map(parsed, texts), key=lambda nest: nest.created_at, reverse=True)


def rename_nest(act: Act, name: str) -> dict[str, object]:
    """The creator gives the nest another name; its old address stops resolving."""
    nest = get_nest(act.nest)
    if nest.is_main or nest.creator != act.user:
        raise Refusal("forbidden", "Only who built this nest may rename it.")
    if not conf().nest_vanity_allow_rename:
        raise Refusal("forbidden", "On this server nests keep their names.")
    chosen = clean_name(name)
    if not chosen:
        raise Refusal("validation_error", "A nest needs a name.")
    renamed = reregistered(nest, chosen)
    event = {"name": chosen, "slug": renamed.slug, "share_url": renamed.share_url, "user": act.user}
    reply = lua.announce_name(act, members_json=json.dumps(event)[1:-1])
    return {"rev": int(reply[1]), "name": chosen, "slug": renamed.slug}


def reregistered(nest: Nest, name: str) -> Nest:
    wanted = slug_of(name)
    for attempt in range(1, TRIES):
        slug = numbered(wanted, attempt) if wanted else ""
        if slug in RESERVED:
            continue
        reply = lua.rename_registered(
            RegistryNames(nest.nest_id, slug, nest.slug or ""),
            nest=nest.nest_id,
            name=name,
            slug_text=slug,
        )
        match reply:
            case ["renamed", *_]:
                return replace(nest, name=name, slug=slug or None)
            case ["missing"]:
                raise NoSuchNest
    raise Refusal("validation_error", "This name is taken. Please choose another.")


def rights_of(nest: Nest, email: str) -> dict[str, bool]:
    is_creator = nest.creator == email
    return {"is_creator": is_creator, "is_dj": is_creator}


def is_alive(nest: str) -> bool:
    return bool(redis().exists(NestKeys(nest).life))


def require_creator_or_main(nest: Nest, email: str, what: str) -> None:
    """In the Main Nest anyone may, as ever. Raises Refusal."""
    if not nest.is_main and nest.creator != email:
        raise Refusal("forbidden", f"Only who built this nest may {what}.")
