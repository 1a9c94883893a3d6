"""Pages of device links: where a code is shown, and where one is confirmed."""

import time
from typing import TypedDict

import segno
import structlog
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from andre.accounts import api_keys, device_links
from andre.accounts.client_address import client_address
from andre.accounts.identity import identity_of_session
from andre.accounts.models import ApiKey
from andre.accounts.typed_codes import LONGEST_TYPED
from andre.accounts.views import OUR_BACKEND
from andre.core.errors import Refusal
from andre.core.keys import log_name
from andre.core.rate_limits import require_counting

LINK_ENTRY = "device_link"

log = structlog.get_logger(__name__)


class ShownCode(TypedDict):
    """What a browser that waits keeps in its session; `until` is a second of the epoch."""

    code: str
    secret: str
    until: float


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_sign_in(request: HttpRequest) -> HttpResponse:
    """A code for this browser; posting asks whether somebody has confirmed it.

    Raises Refusal `rate_limited` or `unavailable`.
    """
    require_counting()
    shown: ShownCode | None = request.session.get(LINK_ENTRY)
    if request.method == "POST" and shown is not None:
        return collect_code(request, shown)
    if shown is None or shown["until"] <= time.time():
        shown = show_new_code(request)
    return waiting_page(request, shown)


def show_new_code(request: HttpRequest) -> ShownCode:
    code, secret = device_links.begin_link("browser", "", client_address(request))
    until = time.time() + device_links.LINK_SECONDS
    shown = ShownCode(code=code, secret=secret, until=until)
    request.session[LINK_ENTRY] = shown
    return shown


def collect_code(request: HttpRequest, shown: ShownCode) -> HttpResponse:
    try:
        found = device_links.collect_link(shown["code"], shown["secret"], "browser")
    except Refusal as refusal:
        request.session.pop(LINK_ENTRY, None)
        return waiting_page(request, None, refusal)
    if found is None:
        return waiting_page(request, shown)
    person, _ = found
    request.session.pop(LINK_ENTRY, None)
    login(request, person, backend=OUR_BACKEND)
    log.info("browser_linked", person=log_name(person.email))
    return redirect(settings.LOGIN_REDIRECT_URL)


def waiting_page(
    request: HttpRequest, shown: ShownCode | None, refusal: Refusal | None = None
) -> HttpResponse:
    told: dict[str, object] = {"problem": refusal.message if refusal else ""}
    if shown is not None:
        address = request.build_absolute_uri(reverse("link"))
        picture = segno.make(f"{address}?code={shown['code']}", error="m")
        told |= {
            "code": device_links.format_code(shown["code"]),
            "address": address.partition("://")[2],
            "picture": mark_safe(picture.svg_inline(scale=5, border=2, light="#fff")),  # noqa: S308
            "poll_ms": device_links.POLL_SECONDS * 1000,
        }
    return render(
        request, "accounts/code_sign_in.html", told, status=refusal.status if refusal else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest) -> HttpResponse:
    """Where somebody who is signed in types a code, sees who asks, and lets them in or not."""
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(request.get_full_path())
    code = (request.POST.get("code") or request.GET.get("code", ""))[:LONGEST_TYPED]
    told: dict[str, object] = {"code": code, "keys": list_keys(seat.email)}
    status = 200
    if request.method == "POST":
        require_counting()
        try:
            told |= answer_code(request, code, seat.email)
        except Refusal as refusal:
            told |= {"problem": refusal.message}
            status = refusal.status
    return render(request, "accounts/link.html", told, status=status)


def answer_code(request: HttpRequest, code: str, email: str) -> dict[str, object]:
    """What the page shows next: who asks, or what came of it. Raises Refusal."""
    address = client_address(request)
    answer = request.POST.get("answer", "")
    if answer not in ("allow", "refuse"):
        return {"asking": device_links.find_link(code, address)}
    is_allowed = answer == "allow"
    link = device_links.answer_link(code, email if is_allowed else "", address)
    log.info("device_link_answered", person=log_name(email), kind=link.kind, allowed=is_allowed)
    return {"answered": link, "is_allowed": is_allowed, "code": ""}


def list_keys(email: str) -> list[ApiKey]:
    """The keys of theirs that are good, the newest first."""
    now = timezone.now()
    found = ApiKey.objects.select_related("owner").filter(owner__email=email, enabled=True)
    return [key for key in found.order_by("-created") if key.is_good(now)]


@require_POST
def remove_key(request: HttpRequest, key_id: str) -> HttpResponse:
    """A program of one's own has a key no longer. Raises Http404."""
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        raise Http404
    key = ApiKey.objects.filter(pk=key_id, owner__email=seat.email).first()
    if key is None:
        raise Http404
    api_keys.disable(key, seat.email)
    log.info("key_removed", key=key.hash[:8], person=log_name(seat.email))
    return redirect("link")
