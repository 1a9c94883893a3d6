"""Where somebody sees what is kept about them."""

from django.urls import path

from andre.person_data import api, views

urlpatterns = [
    path("me", views.about_me, name="about_me"),
    path("api/me", api.Me.as_view(), name="me"),
    path("api/me/export", api.Export.as_view(), name="my_export"),
]
