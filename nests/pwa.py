"""Pages around the rooms: the wall, the lobby, and what makes the house installable."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from segno.helpers import make_wifi

from andre.accounts.identity import Identity
from andre.accounts.roles import Role
from andre.core.conf import conf
from andre.core.keys import MAIN
from nests.door.entrance import close_page
from nests.registry import store
from nests.views import nest_here, nest_of, no_nest, require_signed_in

SHELL_SECONDS = 3600
WORKER = "js/service_worker.js"


@require_signed_in
def wall(request: HttpRequest, seat: Identity, code: str) -> HttpResponse:
    nest = store.get_nest(MAIN) if code == MAIN else nest_here(request, code, seat)
    if nest is None:
        return no_nest(request, code)
    page = nest_of(request, nest, seat) | {"wifi": wifi_code(seat)}
    return close_page(request, nest, seat) or render(request, "nests/wall.html", page)


def wifi_code(seat: Identity) -> str:
    """The address of a picture that brings a phone into the network; for the owner of a home."""
    name = conf().andre_wifi_ssid
    if not (name and conf().is_home and seat.role == Role.OWNER):
        return ""
    password = conf().andre_wifi_password
    return make_wifi(
        name,
        password.get_secret_value() if password else None,
        "WPA" if password else "nopass",
    ).svg_data_uri(scale=6, border=2, light="#fff")


@require_signed_in
def lobby(request: HttpRequest, _: Identity) -> HttpResponse:
    told = {"nests_enabled": conf().nests_enabled, "has_themes": conf().nest_admin_enabled}
    return render(request, "nests/lobby.html", told)


@require_safe
@cache_control(max_age=SHELL_SECONDS, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


@require_safe
@never_cache
def service_worker(_: HttpRequest) -> HttpResponse:
    """Served from the root, for a worker looks after nothing above its own address."""
    headers = {"Service-Worker-Allowed": "/"}
    return HttpResponse(worker_source(), content_type="text/javascript", headers=headers)


def worker_source() -> str:
    collected = Path(settings.STATIC_ROOT) / WORKER
    found = collected if collected.exists() and not settings.DEBUG else finders.find(WORKER)
    return Path(str(found)).read_text()


@require_safe
@cache_control(max_age=SHELL_SECONDS, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker shows while there is no way to the house; nobody's own."""
    return render(request, "offline.html")
