"""The page of an operator's second factor: set up at the first visit, asked for in each session."""

from base64 import b32encode

import segno
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from andre.accounts import second_factor
from andre.accounts.identity import identity_of_session
from andre.accounts.operators import is_operator
from andre.accounts.views import redirect_target
from andre.core.conf import conf
from andre.core.errors import Refusal
from andre.core.rate_limits import require_counting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Raises Http404 for who is no operator, and at home, where the machine stands for it."""
    if identity_of_session(request.session) is None:
        return redirect_to_login(request.get_full_path())
    if conf().is_home or not is_operator(request.user):
        raise Http404
    if request.method != "POST":
        return show_page(request)
    require_counting()
    try:
        return answer_page(request, request.POST.get("act", ""), request.POST.get("code", ""))
    except Refusal as refusal:
        return show_page(request, refusal)


def answer_page(request: HttpRequest, act: str, code: str) -> HttpResponse:
    """Raises Refusal."""
    person = second_factor.person_of(request)
    if not second_factor.has_second_factor(person):
        return show_codes(request, second_factor.finish_set_up(request, code))
    if not second_factor.is_second_factor_given(request, request.user):
        second_factor.give_second_factor(request, code)
        return redirect(redirect_target(request))
    if act == "renew":
        return show_codes(request, second_factor.renew_recovery_codes(person))
    return show_page(request)


def show_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """What comes next for this person: to set it up, to give it, or to look after it."""
    person = second_factor.person_of(request)
    told: dict[str, object] = {"problem": refusal.message if refusal else ""}
    if not second_factor.has_second_factor(person):
        told |= describe_set_up(request)
    elif second_factor.is_second_factor_given(request, request.user):
        told |= {"state": "given", "left": second_factor.count_recovery_codes(person)}
    else:
        told["state"] = "asked"
    return render_page(request, told, refusal.status if refusal else 200)


def describe_set_up(request: HttpRequest) -> dict[str, object]:
    try:
        device = second_factor.begin_set_up(request)
    except Refusal as refusal:
        return {"state": "sign_in_again", "problem": refusal.message}
    secret = b32encode(device.bin_key).decode()
    picture = segno.make(device.config_url, error="m").svg_inline(scale=4, border=2, light="#fff")
    return {
        "state": "set_up",
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": mark_safe(picture),  # noqa: S308 - Squares, made of it by segno.
    }


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    shown = [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]
    return render_page(request, {"state": "codes", "codes": shown})


def render_page(request: HttpRequest, told: dict[str, object], status: int = 200) -> HttpResponse:
    told["next"] = redirect_target(request)
    return render(request, "accounts/second_factor.html", told, status=status)
