from django.urls import path

from nests import api, pages, views

urlpatterns = [
    path("api/nests", api.Nests.as_view(), name="nests"),
    path("api/nests/public", api.PublicNests.as_view(), name="public_nests"),
    path("api/nests/<str:code>", api.OneNest.as_view(), name="nest_detail"),
    path("api/nests/<str:code>/join", api.Join.as_view(), name="nest_join"),
    path("api/nests/<str:code>/leave", api.Leave.as_view(), name="nest_leave"),
    path("api/nests/<str:code>/qr.svg", api.QrCode.as_view(), name="nest_qr"),
    path("nest/<str:code>/wall", pages.wall, name="wall"),
    path("lobby", pages.lobby, name="lobby"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("sw.js", pages.service_worker, name="service_worker"),
    path("offline", pages.offline, name="offline"),
    path("nest/<str:code>", views.nest_page, name="nest"),
    path("nest/<str:name>/", views.short_address),
    path("", views.main_page, name="main_nest"),
]
