"""Which nests there are: how they are built, found and listed."""

import json
import secrets
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any, cast

from andre.core.conf import conf
from andre.core.context import Actor, CommandContext
from andre.core.errors import NestEnded, NoSuchNest, Refusal
from andre.core.keys import GLOBAL, MAIN, NEST_ID, NestKeys
from andre.core.person_ids import ids_version
from andre.core.redis import redis
from andre.plans import plans
from andre.protocol.nest_settings import Catalogue
from andre.telemetry import metrics
from nests.hooks import hooks
from nests.models import NestTombstone
from nests.registry import records, seeds
from nests.registry.codes import roll
from nests.registry.records import Nest
from nests.registry.slugs import RESERVED, SLUG, clean_name, number_slug, slug_of
from nests.registry.themes import THEMED_NAMES
from nests.scripts import lua

__all__ = ["MAIN", "Nest"]  # Asked of this room by those above.

TRIES = 60  # Far more collisions in a row than 28 million codes give.


def create_nest(
    creator: str,
    creator_name: str,
    name: str | None = None,
    rng: Random | None = None,
    seed_track: str | None = None,
    **set_to: Any,
) -> Nest:
    """A new nest with code and, for a custom name, slug. Raises Refusal.

    `set_to` names settings; `settings.validate_settings` makes them from wishes.
    """
    require_nests()
    settings = {name: value for name, value in set_to.items() if value not in (None, "")}
    if "catalogue" in settings:
        require_catalogue(settings["catalogue"])
    rng = rng or SystemRandom()
    custom = require_custom_name(name)
    chosen = custom or pick_theme_name(rng)
    seed = seeds.seed_for(chosen, seed_track)
    wanted = slug_of(custom)
    attempt = 1
    for _ in range(TRIES):
        slug = number_slug(wanted, attempt) if wanted else ""
        nest = new_nest(roll(rng), chosen, slug, creator, creator_name, seed, settings)
        match register(nest, name_alone=not custom):
            case "created":
                open_nest(nest, creator)
                metrics.nests_created.inc()
                return nest
            case "slug_taken":
                attempt += 1
            case "name_taken":
                chosen = pick_theme_name(rng)
                seed = seeds.seed_for(chosen, seed_track)
            case "code_taken":
                metrics.code_collisions.inc()
            case "limit":
                raise limit_reached()
    raise Refusal("unavailable", "No free code was found. Please try again.")


def new_nest(
    code: str,
    name: str,
    slug: str,
    creator: str,
    creator_name: str,
    seed: seeds.Seed,
    settings: dict[str, Any],
) -> Nest:
    """The record of a nest that begins now; nothing is stored yet."""
    created = records.now()
    return Nest(
        nest_id=code,
        code=code,
        name=name,
        slug=slug or None,
        creator=creator,
        creator_name=creator_name,
        created_at=created,
        ttl_minutes=conf().nest_max_inactive_minutes,
        is_main=False,
        state="CREATED",
        dj=creator,
        dj_name=creator_name,
        last_activity=created,
        seed_uri=seed.uri,
        genre_hint=seed.genre,
        settings=settings,
    )


def require_custom_name(name: str | None) -> str:
    """The custom one, or empty. Raises Refusal."""
    custom = clean_name(name)
    if custom and not conf().nest_allow_vanity:
        raise Refusal("validation_error", "On this server nests get their names by chance.")
    return custom


def require_catalogue(name: str) -> Catalogue:
    """Raises Refusal for one that this server has not set up."""
    for catalogue in conf().catalogues:
        if catalogue == name:
            return catalogue
    raise Refusal("validation_error", f"This server has no catalogue called {name}.")


def limit_reached() -> Refusal:
    sentence = "There are as many nests as this server holds. One has to end before the next."
    if plans.sells_plans():
        sentence = "There are as many free nests as this server holds. Upgrade to build one now."
    return Refusal("nest_limit_reached", sentence, None, **plans.way_to_upgrade())


@dataclass(frozen=True, slots=True)
class Cap:
    """How many nests there may be, 0 for any number, and creators whose nests do not count."""

    most: int
    uncounted: frozenset[str] | None = None


def cap_for(creator: str) -> Cap:
    """Where plans are sold, free nests are counted apart, and a paid creator is not bounded.

    Somebody who pays and builds their first nest just now may still be counted with the free ones:
    that refuses one too early, and never lets one too many in.
    """
    if not plans.sells_plans():
        return Cap(conf().nest_max_active)
    paying = plans.find_paying({creator, *(nest.creator for nest in records.read_all())})
    return Cap(0) if creator in paying else Cap(conf().nest_free_max_active, frozenset(paying))


