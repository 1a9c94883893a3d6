"""Nests of somebody who is erased: they pass to the DJ, or end; where they were the DJ, who built
the nest leads it.
"""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.core.keys import NestKeys
from andre.core.person_ids import GUEST_DOMAIN
from andre.core.redis import redis
from andre.person_data.erased import Erased, Kept
from nests.lifecycle import deletion
from nests.membership import dj
from nests.registry import naming, records
from nests.registry.records import Nest

CREATOR_GONE = "its creator has left"


class NestsBuilt:
    kept: ClassVar[Kept] = "nobody's"

    def of(self, person: Erased) -> list[Nest]:
        return [nest for nest in records.read_all() if nest.creator == person.email]

    def count(self, person: Erased) -> int:
        return len(self.of(person))

    def erase(self, person: Erased) -> None:
        for nest in self.of(person):
            if can_inherit(nest):
                naming.rewrite(nest.nest_id, pass_to_dj)
            elif nest.is_main:
                naming.rewrite(nest.nest_id, pass_to_nobody)
            else:
                deletion.delete(nest, CREATOR_GONE)


class NestsLed:
    kept: ClassVar[Kept] = "nobody's"

    def of(self, person: Erased) -> list[Nest]:
        return [
            nest
            for nest in records.read_all()
            if nest.dj == person.email and nest.creator != person.email
        ]

    def count(self, person: Erased) -> int:
        return len(self.of(person))

    def erase(self, person: Erased) -> None:
        for nest in self.of(person):
            # Who built it may never have been in it; then only what is stored says who leads.
            with suppress(Refusal):
                dj.name(CommandContext(nest.nest_id), nest.creator_id, may_name_any=True)
            naming.rewrite(nest.nest_id, pass_to_creator)
            told = {"dj": nest.creator, "dj_id": nest.creator_id, "dj_name": nest.creator_name}
            redis().hset(NestKeys(nest.nest_id).nest_state, mapping=told)


def can_inherit(nest: Nest) -> bool:
    return bool(nest.dj) and nest.dj != nest.creator and not nest.dj.endswith(f"@{GUEST_DOMAIN}")


def pass_to_dj(nest: Nest) -> Nest:
    return replace(nest, creator=nest.dj, creator_name=nest.dj_name)


def pass_to_creator(nest: Nest) -> Nest:
    return replace(nest, dj=nest.creator, dj_name=nest.creator_name)


def pass_to_nobody(nest: Nest) -> Nest:
    return replace(nest, creator="", creator_name="")
