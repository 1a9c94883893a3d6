"""The audit over HTTP, for admins: the newest first, page by page."""

from datetime import datetime

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.accounts.permissions import at_least
from andre.accounts.roles import Role
from andre.audit.models import Action, AuditEvent
from andre.core.address_numbers import describe_whole_number
from andre.core.http_headers import NO_STORE
from andre.core.person_ids import person_id
from andre.core.rate_limits import consume
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Shape


class AuditFilter(BaseModel):
    """What an address asks for; `before` is the `id` of the last entry of the page before."""

    model_config = ConfigDict(extra="forbid")

    action: Action | None = None
    outcome: str | None = None
    actor: str | None = None
    nest: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = Field(default=None, ge=1, le=2**62)
    limit: int = Field(default=100, ge=1, le=1000)


class AuditTold(Shape):
    """`actor` is a person's id, and empty where the server itself acted."""

    id: int
    at: datetime
    action: str
    outcome: str
    actor: str
    credential: str
    nest_id: str
    subject: str
    reason: str
    details: dict[str, str | int | list[str] | None]


class AuditPage(Shape):
    """`next_before` asks for the page after this one; null on the last."""

    entries: list[AuditTold]
    next_before: int | None


class Audit(APIView):
    """Who did what, the newest first."""

    permission_classes = [at_least(Role.ADMIN)]

    @extend_schema(
        parameters=[
            OpenApiParameter("action", enum=Action.values),
            OpenApiParameter("outcome", description="`done`, or the code of a refusal"),
            OpenApiParameter("actor", description="an e-mail address"),
            OpenApiParameter("nest", description="a nest's id"),
            OpenApiParameter("subject", description="a person's id, or a key's eight characters"),
            OpenApiParameter("since", OpenApiTypes.DATETIME),
            OpenApiParameter("until", OpenApiTypes.DATETIME),
            OpenApiParameter(
                "before", describe_whole_number(1, 2**62), description="`next_before` of a page"
            ),
            OpenApiParameter("limit", describe_whole_number(1, 1000), description="else 100"),
        ],
        responses=AuditPage,
    )
    def get(self, request: Request) -> Response:
        consume("lists", identity_of_request(request).email)
        wanted = validate_body(AuditFilter, request.query_params.dict())
        rows = list(filter_entries(wanted)[: wanted.limit + 1])
        page = rows[: wanted.limit]
        told = AuditPage(
            entries=[describe_entry(row) for row in page],
            next_before=page[-1].pk if len(rows) > wanted.limit else None,
        )
        return Response(told.model_dump(mode="json"), headers=NO_STORE)


def filter_entries(wanted: AuditFilter) -> QuerySet[AuditEvent]:
    columns = {
        "action": wanted.action,
        "outcome": wanted.outcome,
        "actor": wanted.actor and wanted.actor.strip().lower(),
        "nest_id": wanted.nest,
        "subject": wanted.subject,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "pk__lt": wanted.before,
    }
    asked = {name: value for name, value in columns.items() if value is not None}
    return AuditEvent.objects.filter(**asked)


def describe_entry(row: AuditEvent) -> AuditTold:
    columns = {name: getattr(row, name) for name in AuditTold.model_fields}
    return AuditTold.model_validate(columns | {"actor": person_id(row.actor)})
