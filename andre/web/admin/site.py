"""The admin: who gets in and by which door, and the pages that no table stands behind.

Live nests are in Redis. An unmanaged model for them would have to feed Django's lists something
that looks like a queryset and behaves like one under filters, sorting and deletion; plain views
under `get_urls` need none of that, and this site is on the roof, from where every room is seen.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from andre.accounts.identity import identity_of_session
from andre.accounts.operators import HIDDEN_APPS, is_operator
from andre.accounts.second_factor import is_second_factor_given
from andre.accounts.views import sign_out
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.web.admin import library_scan, nest_acts, nests
from andre.web.admin.overview import read_overview


class OperatorSite(AdminSite):
    site_header = site_title = "Andre"
    index_title = "Behind the scenes"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin] | None = None,  # type: ignore[type-arg]
        **options: Any,
    ) -> None:
        """Leaves out what packages register of HIDDEN_APPS: a row marked `is_superuser` by hand
        would be asked no permission there.
        """
        asked = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        shown = [model for model in asked if model._meta.app_label not in HIDDEN_APPS]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user) and is_second_factor_given(request, request.user)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Nobody has a password: the way in is our own sign-in.

        Raises Refusal for somebody who is signed in and no operator; going there would only bring
        them back. An operator is asked for the second factor, which at home is a code that the
        machine has printed.
        """
        index = reverse("admin:index", current_app=self.name)
        wanted = request.GET.get(REDIRECT_FIELD_NAME, index)
        if is_operator(request.user) and not is_second_factor_given(request, request.user):
            asks = "owner_code" if conf().is_home else "second_factor"
            return redirect_to_login(wanted, reverse(asks))
        if not self.has_permission(request) and identity_of_session(request.session) is not None:
            raise Refusal("forbidden", "Only the operators of this server come in here.")
        return redirect_to_login(wanted)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, {**read_overview(), **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        page = "" if conf().is_home else reverse("second_factor")
        return {**super().each_context(request), "second_factor_page": page}

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [
            path("logout/", sign_out, name="logout"),
            path(
                "player/track/scan/", self.admin_view(library_scan.scan_view), name="library_scan"
            ),
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
            path(
                "nests/live/<str:nest_id>/throttle/",
                self.admin_view(nest_acts.throttle_view),
                name="throttle_nest",
            ),
            path(
                "nests/live/<str:nest_id>/transfer/",
                self.admin_view(nest_acts.transfer_view),
                name="transfer_vanity",
            ),
            path(
                "nests/live/<str:nest_id>/<str:name>/",
                self.admin_view(nest_acts.operate_view),
                name="operate_nest",
            ),
            path("nests/bans/", self.admin_view(nests.bans_view), name="bans"),
        ]
        return [*pages, *super().get_urls()]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        for app in apps:
            if app["app_label"] == "nests":
                app["models"] = [*nests.entries(), *app["models"]]
        return apps
