from django.urls import path

from bender import api

urlpatterns = [
    path("api/bender/health", api.Health.as_view(), name="bender_health"),
    path("api/bender/runs", api.Runs.as_view(), name="bender_runs"),
    path("api/bender/runs/<int:run_id>", api.OneRun.as_view(), name="bender_run"),
    path("api/bender/runs/<int:run_id>/shadow", api.Shadow.as_view(), name="bender_shadow"),
]
