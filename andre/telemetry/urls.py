"""What a load balancer asks."""

from django.urls import path

from andre.telemetry import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("health", health.health, name="health"),
]
