"""What a load balancer asks, and what a monitor reads."""

from django.urls import path

from andre.telemetry import health, metric_views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("health", health.health, name="health"),
    path("metrics", metric_views.show_metrics, name="metrics"),
    path("metrics/prometheus", metric_views.show_prometheus, name="prometheus"),
]
