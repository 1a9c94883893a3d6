"""Nests that an older version of Andre has stored: their people get the ids that the wire shows.

The first script that touches such a nest finds it outdated and has this done before it goes on,
so that a restart of the server is all that an upgrade needs.
"""

import json
import secrets

import structlog

from andre.accounts.display_names import names_of
from andre.core.errors import NoSuchNest, Refusal
from andre.core.person_ids import ids_version, person_id
from andre.core.redis import Names
from nests.scripts import lua

TRIES = 5  # Whoever comes in between is asked for once more.

log = structlog.get_logger(__name__)


def upgrade(names: Names) -> None:
    """Give ids to everybody in one nest, once. Raises NoSuchNest or Refusal `unavailable`."""
    persons: dict[str, dict[str, str]] = {}
    for _ in range(TRIES):
        reply = lua.give_ids(
            names,
            persons=json.dumps(persons),
            ids_version=ids_version(),
            generation=secrets.token_hex(8),
        )
        match reply:
            case ["unknown", addresses]:
                persons |= describe_people(json.loads(addresses))
            case ["gone"]:
                raise NoSuchNest
            case [outcome]:
                log.info("nest_upgraded", outcome=outcome, people=len(persons))
                return
    raise Refusal("unavailable", "The nest changes too fast. Please try again.")


def describe_people(addresses: list[str]) -> dict[str, dict[str, str]]:
    names = names_of(addresses)
    return {each: {"id": person_id(each), "name": names[each]} for each in addresses}
