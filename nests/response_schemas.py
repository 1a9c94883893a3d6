"""What the API of nests answers, as shapes for its description."""

from dataclasses import fields
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from andre.protocol.nest_settings import NEST_SETTINGS
from nests.registry.records import Nest
from nests.registry.summaries import NestSummary


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


def columns(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: (hints[field.name], ...) for field in fields(shape)}


def columns_of_nest() -> dict[str, Any]:
    """Flat, as `Nest.as_fields` gives them; of the DJ only the name is told."""
    plain = columns(Nest)
    for name in ("settings", "dj", "dj_name"):
        del plain[name]
    return plain | {row.name: (row.type | None, ...) for row in NEST_SETTINGS.values()}


# The description of a nest adds to what is stored and seen of it; so does its shape.
NestTold = create_model(
    "NestTold",
    __base__=Answer,
    **(columns_of_nest() | columns(NestSummary)),
    creator_id=(str, ...),
    dj=(str, ...),
    share_url=(str, ...),
    share_text=(str, ...),
    is_creator=(bool, ...),
    is_dj=(bool, ...),
)
NestBuilt = create_model("NestBuilt", __base__=NestTold, password=(str | None, None))
NestJoined = create_model("NestJoined", __base__=NestTold, status=(str, ...))


class NestAwaited(Answer):
    """Somebody has to let the caller in."""

    code: str
    status: Literal["PENDING"]


class NestList(Answer):
    nests: list[NestTold]
    total: int


class NestDeleted(Answer):
    deleted: str


class NestLeft(Answer):
    left: str