def register(nest: Nest, *, name_alone: bool) -> str:
    if nest.slug in RESERVED:
        return "slug_taken"
    if was_given_out(nest.code):
        return "code_taken"
    cap = cap_for(nest.creator)
    reply = lua.create_nest(
        records.RegistryNames(nest.nest_id, nest.slug or ""),
        nest=nest.nest_id,
        metadata=records.text_of(nest),
        has_slug=nest.slug is not None,
        name_alone=f'"name": {json.dumps(nest.name)}' if name_alone else None,
        limit=cap.most or None,
        uncounted=None if cap.uncounted is None else json.dumps(sorted(cap.uncounted)),
    )
    return cast("str", reply[0])


def was_given_out(code: str) -> bool:
    """To a nest that has ended: its code means that one for ever."""
    return NestTombstone.objects.filter(code=code).exists() or hooks.has_history(code)


def pick_theme_name(rng: Random) -> str:
    taken = {nest.name for nest in records.read_all()}
    names = [themed.name for themed in THEMED_NAMES]
    free = [name for name in names if name not in taken]
    number = 2
    while not free:
        free = [f"{name}{number}" for name in names if f"{name}{number}" not in taken]
        number += 1
    return rng.choice(free)


def open_nest(nest: Nest, creator: str = "") -> None:
    """Give it life; what it was before its memory was lost is another epoch."""
    lua.open_nest(
        CommandContext(nest.nest_id),
        generation=secrets.token_hex(8),
        creator=creator,
        creator_id=nest.creator_id,
        creator_name=nest.creator_name,
        settings=json.dumps(records.settings_of(nest)),
        ids_version=ids_version(),
    )


def ensure_main() -> Nest:
    """The Main Nest, registered and alive whatever was lost; two at once make one."""
    nest = Nest(
        nest_id=MAIN,
        code=MAIN,
        name="Main Nest",
        slug=None,
        creator="system",
        creator_name="Andre",
        created_at=records.now(),
        ttl_minutes=0,
        is_main=True,
    )
    redis().hsetnx(GLOBAL.registry, MAIN, records.text_of(nest))
    open_nest(records.read_nest(MAIN) or nest)
    return records.read_nest(MAIN) or nest


def get_nest(name: str) -> Nest:
    """By nest id, code in any case, slug or vanity code. Raises NoSuchNest or NestEnded."""
    found = find_nest(name)
    if found is None:
        raise NestEnded if has_ended(name) else NoSuchNest
    return found


def has_ended(name: str) -> bool:
    return tombstone_of(name) is not None


def tombstone_of(name: str) -> NestTombstone | None:
    """What is left of a nest that had this code, in any case of letters."""
    return NestTombstone.objects.filter(code=name.upper()).first() if is_code(name) else None


def find_nest(name: str) -> Nest | None:
    if name.lower() == MAIN:
        nest = records.read_nest(MAIN)
        return nest if nest and nest.last_activity else ensure_main()
    if not conf().nests_enabled:
        return None
    if is_code(name) and (nest := records.read_nest(name.upper())):
        return nest
    slug = name.lower()
    if not SLUG.fullmatch(slug):
        return None
    nest_id = redis().get(GLOBAL.slug(slug)) or redis().get(GLOBAL.vanity(slug))
    return records.read_nest(str(nest_id)) if nest_id else None


def is_code(name: str) -> bool:
    """Whether a temporary nest could have it as its code, in any case of letters."""
    return NEST_ID.fullmatch(name.upper()) is not None


def could_be_a_name(name: str) -> bool:
    """Whether a nest could be found under it: a code, a slug or a vanity code."""
    return is_code(name) or SLUG.fullmatch(name.lower()) is not None


def list_nests() -> list[Nest]:
    """Every registered nest, the newest first."""
    return records.read_all()


def require_nests() -> None:
    """Where there is only the Main Nest, nothing else exists. Raises Refusal `not_found`."""
    if not conf().nests_enabled:
        raise Refusal("not_found", "There is only the Main Nest here.")


def rights_of(nest: Nest, email: str) -> dict[str, bool]:
    return {"is_creator": nest.creator == email, "is_dj": nest.is_dj(email)}


def is_alive(nest: str) -> bool:
    return bool(redis().exists(NestKeys(nest).nest_state))


def touch(nest: str, user: str = "system") -> None:
    """Something happened here. Raises NoSuchNest."""
    lua.touch(CommandContext(nest, Actor(user)))
