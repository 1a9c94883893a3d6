"""The page "What is kept about me", and the two questions before somebody is erased."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from andre.accounts.identity import SIGNED_IN_AT, identity_of_session
from andre.billing import catalogue
from andre.core.errors import Refusal
from andre.core.person_ids import public_address
from andre.person_data import erasure
from andre.person_data.api import NOT_FRESH, is_fresh


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def about_me(request: HttpRequest) -> HttpResponse:
    """GET shows what is kept; the first POST asks again, the second one does it."""
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(request.get_full_path())
    fresh = is_fresh(request.session.get(SIGNED_IN_AT, 0))
    told = {"email": public_address(seat.email), "name": seat.name, "is_fresh": fresh}
    told["has_plans"] = catalogue.takes_payment()
    if request.method != "POST":
        told["lines"] = erasure.preview_erasure(seat.email)
        return render(request, "accounts/about_me.html", told)
    try:
        if not fresh:
            raise Refusal("session_required", NOT_FRESH)
        erasure.require_another_admin(seat.email)
        if "confirm" not in request.POST:
            told["lines"] = erasure.preview_erasure(seat.email)
            told["confirm"] = erasure.confirm_code(seat.email)
            return render(request, "accounts/erase_me.html", told)
        erasure.erase_confirmed(seat.email, request.POST["confirm"])
    except Refusal as refusal:
        told |= {"problem": refusal.message, "lines": erasure.preview_erasure(seat.email)}
        return render(request, "accounts/about_me.html", told, status=refusal.status)
    request.session.flush()
    return render(request, "accounts/erased.html")
