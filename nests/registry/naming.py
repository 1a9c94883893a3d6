"""A nest's name and emoji: which there may be, and how another name takes its place."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from andre.core.conf import conf
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import GLOBAL
from andre.core.redis import Reply, redis
from andre.protocol.frames import Answer
from nests.registry import records
from nests.registry.records import Nest, RegistryNames
from nests.registry.slugs import RESERVED, clean_name, number_slug, slug_of
from nests.scripts import lua

TRIES = 50


def validate_name(name: str) -> str:
    """As it will be shown. Raises Refusal."""
    if not conf().nest_vanity_allow_rename:
        raise Refusal("forbidden", "On this server nests keep their names.")
    if not conf().nest_allow_vanity:
        raise Refusal("validation_error", "On this server nests get their names by chance.")
    chosen = clean_name(name)
    if not chosen:
        raise Refusal("validation_error", "A nest needs a name.")
    return chosen


def announce_name(act: CommandContext, nest: Nest) -> Answer:
    event = {
        "name": nest.name,
        "slug": nest.slug,
        "share_url": nest.share_url_from(act.origin),
        "user": act.user_id,
    }
    reply = lua.announce_name(
        act, members_json=json.dumps(event)[1:-1], name=nest.name, slug_text=nest.slug
    )
    return rename_answer(reply)


def rename_answer(reply: Reply) -> Answer:
    _, rev, name, slug = reply
    return {"rev": int(rev), "name": name, "slug": slug or None}


def rename(nest_id: str, name: str) -> Nest:
    """Raises SlugTaken."""
    wanted = slug_of(name)
    for attempt in range(1, TRIES):
        slug = number_slug(wanted, attempt) if wanted else ""
        if slug in RESERVED:
            continue
        try:
            return rewrite(nest_id, partial(replace, name=name, slug=slug or None))
        except SlugTaken:
            continue
    raise SlugTaken


class SlugTaken(Refusal):
    def __init__(self) -> None:
        super().__init__("validation_error", "This name is taken. Please choose another.")


class VanityTaken(Refusal):
    def __init__(self) -> None:
        super().__init__("vanity_taken", "This address is taken. Please choose another.")


def rewrite(nest_id: str, change: Callable[[Nest], Nest]) -> Nest:
    """Compare and set: whoever changed it in between is not undone.

    Raises NoSuchNest, SlugTaken, VanityTaken or Refusal `unavailable`.
    """
    for _ in range(TRIES):
        text = redis().hget(GLOBAL.registry, nest_id)
        if text is None:
            raise NoSuchNest
        before = records.parse_nest(text)
        after = change(before)
        reply = lua.rewrite_registered(
            RegistryNames(
                nest_id,
                after.slug or "",
                before.slug or "",
                vanity=after.vanity_code or "",
                old_vanity=before.vanity_code or "",
            ),
            nest=nest_id,
            before=text,
            after=records.rewritten(text, before, after),
            has_slug=after.slug is not None,
            has_vanity=after.vanity_code is not None,
        )
        match reply:
            case ["rewritten"]:
                return after
            case ["slug_taken"]:
                raise SlugTaken
            case ["vanity_taken"]:
                raise VanityTaken
            case ["missing"]:
                raise NoSuchNest
    raise Refusal("unavailable", "The nest changes too fast. Please try again.")


# One emoji, by the kinds of its code points (Unicode Technical Standard 51): a flag of two
# regional letters, a key of a telephone, or symbols joined into one, each with its style, skin
# and tags.
ONE_EMOJI = re.compile(r"RR|KV?C|SV?M?T*(?:JSV?M?)*")
LONGEST_EMOJI = 16
KEYS_OF_A_TELEPHONE = "0123456789#*"
KEYCAP = 0x20E3
YOUNG_EMOJI = (range(0x1F000, 0x1FB00), range(0x1FC00, 0x1FFFE))  # Blocks kept for them.
OTHER_SYMBOLS = "‼⁉ℹ↔◻◼◽◾⤴⤵〰〽"  # Filed under punctuation, letters or mathematics.


def clean_emoji(typed: str) -> str:
    """Raises Refusal for what is not one emoji; empty stays empty."""
    found = typed.strip()
    kinds = "".join(map(kind_of, found))
    if found and not (len(found) <= LONGEST_EMOJI and ONE_EMOJI.fullmatch(kinds)):
        raise Refusal("validation_error", "Please choose one emoji.")
    return found


def kind_of(character: str) -> str:
    point = ord(character)
    if 0x1F1E6 <= point <= 0x1F1FF:
        return "R"
    if 0x1F3FB <= point <= 0x1F3FF:
        return "M"
    if 0xE0020 <= point <= 0xE007F:
        return "T"
    if point == 0xFE0F:
        return "V"
    if point == 0x200D:
        return "J"
    if point == KEYCAP:
        return "C"
    if character in KEYS_OF_A_TELEPHONE:
        return "K"
    return "S" if is_symbol(character) else "?"


def is_symbol(character: str) -> bool:
    """Code points of the emoji blocks that this Python does not know yet are emoji to come."""
    category = unicodedata.category(character)
    is_young = category == "Cn" and any(ord(character) in block for block in YOUNG_EMOJI)
    return category == "So" or is_young or character in OTHER_SYMBOLS
