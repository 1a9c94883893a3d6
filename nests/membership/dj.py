"""Who controls what plays in a nest with a DJ."""

from andre.core.context import CommandContext
from andre.core.errors import Refusal
from andre.protocol.frames import Answer
from nests.membership import members
from nests.registry import settings
from nests.scripts import lua


def name(act: CommandContext, person: str, *, may_name_any: bool) -> Answer:
    """`person` is an id. Raises Refusal, `dj_only` for who is the DJ no longer."""
    match lua.name_dj(act, person=person, may_name_any=may_name_any):
        case [_, rev, follows]:
            settings.keep_registered(act.nest)
            members.tell_of_dj(act.nest, follows)
            return {"rev": int(rev)}
        case ["no_dj"]:
            raise Refusal(
                "validation_error", "This nest has no DJ: everybody plays and skips here."
            )
        case ["guest"]:
            raise Refusal("forbidden", "A guest cannot be the DJ.")
        case _:
            raise Refusal("not_found", "Nobody of this nest has this id.")
