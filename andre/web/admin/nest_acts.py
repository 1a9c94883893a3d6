"""The admin's pages that ask, before something is done to a nest, why, and what else is needed."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from andre.core.admin_base import Reason, ask_reason, reason_field
from andre.core.errors import Refusal
from andre.web.admin import operations
from andre.web.admin.nests import gone, name_in_nest, why_of
from andre.web.admin.operations import OPERATIONS
from nests.moderation import throttling
from nests.registry import store
from nests.registry.records import Nest

SLOWED = (
    "What its people do with the queue, the playback and the chat is limited, and they are told "
    "so. Who looks after the nest can still moderate it."
)
TRANSFERRED = "The vanity code leads to another nest at once; this one keeps its code and its slug."


def operate_view(request: HttpRequest, nest_id: str, name: str) -> HttpResponse:
    """One of OPERATIONS, after its reason; `person` stands in the address. Raises Http404."""
    nest, operation = store.find_nest(nest_id), OPERATIONS.get(name)
    if operation is None:
        raise Http404
    if nest is None:
        return gone(request, nest_id)
    form, person = Reason(request.POST or None), request.GET.get("person", "")
    whom = f": {name_in_nest(nest_id, person)}" if person else ""

    def operate() -> str:
        operations.operate(name, nest, why_of(request, form), person)
        return f"{nest.name} ({nest.code}) {operation.done}."

    return act_with_form(
        request, form, operate, nest, operation.title, operation.sentence, whom=whom
    )


def throttle_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    """Slow a nest, or slow it in another way."""
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    form = ThrottleForm(request.POST or None)

    def slow() -> str:
        typed = form.cleaned_data
        why = why_of(request, form)
        operations.slow_nest(nest, why, a_minute=typed["a_minute"], minutes=typed["minutes"])
        return f"{nest.name} ({nest.code}) is slowed for {typed['minutes']} minutes."

    return act_with_form(request, form, slow, nest, "Throttle the nest", SLOWED)


def transfer_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    """Give its vanity code to another nest."""
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    form = TransferForm(request.POST or None)

    def transfer() -> str:
        taker = store.get_nest(form.cleaned_data["to"])
        operations.transfer_vanity(nest, taker, why_of(request, form))
        return f"The vanity code {nest.vanity_code} leads to {taker.name} ({taker.code})."

    return act_with_form(request, form, transfer, nest, "Transfer the vanity code", TRANSFERRED)


def act_with_form(
    request: HttpRequest,
    form: Reason,
    act: Callable[[], str],
    nest: Nest,
    button: str,
    sentence: str,
    whom: str = "",
) -> HttpResponse:
    """`act` gives what is said of it afterwards, or raises Refusal, which the form then shows."""
    if form.is_valid():
        try:
            messages.success(request, act())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("admin:live_nest", nest.nest_id)
    return ask_reason(
        request,
        form,
        title=f"{button}{whom}",
        sentence=f"{nest.name} ({nest.code}) of {nest.creator}. {sentence}",
        button=button,
        back=reverse("admin:live_nest", args=[nest.nest_id]),
    )


class ThrottleForm(Reason):
    a_minute = forms.IntegerField(
        min_value=1,
        max_value=throttling.MOST_A_MINUTE,
        initial=throttling.A_MINUTE,
        label="A minute, all together",
        help_text="One person has half of it.",
    )
    minutes = forms.IntegerField(
        min_value=1,
        max_value=throttling.MOST_MINUTES,
        initial=throttling.MINUTES,
        help_text="Then it ends by itself.",
    )
    reason = reason_field("Shown to everybody in the nest, and in the audit with your name.")
    field_order = ("a_minute", "minutes", "reason")


class TransferForm(Reason):
    to = forms.CharField(
        max_length=240,
        widget=AdminTextInputWidget,
        label="To the nest",
        help_text="Its code or its address. It may have no vanity code of its own.",
    )
    field_order = ("to", "reason")
