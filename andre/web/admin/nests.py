"""The admin's pages about live nests: the list, one of them, how it is set up, and its end."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timesince import timesince
from pydantic import TypeAdapter, ValidationError

from andre.core import clock
from andre.core.admin_base import datetime_from_ms, format_duration
from andre.core.conf import PROFILES, Weights
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import log_name
from andre.protocol.commands import ChangeNestSettings
from andre.web import snapshot
from nests.lifecycle import deletion, key_cleanup
from nests.registry import records, settings, store, summaries
from nests.registry.records import Nest
from nests.registry.share_links import origin_of
from nests.registry.summaries import NestSummary

NESTS_PER_PAGE = 50
BY_OPERATOR = "by an operator: "
AS_THE_HOUSE = "As the house has it"
WEIGHTS: TypeAdapter[dict[str, float]] = TypeAdapter(Weights)
LONGEST_WEIGHTS = 2_000
LONGEST_REASON = 180  # With those words before it, what a tombstone has room for.

log = structlog.get_logger(__name__)


def list_view(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    store.get_nest(store.MAIN)
    page = Paginator(filter_nests(store.list_nests(), words), NESTS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"title": "Live nests", "words": words, "page": page, "rows": nest_rows(list(page))}
    return respond(request, "list", context)


def detail_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    context = {
        "title": nest.name,
        "row": nest_rows([nest])[0],
        "keys": key_cleanup.count(nest.nest_id),
        "inside": inside(nest.nest_id),
        "set": SetUp.of(nest),
        "link": nest.share_url_from(origin_of(request)),
    }
    return respond(request, "nest", context)


def settings_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    form = SetUp(request.POST or None, initial=SetUp.of(nest))
    if not (form.is_valid() and form.holds(nest)):
        context = {"title": f"Set up {nest.name}", "row": nest_rows([nest])[0], "form": form}
        return respond(request, "set_up", context)

    log.info("nest_set_up", nest=nest.nest_id, by=log_name(request.user.get_username()))
    messages.success(request, f"{nest.name} ({nest.code}) is set up.")
    return redirect("admin:live_nest", nest.nest_id)


def delete_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    if nest.is_main:
        raise Refusal("forbidden", "The Main Nest stays.")
    form = Reason(request.POST or None)
    if not form.is_valid():
        context = {"title": f"End {nest.name}", "row": nest_rows([nest])[0], "form": form}
        return respond(request, "end", context)

    reason = form.cleaned_data["reason"]
    if not deletion.delete(nest, f"{BY_OPERATOR}{reason}"):
        return gone(request, nest_id)
    log.warning(
        "nest_force_deleted",
        nest=nest.nest_id,
        reason=reason,
        by=log_name(request.user.get_username()),
    )
    messages.success(request, f"{nest.name} ({nest.code}) has ended.")
    return redirect("admin:live_nests")


def entry() -> dict[str, Any]:
    """What Django's list of models wants to know of each."""
    return {
        "name": "Live nests",
        "object_name": "LiveNest",
        "admin_url": reverse("admin:live_nests"),
        "add_url": None,
        "view_only": True,
    }


class Reason(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=AdminTextInputWidget,
        help_text="Kept beside the nest's code for good, and written to the log with your name.",
    )


class SetUp(forms.Form):
    """Bender in one nest; what is left empty is as the house has it."""

    bender = forms.TypedChoiceField(
        choices=[("", AS_THE_HOUSE), ("1", "On"), ("0", "Off")],
        required=False,
        coerce=lambda word: word == "1",
        empty_value=None,
    )
    bender_profile = forms.TypedChoiceField(
        choices=[("", AS_THE_HOUSE), *((name, name) for name in PROFILES)],
        required=False,
        empty_value=None,
    )
    bender_weights = forms.CharField(
        required=False,
        max_length=LONGEST_WEIGHTS,
        widget=AdminTextInputWidget,
        help_text="As in BENDER_STRATEGY_WEIGHTS: genre=40, album=0. 0 is never.",
    )

    @staticmethod
    def of(nest: Nest) -> dict[str, str]:
        weights = (nest.bender_weights or {}).items()
        return {
            "bender": records.text_of_setting(nest.bender),
            "bender_profile": nest.bender_profile or "",
            "bender_weights": ", ".join(f"{name}={weight:g}" for name, weight in weights),
        }

    def clean_bender_weights(self) -> dict[str, float] | None:
        try:
            weights = WEIGHTS.validate_python(self.cleaned_data["bender_weights"]) or None
            ChangeNestSettings(bender_weights=weights)
        except ValidationError as error:
            raise forms.ValidationError("A name and a number each, with commas.") from error
        return weights

    def holds(self, nest: Nest) -> bool:
        """Whether the nest is set up so now; else the form says why not."""
        try:
            settings.change_by_house(nest, self.cleaned_data)
        except Refusal as refusal:
            self.add_error(None, refusal.message)
        return self.is_valid()


@dataclass(frozen=True)
class Row:
    nest: Nest
    seen: NestSummary
    idle_minutes: int
    open_for: str


def filter_nests(nests: list[Nest], words: str) -> list[Nest]:
    """The Main Nest first, then the newest."""
    wanted = words.lower()
    found = [nest for nest in nests if any(wanted in text.lower() for text in texts_of(nest))]
    return sorted(found, key=lambda nest: not nest.is_main)


def texts_of(nest: Nest) -> list[str]:
    return [nest.code, nest.name, nest.creator, nest.slug or "", nest.vanity_code or ""]


def nest_rows(nests: list[Nest]) -> list[Row]:
    seen = summaries.summaries(nest.nest_id for nest in nests)
    now = datetime_from_ms(clock.now_ms())
    return [
        Row(
            nest=nest,
            seen=seen[nest.nest_id],
            idle_minutes=int((now - last_use(nest)) / timedelta(minutes=1)),
            open_for=timesince(datetime.fromisoformat(nest.created_at), now),
        )
        for nest in nests
    ]


def last_use(nest: Nest) -> datetime:
    return datetime.fromisoformat(nest.last_activity or nest.created_at)


def inside(nest_id: str) -> dict[str, Any] | None:
    """Everything a listener would see; None while the nest has no life in Redis."""
    try:
        seen = snapshot.read_state(CommandContext(nest_id))
    except NoSuchNest:
        return None
    playback, song = json.loads(seen.playback), json.loads(seen.song)
    return {
        "rev": seen.rev,
        "epoch": seen.epoch,
        "volume": seen.volume,
        "listeners": json.loads(seen.listeners),
        "playback": playback | {"position": format_duration(playback["position_ms"])},
        "song": song and add_length(song),
        "queue": [add_length(row) for row in json.loads(seen.queue)],
    }


def add_length(song: dict[str, Any]) -> dict[str, Any]:
    return song | {"length": format_duration(song["duration_ms"])}


def respond(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/live_nests/{page}.html", {**shared, **context})


def gone(request: HttpRequest, nest_id: str) -> HttpResponse:
    messages.warning(request, f"There is no nest {nest_id} any more.")
    return redirect("admin:live_nests")
