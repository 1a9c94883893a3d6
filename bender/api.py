"""Bender over HTTP: what he would pick, and why."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.permissions import at_least
from andre.accounts.roles import Role
from andre.core.errors import Refusal
from andre.core.person_ids import person_id
from andre.core.rate_limits import consume
from andre.flags import flags
from bender import response_schemas
from bender.models import BenderRun
from bender.runs import shadow
from bender.runs.run_job import is_explicit
from bender.selection import profiles
from nests.api import validate_body
from nests.registry import store


class Health(APIView):
    """Which providers of picks could be asked now."""

    @extend_schema(responses=response_schemas.Health)
    def get(self, _: Request) -> Response:
        return Response({profiles.CLASSIC: True, profiles.VIBE: flags.is_on("smart_bender")})


class Runs(APIView):
    """Picks for a nest as it is now. Nothing is queued, and nobody notices."""

    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(request=response_schemas.RunWish, responses=response_schemas.Run)
    def post(self, request: Request) -> Response:
        wanted = validate_body(response_schemas.RunWish, request.data)
        seat = identity_of_request(request)
        consume("runs", seat.email)
        if wanted.execution_mode == "shadow":
            flags.require_flag("bender_shadow", seat.role)
        run = shadow.request_run(
            store.get_nest(wanted.nest),
            wanted.profile,
            wanted.execution_mode,
            seat.email,
            explicit=is_explicit(wanted.mode, credential_of(request)),
        )
        return Response(run_response(run))


class OneRun(APIView):
    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(responses=response_schemas.Run)
    def get(self, _: Request, run_id: int) -> Response:
        return Response(run_response(run_named(run_id)))


class Shadow(APIView):
    """A run and the one that another profile made beside it."""

    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(responses=response_schemas.SideBySide)
    def get(self, _: Request, run_id: int) -> Response:
        run = run_named(run_id)
        comparison = shadow.comparison(run)
        return Response(
            {
                "primary": run_response(run),
                "shadow": comparison
                and comparison | {"picks": [with_id(pick) for pick in comparison["picks"]]},
            }
        )


def run_named(run_id: int) -> BenderRun:
    """Raises Refusal `not_found`."""
    run = BenderRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Refusal("not_found", "There is no run with this number.")
    return run


def with_id(pick: dict[str, Any]) -> dict[str, Any]:
    """`original_user` is stored as an address."""
    return pick | {"original_user": person_id(pick["original_user"])}


def run_response(run: BenderRun) -> dict[str, Any]:
    beside = BenderRun.objects.filter(shadow_of=run).only("job_id").first()
    return {
        "run_id": run.pk,
        "nest": run.nest_id,
        "profile": run.profile,
        "execution_mode": run.execution_mode,
        "status": run.status,
        "seed_uri": run.seed_uri,
        "runtime_ms": run.runtime_ms,
        "fallback_reason": run.fallback_reason,
        "pick_count": len(run.picks),
        "picks": [with_id(pick) for pick in run.picks],
        "job_id": run.job_id,
        "shadow_job_id": beside.job_id if beside else None,
    }
