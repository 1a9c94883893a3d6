"""All addresses of the server; the short ones of nests come last and shadow nothing."""

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from andre.web import api, command_endpoints, snapshot
from andre.web.views import Nowhere
from nests.realtime import sse
from nests.views import short_address

handler500 = "andre.telemetry.middleware.server_error"
events = sse.as_view(begin=snapshot.resume_or_snapshot)

addresses: list[URLPattern | URLResolver] = [
    path("", include("andre.telemetry.urls")),
    path("", include("andre.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/nests/<str:code>/commands", api.Commands.as_view(), name="commands"),
    path("api/nests/<str:code>/snapshot", api.Snapshot.as_view(), name="snapshot"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("api/version", api.Version.as_view(), name="version"),
    path("api/ws-ticket", api.WsTicket.as_view(), name="ws_ticket"),
    path("", include(command_endpoints)),
    path("api/nests/<str:code>/events", events, name="events"),
    path("api/events", events, name="main_events"),
    path("", include("andre.web.admin.urls")),
    path("", include("andre.jobs.urls")),
    path("", include("andre.audit.urls")),
    path("", include("andre.flags.urls")),
    path("", include("andre.person_data.urls")),
    path("", include("andre.billing.urls")),
    path("", include("bender.urls")),
    path("", include("player.urls")),
    path("", include("nests.urls")),
]


def add_version_prefix(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """The API once more under /api/v1/: the same views."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from add_version_prefix(each.url_patterns if str(each.pattern) == "" else [])
        elif str(each.pattern).startswith("api/"):
            yield path(str(each.pattern).replace("api/", "api/v1/", 1), each.callback)


urlpatterns = [
    *addresses,
    *add_version_prefix(addresses),
    path("api/<path:rest>", Nowhere.as_view()),
    path("<str:name>", short_address, name="short_address"),
    path("<str:name>/", short_address),
]
