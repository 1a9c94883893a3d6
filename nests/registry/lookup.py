"""Looking a nest up by what somebody typed: codes cannot be tried out one after the other."""

from andre.core.errors import NestEnded, NoSuchNest
from andre.core.rate_limits import consume, require_left
from nests.membership import members
from nests.registry import store
from nests.registry.records import Nest


def look_up(name: str, person: str, address: str) -> Nest:
    """As `store.get_nest`. Raises NoSuchNest or NestEnded.

    Codes that never were are counted, by person and by address. Who has used that up waits before
    any nest they are not in already, or the refusals would tell the right code from the wrong ones.
    """
    nest = store.find_nest(name)
    if nest is not None and (nest.is_main or members.is_member(nest.nest_id, person)):
        return nest
    if not store.could_be_a_name(name):
        raise NoSuchNest
    require_left("unknown_codes", person)
    require_left("unknown_codes_from_address", address)
    if nest is not None:
        return nest
    if store.has_ended(name):
        raise NestEnded
    consume("unknown_codes", person)
    consume("unknown_codes_from_address", address)
    raise NoSuchNest
