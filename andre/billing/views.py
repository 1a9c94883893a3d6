"""The pages of plans. To Stripe's own ones leads a page of ours, never a redirect of a form: the
browser holds those against `form-action`, and where Stripe's pages are is Stripe's to say.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from andre.accounts.identity import Identity, identity_of_session
from andre.billing import amounts, catalogue, changes
from andre.billing.catalogue import Offer
from andre.billing.changes import Status
from andre.billing.models import Customer
from andre.billing.origins import find_origin
from andre.core.errors import Refusal
from andre.plans import plans

NOTES = {
    "now": "Your plan is changed.",
    "at_period_end": "Your plan changes at the end of the period.",
}
CANCELLED = "Nothing was paid, and nothing has changed."
NOT_YET = "Stripe has not confirmed the payment yet. Look again in a minute."


@dataclass(frozen=True, slots=True)
class OfferRow:
    """`state` is `current`, `next`, or empty; `button` is empty where there is nothing to do."""

    price_id: str
    title: str
    amount: str
    interval: str
    features: list[str]
    state: str
    button: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upgrade_page(request: HttpRequest) -> HttpResponse:
    """GET shows what there is; POST begins a plan or changes the one that runs. Raises Refusal."""
    catalogue.require_payment()
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return offers_page(request, seat, note=note_in(request))
    try:
        begun = changes.choose_price(seat, request.POST.get("price_id", ""), find_origin(request))
    except Refusal as refusal:
        return offers_page(request, seat, problem=refusal.message, status=refusal.status)
    if begun.change == "checkout":
        return render(request, "billing/leaving.html", {"url": begun.url})
    return redirect(f"{changes.UPGRADE_PAGE}?changed={begun.change}")


@never_cache
@require_POST
def portal_page(request: HttpRequest) -> HttpResponse:
    catalogue.require_payment()
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(changes.UPGRADE_PAGE)
    try:
        url = changes.begin_portal(seat, find_origin(request))
    except Refusal as refusal:
        return offers_page(request, seat, problem=refusal.message, status=refusal.status)
    return render(request, "billing/leaving.html", {"url": url})


@never_cache
@require_safe
def return_page(request: HttpRequest) -> HttpResponse:
    """After paying: the plan is there at once, whether or not Stripe has told of it by now."""
    catalogue.require_payment()
    seat = identity_of_session(request.session)
    if seat is None or seat.is_guest:
        return redirect_to_login(request.get_full_path())
    try:
        is_there = changes.finish_checkout(seat, request.GET.get("session_id", ""))
    except Refusal as refusal:
        return offers_page(request, seat, problem=refusal.message, status=refusal.status)
    if not is_there:
        return offers_page(request, seat, note=NOT_YET)
    return render(request, "billing/thanks.html", {"status": changes.read_status(seat.email)})


def note_in(request: HttpRequest) -> str:
    if "cancelled" in request.GET:
        return CANCELLED
    return NOTES.get(request.GET.get("changed", ""), "")


def offers_page(
    request: HttpRequest, seat: Identity, *, note: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    found = changes.read_status(seat.email)
    told = {
        "plan": found,
        "rows": list_rows(found) if catalogue.is_selling() else [],
        "changes_on": moment_of_change(found),
        "has_portal": Customer.objects.filter(email=seat.email).exists(),
        "note": note,
        "problem": problem,
    }
    return render(request, "billing/upgrade.html", told, status=status)


def list_rows(found: Status) -> list[OfferRow]:
    return [
        OfferRow(
            price_id=offer.price_id,
            title=f"{offer.tier.label}, by the {offer.interval}",
            amount=amounts.read_amount(offer.price_id),
            interval=offer.interval,
            features=sorted(plans.TITLES[name] for name in plans.FEATURES[offer.tier]),
            state=find_offer_state(offer, found),
            button=button_of(offer, found),
        )
        for offer in catalogue.list_offers()
    ]


def find_offer_state(offer: Offer, found: Status) -> str:
    if offer.price_id == found.price_id:
        return "current"
    return "next" if offer.price_id == found.next_price_id else ""


def button_of(offer: Offer, found: Status) -> str:
    match find_offer_state(offer, found):
        case "current":
            return "Keep it" if found.cancels_at or found.next_price_id else ""
        case "next":
            return ""
    if not found.price_id:
        return "Subscribe"
    is_higher = offer.rank > changes.rank_of(found.price_id)
    return "Upgrade now" if is_higher else "Change at the end of the period"


def moment_of_change(found: Status) -> datetime | None:
    return found.renews_at if found.next_price_id else None
