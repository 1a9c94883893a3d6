"""The admin: who gets in and by which door, and the pages that no table stands behind.

Live nests are in Redis. An unmanaged model for them would have to feed Django's lists something
that looks like a queryset and behaves like one under filters, sorting and deletion; plain views
under `get_urls` need none of that, and this site is on the roof, from where every room is seen.
"""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse

from andre.accounts.identity import identity_of_session
from andre.accounts.operators import is_operator
from andre.accounts.views import sign_out
from andre.core.errors import Refusal
from andre.web.admin import nests


class OperatorSite(AdminSite):
    site_header = site_title = "Andre"
    index_title = "Behind the scenes"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Nobody has a password: the way in is our own sign-in.

        Raises Refusal for somebody who is signed in and no operator; going there would only bring
        them back.
        """
        if not self.has_permission(request) and identity_of_session(request.session) is not None:
            raise Refusal("forbidden", "Only the operators of this server come in here.")
        index = reverse("admin:index", current_app=self.name)
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, index))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [
            path("logout/", sign_out, name="logout"),
            path("nests/live/", self.admin_view(nests.list_view), name="live_nests"),
            path("nests/live/<str:nest_id>/", self.admin_view(nests.detail_view), name="live_nest"),
            path(
                "nests/live/<str:nest_id>/set-up/",
                self.admin_view(nests.settings_view),
                name="set_up_nest",
            ),
            path(
                "nests/live/<str:nest_id>/end/", self.admin_view(nests.delete_view), name="end_nest"
            ),
        ]
        return [*pages, *super().get_urls()]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        for app in apps:
            if app["app_label"] == "nests":
                app["models"].insert(0, nests.entry())
        return apps
