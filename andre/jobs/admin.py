"""What operators see of jobs and of who does them; they cancel one, or have it done again."""

import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from pydantic import ValidationError

from andre.core.admin_base import ReadOnly, Reason, Reasoned, ask_reason, reason_in, record_act
from andre.core.errors import Refusal
from andre.jobs import submission
from andre.jobs.models import Job, JobArtifact, JobAttempt, WorkerHeartbeat
from andre.jobs.registry import find_job_type
from andre.jobs.times import current_time

ROWS_PER_PAGE = 50


class Rows(admin.TabularInline):  # type: ignore[type-arg]  # Django knows no generics here.
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class AttemptRows(Rows):
    model = JobAttempt
    fields = ("number", "worker", "outcome", "error", "started_at", "ended_at")


class ArtifactRows(Rows):
    model = JobArtifact
    fields = ("name", "content", "created_at")
    readonly_fields = ("content",)

    def content(self, artifact: JobArtifact) -> SafeString:
        return show_json(artifact.data)


@admin.register(Job)
class JobAdmin(ReadOnly, Reasoned):
    list_display = ("id", "type", "status", "progress", "tries", "created_by", "created_at")
    list_display_links = ("id", "type")
    list_filter = ("status", "type", "created_at")
    search_fields = ("=id", "type", "created_by", "error")
    show_full_result_count = False
    list_per_page = ROWS_PER_PAGE
    actions = ("cancel_selected",)
    inlines = (AttemptRows, ArtifactRows)
    fields = (
        *("type", "status", "progress", "tries", "error", "what_for", "what_came_of_it", "mode"),
        *("idempotency_key", "is_confidential", "next_run_at", "lease_owner", "lease_expires_at"),
        *("created_by", "created_at", "started_at", "finished_at"),
    )

    def progress(self, job: Job) -> str | None:
        if job.is_over or not job.step:
            return None
        return f"{job.step}: {job.done} of {job.total}" if job.total else job.step

    @admin.display(description="attempts", ordering="attempt_count")
    def tries(self, job: Job) -> str:
        return f"{job.attempt_count} of {job.max_attempts}"

    @admin.display(description="payload")
    def what_for(self, job: Job) -> SafeString:
        return show_json(job.payload)

    @admin.display(description="result")
    def what_came_of_it(self, job: Job) -> SafeString | None:
        return None if job.result is None else show_json(job.result)

    @admin.action(description="Cancel the selected jobs", permissions=["view"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        for job in queryset:
            submission.cancel_job(job.pk, current_time())
            record_act(request, job, "cancel", reason_in(request))

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        pages = [
            path("<int:job_id>/cancel/", guard(self.cancel_view), name="cancel_job"),
            path("<int:job_id>/again/", guard(self.again_view), name="run_job_again"),
        ]
        return [*pages, *super().get_urls()]

    def cancel_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Raises Refusal `not_found`."""
        job, form = submission.find_job(job_id), Reason(request.POST or None)
        if not form.is_valid():
            title = f"Cancel job {job_id} ({job.type})"
            return ask_reason(
                request, form, title=title, button="Cancel this job", back=page_of_job(job)
            )
        job = submission.cancel_job(job_id, current_time())
        record_act(request, job, "cancel", form.cleaned_data["reason"])
        has_ended = job.status == "cancelled"
        messages.info(
            request, "The job is cancelled." if has_ended else "The job ends as soon as it can."
        )
        return redirect(page_of_job(job))

    def again_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Another job like this one, under no key. Raises Refusal `not_found`."""
        job, form = submission.find_job(job_id), Reason(request.POST or None)
        if not form.is_valid():
            title = f"Run job {job_id} ({job.type}) again"
            return ask_reason(request, form, title=title, button="Run again", back=page_of_job(job))
        try:
            again = submit_alike(job, request.user.get_username())
        except (Refusal, ValidationError):
            messages.error(request, "This version of Andre knows no such job any more.")
            return redirect(page_of_job(job))
        record_act(request, again, "run again", form.cleaned_data["reason"])
        messages.success(request, "A worker does it again, as this job.")
        return redirect(page_of_job(again))


def submit_alike(job: Job, created_by: str) -> Job:
    """Raises Refusal or ValidationError where this version has no such job."""
    job_type = find_job_type(job.type)
    payload = job_type.payload.model_validate(job.payload)
    return submission.submit_job(job_type, payload, created_by, max_attempts=job.max_attempts)


def page_of_job(job: Job) -> str:
    return reverse("admin:jobs_job_change", args=[job.pk])


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnly):
    """Those of the last day; one that was not heard of for half a minute is gone, or stuck."""

    list_display = ("worker", "kind", "started_at", "seen_at")
    list_filter = ("kind",)
    list_per_page = ROWS_PER_PAGE


def show_json(data: object) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(data, indent=2, ensure_ascii=False))
