"""Jobs over HTTP: asked for, looked at, cancelled; and who does them."""

import json
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import credential_of, identity_of_request
from andre.accounts.identity import Identity
from andre.accounts.permissions import at_least
from andre.accounts.roles import Role, reaches
from andre.core.address_numbers import describe_whole_number
from andre.core.errors import Refusal
from andre.core.http_headers import NO_STORE
from andre.core.person_ids import person_id
from andre.core.rate_limits import consume
from andre.jobs import submission
from andre.jobs.models import Job
from andre.jobs.registry import find_job_type
from andre.jobs.response_schemas import (
    ArtifactTold,
    AttemptTold,
    JobFilter,
    Jobs,
    JobTold,
    JobWish,
    WholeJob,
    Workers,
    WorkerTold,
)
from andre.jobs.states import Status
from andre.jobs.times import current_time
from andre.jobs.workers import recent_workers
from andre.protocol.frames import has_nul_escape, validate_body


class Submit(APIView):
    """Ask for a job. `sync` answers after its first attempt."""

    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(request=JobWish, responses=WholeJob)
    def post(self, request: Request) -> Response:
        if has_nul_escape(json.dumps(request.data)):
            raise Refusal("malformed", "There is a character in this that no text has (U+0000).")
        wanted = validate_body(JobWish, request.data)
        credential = credential_of(request)
        consume("jobs", credential.seat.email)
        job_type = find_job_type(wanted.job_type)
        payload = validate_body(job_type.payload, wanted.payload)
        if wanted.mode == "async":
            submission.require_async_jobs()
        job_type.check(payload, credential)
        job = submission.submit_job(
            job_type,
            payload,
            credential.seat.email,
            mode=wanted.mode,
            idempotency_key=wanted.idempotency_key,
            max_attempts=wanted.max_attempts,
        )
        return respond_job(job)


class OneJob(APIView):
    """A job with its attempts, and what it has made."""

    permission_classes = [at_least(Role.VIEWER)]

    @extend_schema(responses=WholeJob)
    def get(self, request: Request, job_id: int) -> Response:
        seat = identity_of_request(request)
        consume("lists", seat.email)
        job = jobs_visible_to(seat).filter(pk=job_id).first()
        if job is None:
            raise Refusal("not_found", "There is no job with this number.")
        return respond_job(job)


class Cancel(APIView):
    """A job that waits is cancelled, one that runs is soon; one that is over stays as it is."""

    permission_classes = [at_least(Role.OPERATOR)]

    @extend_schema(request=None, responses=WholeJob)
    def post(self, request: Request, job_id: int) -> Response:
        consume("jobs", identity_of_request(request).email)
        return respond_job(submission.cancel_job(job_id, current_time()))


class AllJobs(APIView):
    """The newest first."""

    permission_classes = [at_least(Role.VIEWER)]

    @extend_schema(
        parameters=[
            OpenApiParameter("status", enum=Status.values),
            OpenApiParameter("job_type"),
            OpenApiParameter("created_by", description="a person's id, or one's own address"),
            OpenApiParameter("created_after", OpenApiTypes.DATETIME),
            OpenApiParameter("created_before", OpenApiTypes.DATETIME),
            OpenApiParameter("limit", describe_whole_number(1, 1000), description="else 100"),
            OpenApiParameter("offset", describe_whole_number(0, 2**31)),
        ],
        responses=Jobs,
    )
    def get(self, request: Request) -> Response:
        seat = identity_of_request(request)
        consume("lists", seat.email)
        wanted = validate_body(JobFilter, request.query_params.dict())
        found = filter_jobs(jobs_visible_to(seat), wanted, seat.email)
        page = found[wanted.offset : wanted.offset + wanted.limit]
        listed = Jobs(
            jobs=[JobTold.model_validate(columns_of_job(job)) for job in page],
            total=found.count(),
            limit=wanted.limit,
            offset=wanted.offset,
        )
        return Response(listed.model_dump(mode="json"), headers=NO_STORE)


class AllWorkers(APIView):
    """Processes that do jobs and were heard of in the last half minute."""

    permission_classes = [at_least(Role.ADMIN)]

    @extend_schema(responses=Workers)
    def get(self, request: Request) -> Response:
        under_way: dict[str, list[int]] = {}
        for job in Job.objects.filter(status=Status.RUNNING).order_by("pk"):
            under_way.setdefault(job.lease_owner, []).append(job.pk)
        workers = [
            WorkerTold(
                worker=each.worker,
                kind=each.kind,
                started_at=each.started_at,
                seen_at=each.seen_at,
                jobs=under_way.get(each.worker, []),
            )
            for each in recent_workers(current_time())
        ]
        return Response(Workers(workers=workers).model_dump(mode="json"), headers=NO_STORE)


def jobs_visible_to(seat: Identity) -> QuerySet[Job]:
    """A job about a private nest, say, is for operators and for whoever asked for it."""
    if reaches(seat.role, Role.OPERATOR):
        return Job.objects.all()
    return Job.objects.filter(is_confidential=False) | Job.objects.filter(created_by=seat.email)


def filter_jobs(jobs: QuerySet[Job], wanted: JobFilter, viewer: str) -> QuerySet[Job]:
    columns = {
        "status": wanted.status,
        "type": wanted.job_type,
        "created_at__gt": wanted.created_after,
        "created_at__lt": wanted.created_before,
    }
    jobs = jobs.filter(**{name: value for name, value in columns.items() if value is not None})
    if wanted.created_by is None:
        return jobs
    if wanted.created_by.strip().lower() == viewer:
        return jobs.filter(created_by=viewer)
    creators = jobs.order_by().values_list("created_by", flat=True).distinct()
    named = [email for email in creators if person_id(email) == wanted.created_by]
    return jobs.filter(created_by__in=named)


def respond_job(job: Job) -> Response:
    whole = WholeJob(
        **columns_of_job(job),
        attempts=[AttemptTold(**columns_in(AttemptTold, each)) for each in job.attempts.all()],
        artifacts=[ArtifactTold(**columns_in(ArtifactTold, each)) for each in job.artifacts.all()],
    )
    return Response(whole.model_dump(mode="json"), headers=NO_STORE)


def columns_of_job(job: Job) -> dict[str, Any]:
    plain = {name: getattr(job, name) for name in JobTold.model_fields if hasattr(job, name)}
    told = {"job_type": job.type, "status": str(job.status), "mode": str(job.mode)}
    return plain | told | {"created_by": person_id(job.created_by)}


def columns_in(shape: type[Any], row: object) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields}
