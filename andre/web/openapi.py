"""How the API describes itself: OpenAPI 3.1, from the views and the shapes of the wire."""

import re
from typing import Any

from drf_spectacular.contrib.pydantic import PydanticExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from pydantic import ConfigDict, RootModel
from pydantic.json_schema import JsonSchemaMode

from andre.core.errors import STATUS_OF
from andre.protocol.commands import AnyCommand

REF = "#/components/schemas/{model}"

USUAL_STATUSES = (400, 401, 403, 404, 409, 429, 503)

Description = dict[str, Any]
Endpoint = tuple[str, str, str, Any]  # path, its pattern, method, view


class Frame(RootModel[AnyCommand]):
    """A command, exactly as on the socket; at an address of its own its `type` may be left out."""

    model_config = ConfigDict(json_schema_extra={"required": ["type"]})


class Described(AutoSchema):
    """Names each operation by its method and address, so that no two are called the same."""

    def get_operation_id(self) -> str:
        words = re.findall(r"\w+", self.path.removeprefix("/api"))
        return "_".join([self.method.lower(), *words])

    def get_tags(self) -> list[str]:
        words = re.findall(r"\w+", self.path.removeprefix("/api"))
        return [words[0]] if words else []


class Shapes(PydanticExtension):  # type: ignore[no-untyped-call]
    """In a request what has a default may be left out; in an answer it is always there."""

    priority = 1

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Description:
        mode: JsonSchemaMode = "validation" if direction == "request" else "serialization"
        described: Description = self.target.model_json_schema(ref_template=REF, mode=mode)
        for name, inner in described.pop("$defs", {}).items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SCHEMA, object=name, schema=inner
            )
            auto_schema.registry.register_on_missing(component)
        return described


def first_addresses(endpoints: list[Endpoint]) -> list[Endpoint]:
    """What stands under /api/v1/ too is described once."""
    return [each for each in endpoints if not each[0].startswith("/api/v1/")]


def with_refusals(result: Description, **_: Any) -> Description:
    """Any operation may be refused, always in the same shape, with the codes of its status."""
    result["components"]["schemas"]["Refusal"] = REFUSAL
    described = result["components"].setdefault("responses", {})
    for status in USUAL_STATUSES:
        described[f"Refused{status}"] = {
            "description": f"Refused: {', '.join(codes_of(status))}.",
            "content": json_of("#/components/schemas/Refusal"),
        }
    other = {"description": "Refused.", "content": json_of("#/components/schemas/Refusal")}
    for methods in result["paths"].values():
        for operation in methods.values():
            for status in USUAL_STATUSES:
                answer = {"$ref": f"#/components/responses/Refused{status}"}
                operation["responses"].setdefault(str(status), answer)
            operation["responses"].setdefault("default", other)
    return result


def codes_of(status: int) -> list[str]:
    return [code for code, each in STATUS_OF.items() if each == status]


def with_streams(result: Description, **_: Any) -> Description:
    """The streams of events, which are no views of the framework."""
    result["paths"]["/api/events"] = {"get": stream("get_events", "the Main Nest", [])}
    code = {"in": "path", "name": "code", "required": True, "schema": {"type": "string"}}
    result["paths"]["/api/nests/{code}/events"] = {
        "get": stream("get_nests_code_events", "a nest", [code])
    }
    return result


def stream(operation_id: str, where: str, parameters: list[Description]) -> Description:
    observe = {"in": "query", "name": "observe", "schema": {"type": "string", "enum": ["1"]}}
    last = {"in": "header", "name": "Last-Event-ID", "schema": {"type": "string"}}
    body = {"text/event-stream": {"schema": {"type": "string"}}}
    return {
        "operationId": operation_id,
        "description": f"The events of {where} as server-sent events, a snapshot first. "
        "With `observe=1` one listens without counting as a listener.",
        "parameters": [*parameters, observe, last],
        "tags": ["events"],
        "security": [{"apiKey": []}, {"bearer": []}, {"cookieAuth": []}],
        "responses": {"200": {"description": "A stream without end.", "content": body}},
    }


def json_of(ref: str) -> Description:
    return {"application/json": {"schema": {"$ref": ref}}}


REFUSAL: Description = {
    "type": "object",
    "description": "What was understood and will not be done.",
    "properties": {
        "error": {"type": "string", "enum": sorted(STATUS_OF)},
        "message": {"type": "string", "description": "a sentence for people"},
        "retry_after_s": {"type": "integer", "description": "seconds; also in Retry-After"},
    },
    "required": ["error", "message"],
}
