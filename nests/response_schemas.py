"""What the API of nests answers, as shapes for its description."""

from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from nests.registry.records import Nest
from nests.registry.summaries import NestSummary


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


def columns(shape: type) -> dict[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: (hints[field.name], ...) for field in fields(shape)}


# The description of a nest adds to what is stored and seen of it; so does its shape.
NestTold = create_model(
    "NestTold",
    __base__=Answer,
    **(columns(Nest) | columns(NestSummary)),
    dj=(str, ...),
    share_url=(str, ...),
    share_text=(str, ...),
    is_creator=(bool, ...),
    is_dj=(bool, ...),
)
NestJoined = create_model("NestJoined", __base__=NestTold, status=(str, ...))


class NestList(Answer):
    nests: list[NestTold]
    total: int


class NestDeleted(Answer):
    deleted: str


class NestLeft(Answer):
    left: str
