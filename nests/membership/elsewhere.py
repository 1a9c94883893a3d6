"""What somebody changes for all the nests they are in: where to tell it, and as what act."""

from andre.core.context import CommandContext
from andre.core.keys import NestKeys
from andre.core.redis import redis
from nests.registry import store


class Elsewhere(CommandContext):
    """A change that was made in another nest, or in none: it is no activity here."""

    def arg(self, name: str) -> object:
        return "" if name == "user" else super().arg(name)


def nests_of_listener(email: str, copy: str, besides: str = "") -> list[str]:
    """Where they listen, and where a copy is kept of what is theirs: a name of NestKeys."""
    nests = [nest.nest_id for nest in store.list_nests() if nest.nest_id != besides]
    pipe = redis().pipeline(transaction=False)
    for nest in nests:
        keys = NestKeys(nest)
        pipe.sismember(keys.listeners, email)
        pipe.exists(getattr(keys, copy)(email))
    found = pipe.execute()
    each = zip(nests, found[0::2], found[1::2], strict=True)
    return [nest for nest, listens, has_copy in each if listens or has_copy]
