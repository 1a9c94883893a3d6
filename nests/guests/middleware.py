"""Guests and addresses: the few that a pass opens, in its own nest; everything else is refused."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from andre.accounts.identity import SESSION_ENTRY
from andre.core import stores
from andre.core.errors import Refusal
from andre.core.keys import MAIN
from andre.telemetry.middleware import refusal_in, refusal_response
from nests.registry import store

# Nobody's own: the door itself, and what a browser fetches around a page.
OPEN_TO_ALL = {
    "join",
    "join_again",
    "owner",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "begin",
    "complete",
    "manifest",
    "service_worker",
    "offline",
}
# Of no nest: the guest's own looks and devices, and music, pictures and words to be chosen from.
OF_NO_NEST = {
    *("guest_browser", "my_preferences", "embed"),
    *("media_track", "media_encoding", "media_cover", "lyrics"),
    *("media_subsonic_track", "media_subsonic_cover"),
    *("media_jellyfin_track", "media_jellyfin_cover"),
    *("devices", "register_device", "device_heartbeat", "device"),
}
# These name a nest in the address, or mean the Main Nest.
OF_A_NEST = {
    "main_nest",
    "nest",
    "nest_door",
    "commands",
    "snapshot",
    "chat",
    "events",
    "main_events",
    "queue_enqueue",
    "media_token",
    "speaker",
    "progress",
    "resume",
    "nest_join",
}
# These name a nest in a parameter; without one they look beyond any.
WITH_A_NEST = {"library_shelf", "search", "suggestions", "paste"}

NOT_FOR_GUESTS = "This is not for guests. What you were invited to is the nest."


class GuestRoutes(MiddlewareMixin):
    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        # The session is not touched where it cannot matter: what is read makes an answer private.
        if name in OPEN_TO_ALL or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        try:
            nest = request.session.get(SESSION_ENTRY, {}).get("guest_nest")
            if not nest or is_open(name, request, kwargs, nest):
                return None
            return refusal_response(request, Refusal("forbidden", NOT_FOR_GUESTS))
        except (Refusal, *stores.FAULTS) as error:
            # Django hands what a view raises to other middlewares, but nothing raised before it.
            refusal = refusal_in(error)
            if refusal is None:
                raise
            return refusal_response(request, refusal)


guest_routes = GuestRoutes  # The settings name the middlewares by what they do.


def is_open(name: str | None, request: HttpRequest, kwargs: dict[str, Any], nest: str) -> bool:
    """Whether a pass for this nest opens the address of this name."""
    if name in OF_NO_NEST:
        return True
    if name in WITH_A_NEST:
        return name == "paste" or is_nest(request.GET.get("nest", ""), nest)
    return name in OF_A_NEST and is_nest(kwargs.get("code", MAIN), nest)


def is_nest(name: str, nest: str) -> bool:
    found = store.find_nest(name) if name else None
    return found is not None and found.nest_id == nest
