from django.urls import path

from nests import api, pwa, views

urlpatterns = [
    path("api/nests", api.Nests.as_view(), name="nests"),
    path("api/nests/public", api.PublicNests.as_view(), name="public_nests"),
    path("api/nests/<str:code>", api.OneNest.as_view(), name="nest_detail"),
    path("api/nests/<str:code>/join", api.Join.as_view(), name="nest_join"),
    path("api/nests/<str:code>/leave", api.Leave.as_view(), name="nest_leave"),
    path("api/nests/<str:code>/qr.svg", api.QrCode.as_view(), name="nest_qr"),
    path("nest/<str:code>/wall", pwa.wall, name="wall"),
    path("lobby", pwa.lobby, name="lobby"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("offline", pwa.offline, name="offline"),
    path("nest/<str:code>", views.nest_page, name="nest"),
    path("nest/<str:name>/", views.short_address),
    path("", views.main_page, name="main_nest"),
]
