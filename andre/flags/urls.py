"""Where a program asks what it may use."""

from django.urls import path

from andre.flags import api

urlpatterns = [path("api/features", api.Features.as_view(), name="features")]
