"""All addresses of the house; the short ones of nests come last and shadow nothing."""

from django.contrib import admin
from django.urls import include, path

from andre import api, snapshot, twins
from nests import streams
from nests.views import short_address

events = streams.as_view(begin=snapshot.begin)

urlpatterns = [
    path("", include("andre.telemetry.urls")),
    path("", include("andre.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/nests/<str:code>/commands", api.Commands.as_view(), name="commands"),
    path("api/nests/<str:code>/snapshot", api.Snapshot.as_view(), name="snapshot"),
    path("api/ws-ticket", api.WsTicket.as_view(), name="ws_ticket"),
    path("", include(twins)),
    path("api/nests/<str:code>/events", events, name="events"),
    path("api/events", events, name="main_events"),
    path("", include("player.urls")),
    path("", include("nests.urls")),
    path("<str:name>", short_address, name="short_address"),
]
