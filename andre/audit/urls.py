"""Where the audit is read."""

from django.urls import path

from andre.audit import api

urlpatterns = [path("api/audit", api.Audit.as_view(), name="audit")]
