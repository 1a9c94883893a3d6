"""Where jobs are asked for and looked at."""

from django.urls import path

from andre.jobs import api

urlpatterns = [
    path("api/jobs", api.AllJobs.as_view(), name="jobs"),
    path("api/jobs/submit", api.Submit.as_view(), name="submit_job"),
    path("api/jobs/<int:job_id>", api.OneJob.as_view(), name="job"),
    path("api/jobs/<int:job_id>/cancel", api.Cancel.as_view(), name="cancel_job"),
    path("api/workers", api.AllWorkers.as_view(), name="workers"),
]
