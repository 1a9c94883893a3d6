"""Vanity codes: an address that a nest's creator has chosen, one for a nest."""

import re
from dataclasses import replace
from functools import partial

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from nests.registry import naming, store
from nests.registry.naming import VanityTaken
from nests.registry.records import Nest, RegistryNames
from nests.registry.slugs import RESERVED
from nests.scripts import lua

VANITY = re.compile(r"[a-z][a-z0-9-]{1,22}[a-z0-9]")


def validate_vanity(typed: str | None, nest: Nest) -> str | None:
    """As it will be looked up; None for none at all. Raises Refusal."""
    if nest.is_main:
        raise Refusal("forbidden", "The Main Nest keeps its address.")
    code = (typed or "").strip().lower()
    if not code or code == nest.vanity_code:
        return code or None
    if not conf().nest_allow_vanity:
        raise Refusal("validation_error", "On this server nests get their addresses by chance.")
    if not VANITY.fullmatch(code):
        raise Refusal(
            "validation_error",
            "An address has 3 to 24 letters, digits and hyphens, and begins with a letter.",
        )
    if code in RESERVED or is_denied(code):
        raise Refusal("validation_error", "This address is not for nests. Please choose another.")
    return code


def is_denied(code: str) -> bool:
    """Whether a word of it, with a number or without, would be taken for somebody else."""
    words = {word.rstrip("0123456789") for word in code.split("-")}
    denied = {word.lower() for word in conf().nest_vanity_denied}
    return not denied.isdisjoint({*words, code, code.replace("-", "")})


def reserve_vanity(act: CommandContext, nest: Nest, code: str | None) -> None:
    """For a minute, while the rest of the change is made. Raises VanityTaken or `rate_limited`."""
    if code is None or code == nest.vanity_code:
        return
    if store.is_code(code) and store.was_given_out(code.upper()):
        raise VanityTaken
    if lua.reserve_vanity(names_for(nest, code), nest=nest.nest_id) != ["reserved"]:
        raise VanityTaken
    if act.actor.is_house:
        return
    try:
        consume("vanity_claims", nest.nest_id)
        consume("vanity_claims_of_creator", nest.creator)
    except Refusal:
        free_vanity(nest, code)
        raise


def free_vanity(nest: Nest, code: str | None) -> None:
    """What was reserved and is not to be had after all."""
    if code is not None and code != nest.vanity_code:
        lua.free_vanity(names_for(nest, code), nest=nest.nest_id)


def claim_vanity(nest_id: str, code: str | None) -> Nest:
    """From now on the nest is found under it, and under the one before no longer."""
    return naming.rewrite(nest_id, partial(replace, vanity_code=code))


def names_for(nest: Nest, code: str) -> RegistryNames:
    return RegistryNames(nest.nest_id, vanity=code)
