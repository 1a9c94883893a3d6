"""Bender over HTTP: what he would pick, and why."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts import api_keys
from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.permissions import at_least
from andre.accounts.roles import Role, reaches
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import consume
from bender import response_schemas
from bender.models import BenderRun
from bender.runs import runner, shadow
from nests.api import validate_body
from nests.registry import store

CLEAN, EXPLICIT = "clean", "explicit"


class Health(APIView):
    """Which providers of picks could be asked now."""

    @extend_schema(responses=response_schemas.Health)
    def get(self, _: Request) -> Response:
        return Response({runner.CLASSIC: True, runner.VIBE: conf().smart_bender})


class Runs(APIView):
    """Picks for a nest as it is now. Nothing is queued, and nobody notices."""

    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(request=response_schemas.RunWish, responses=response_schemas.Run)
    def post(self, request: Request) -> Response:
        wanted = validate_body(response_schemas.RunWish, request.data)
        seat = identity_of_request(request)
        consume("runs", seat.email)
        run = shadow.request_run(
            store.get_nest(wanted.nest),
            wanted.profile,
            wanted.execution_mode,
            seat.email,
            explicit=is_explicit(wanted.mode, request),
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
        return Response({"primary": run_response(run), "shadow": shadow.comparison(run)})


def is_explicit(mode: str, request: Request) -> bool:
    """Whether explicit songs may be among the picks. Raises Refusal."""
    word = mode.strip().lower()
    if word not in (CLEAN, EXPLICIT):
        raise Refusal("validation_error", f"mode: {CLEAN} or {EXPLICIT} is needed.")
    if word == EXPLICIT and not may_be_explicit(request):
        raise Refusal("feature_not_allowed", "Explicit songs are not for this key.")
    return word == EXPLICIT


def may_be_explicit(request: Request) -> bool:
    credential = credential_of(request)
    if not reaches(credential.seat.role, Role.RESEARCHER):
        return False
    if credential.kind == "session":
        return True
    key = api_keys.with_id(credential.name)
    return key is not None and key.explicit_allowed


def run_named(run_id: int) -> BenderRun:
    run = BenderRun.objects.filter(pk=run_id).first()
    if run is None:
        raise Refusal("not_found", "There is no run with this number.")
    return run


def run_response(run: BenderRun) -> dict[str, Any]:
    beside = BenderRun.objects.filter(shadow_of=run).only("pk").first()
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
        "picks": run.picks,
        "shadow_job_id": beside.pk if beside else None,
    }
