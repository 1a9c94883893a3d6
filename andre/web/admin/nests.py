"""The admin's pages about live nests: the list, one of them, how it is set up, and its end."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timesince import timesince
from pydantic import TypeAdapter, ValidationError

from andre.core import clock
from andre.core.admin_base import (
    Reason,
    datetime_from_ms,
    format_duration,
    reason_field,
)
from andre.core.conf import Weights, conf
from andre.core.context import CommandContext
from andre.core.errors import NoSuchNest, Refusal
from andre.core.keys import NestKeys, log_name
from andre.core.person_ids import person_id
from andre.core.redis import redis
from andre.protocol.commands import ChangeNestSettings
from andre.protocol.nest_settings import NEST_SETTINGS, NestSetting
from andre.protocol.shapes import Throttle
from andre.web import snapshot
from andre.web.admin import operations
from andre.web.admin.operations import OPERATIONS, Ban, Operation, Why
from nests.lifecycle import key_cleanup
from nests.moderation import throttling
from nests.registry import records, store, summaries
from nests.registry.records import Nest
from nests.registry.share_links import origin_of
from nests.registry.summaries import NestSummary

NESTS_PER_PAGE = 50
AS_THE_SERVER = "As the server has it"
WEIGHTS: TypeAdapter[dict[str, float]] = TypeAdapter(Weights)
LONGEST_TEXT = 2_000
NO_WEIGHTS = "A name and a number each, with commas."

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
        "set": read_settings(nest),
        "link": nest.share_url_from(origin_of(request)),
        "comes_in": comes_in(nest),
        "operations": list_operations(nest),
        "bans": add_dates(ban for ban in operations.list_bans() if ban.nest == nest),
    }
    return respond(request, "nest", context)


def settings_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    form = NestSettingsForm(nest, request.POST or None)
    if not (form.is_valid() and form.holds(nest, why_of(request, form))):
        context = {"title": f"Set up {nest.name}", "row": nest_rows([nest])[0], "form": form}
        return respond(request, "set_up", context)

    log.info("nest_set_up", nest=nest.nest_id, by=log_name(request.user.get_username()))
    messages.success(request, f"{nest.name} ({nest.code}) is set up.")
    return redirect("admin:live_nest", nest.nest_id)


def delete_view(request: HttpRequest, nest_id: str) -> HttpResponse:
    """Raises Refusal `forbidden`."""
    nest = store.find_nest(nest_id)
    if nest is None:
        return gone(request, nest_id)
    if nest.is_main:
        raise Refusal("forbidden", operations.MAIN_STAYS)
    form = EndOfNest(request.POST or None)
    if not form.is_valid():
        context = {"title": f"End {nest.name}", "row": nest_rows([nest])[0], "form": form}
        return respond(request, "end", context)

    try:
        operations.end_nest(nest, why_of(request, form))
    except NoSuchNest:
        return gone(request, nest_id)
    messages.success(request, f"{nest.name} ({nest.code}) has ended.")
    return redirect("admin:live_nests")


def bans_view(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = Paginator(operations.list_bans(words), NESTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"title": "Bans", "words": words, "page": page, "rows": add_dates(page)}
    return respond(request, "bans", context)


def add_dates(bans: Iterable[Ban]) -> list[tuple[Ban, datetime]]:
    return [(ban, datetime_from_ms(ban.at_ms)) for ban in bans]


def list_operations(nest: Nest) -> list[tuple[str, Operation]]:
    """Those that would change something, are about the nest itself, and ask for a reason alone."""
    slowed = ["unthrottle"] if throttling.read_throttles([nest.nest_id]) else []
    names = (
        slowed
        if nest.is_main
        else [
            *slowed,
            "unlock" if nest.setting("locked") else "lock",
            "public" if nest.setting("is_private") else "private",
            *(["release"] if nest.vanity_code else []),
            *(["rotate"] if nest.setting("guests") and conf().andre_guests else []),
        ]
    )
    return [(name, OPERATIONS[name]) for name in names]


def comes_in(nest: Nest) -> str:
    """Who may, in a word or two."""
    words = {"locked": "locked", "is_private": "private"}
    return ", ".join(word for name, word in words.items() if nest.setting(name)) or "open"


def why_of(request: HttpRequest, form: Form) -> Why:
    return Why(request.user.get_username(), form.cleaned_data["reason"])


def name_in_nest(nest_id: str, person: str) -> str:
    """Of somebody whom this nest knows by their id or address."""
    faces = map(json.loads, redis().hvals(NestKeys(nest_id).people))
    wanted = person_id(person.lower()) if "@" in person else person
    return next((face["name"] for face in faces if face["id"] == wanted), person)


def entries() -> list[dict[str, Any]]:
    """What Django's list of models wants to know of each page of ours."""
    pages = {"Live nests": "live_nests", "Bans": "bans"}
    return [
        {
            "name": title,
            "object_name": name,
            "admin_url": reverse(f"admin:{name}"),
            "add_url": None,
            "view_only": True,
        }
        for title, name in pages.items()
    ]


class EndOfNest(Reason):
    reason = reason_field("Kept beside the nest's code for good, and in the audit with your name.")


class NestSettingsForm(forms.Form):
    """Every setting a nest can have; what is left empty is as the server has it."""

    def __init__(self, nest: Nest, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=read_settings(nest))
        for row in NEST_SETTINGS.values():
            is_here = row.group != "Theme" or records.is_offered(row)
            if is_here and not (nest.is_main and row.fixed_in_main):
                self.fields[row.name] = field_of(row)
        self.fields["reason"] = reason_field()

    def clean_bender_weights(self) -> dict[str, float] | None:
        """Raises ValidationError."""
        try:
            return WEIGHTS.validate_python(self.cleaned_data["bender_weights"]) or None
        except ValidationError as error:
            raise forms.ValidationError(NO_WEIGHTS) from error

    def clean(self) -> dict[str, Any]:
        """The bounds of each setting are those of its row."""
        for name, value in self.wishes.items():
            try:
                TypeAdapter(NEST_SETTINGS[name].type | None).validate_python(value, strict=True)
            except ValidationError as error:
                is_weights = NEST_SETTINGS[name].kind == "weights"
                self.add_error(name, NO_WEIGHTS if is_weights else error.errors()[0]["msg"])
        return self.cleaned_data

    @property
    def wishes(self) -> dict[str, Any]:
        """What is typed of settings, without the reason."""
        return {name: value for name, value in self.cleaned_data.items() if name in NEST_SETTINGS}

    def holds(self, nest: Nest, why: Why) -> bool:
        """Whether the nest is set up so now; else the form says why not."""
        try:
            operations.send_for_operator(nest, why, ChangeNestSettings.model_validate(self.wishes))
        except Refusal as refusal:
            self.add_error(None, refusal.message)
        return self.is_valid()


class Lines(forms.Field):
    """A text on each line; none is as the server has it."""

    def to_python(self, value: object) -> list[str] | None:
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()] or None


def field_of(row: NestSetting) -> forms.Field:
    """One field of the operators' form. Numbers and texts have their bounds in the command."""
    more: dict[str, Any] = {"required": False, "label": row.label, "help_text": row.help}
    match row.kind:
        case "switch":
            answers = [("", AS_THE_SERVER), ("1", "On"), ("0", "Off")]
            return forms.TypedChoiceField(choices=answers, coerce=is_on, empty_value=None, **more)
        case "choice":
            answers = [("", AS_THE_SERVER), *((value, value) for value in row.values)]
            return forms.TypedChoiceField(choices=answers, empty_value=None, **more)
        case "number":
            return forms.IntegerField(**more)
        case "list":
            return Lines(widget=AdminTextareaWidget, **more)
        case _:
            return forms.CharField(
                max_length=LONGEST_TEXT,
                empty_value="" if row.kind == "weights" else None,
                widget=AdminTextInputWidget,
                **more,
            )


def is_on(word: str) -> bool:
    return word == "1"


def read_settings(nest: Nest) -> dict[str, str]:
    """What was said of a nest, as one types it."""
    return {name: text_typed(nest.settings.get(name)) for name in NEST_SETTINGS}


def text_typed(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={weight:g}" for name, weight in value.items())
    if isinstance(value, list):
        return "\n".join(value)
    return records.text_of_setting(value)


@dataclass(frozen=True)
class Row:
    nest: Nest
    seen: NestSummary
    comes_in: str
    throttle: Throttle | None
    idle_minutes: int
    open_for: str

    @property
    def throttle_end(self) -> datetime | None:
        return datetime_from_ms(self.throttle.until_ms) if self.throttle else None


def filter_nests(nests: list[Nest], words: str) -> list[Nest]:
    """The Main Nest first, then the newest."""
    wanted = words.lower()
    found = [nest for nest in nests if any(wanted in text.lower() for text in texts_of(nest))]
    return sorted(found, key=lambda nest: not nest.is_main)


def texts_of(nest: Nest) -> list[str]:
    named = [nest.code, nest.name, nest.creator, nest.creator_name, nest.slug, nest.vanity_code]
    return [text for text in named if text]


def nest_rows(nests: list[Nest]) -> list[Row]:
    seen = summaries.summaries(nest.nest_id for nest in nests)
    throttles = throttling.read_throttles(nest.nest_id for nest in nests)
    now = datetime_from_ms(clock.now_ms())
    return [
        Row(
            nest=nest,
            seen=seen[nest.nest_id],
            comes_in=comes_in(nest),
            throttle=throttles.get(nest.nest_id),
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
    addresses = addresses_by_id(nest_id)
    return {
        "rev": seen.rev,
        "epoch": seen.epoch,
        "volume": seen.volume,
        "listeners": [
            person | {"email": addresses.get(person["id"], "")}
            for person in json.loads(seen.listeners)
        ],
        "playback": playback | {"position": format_duration(playback["position_ms"])},
        "song": song and add_detail(song, addresses),
        "queue": [add_detail(row, addresses) for row in json.loads(seen.queue)],
    }


def addresses_by_id(nest_id: str) -> dict[str, str]:
    """Operators read addresses; a nest knows those of everybody it has shown to anyone."""
    return {person_id(email): email for email in redis().hkeys(NestKeys(nest_id).people)}


def add_detail(song: dict[str, Any], addresses: dict[str, str]) -> dict[str, Any]:
    length = format_duration(song["duration_ms"])
    return song | {"length": length, "user": addresses.get(song["user"], "")}


def respond(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    shared = admin.site.each_context(request)
    return TemplateResponse(request, f"admin/live_nests/{page}.html", {**shared, **context})


def gone(request: HttpRequest, nest_id: str) -> HttpResponse:
    messages.warning(request, f"There is no nest {nest_id} any more.")
    return redirect("admin:live_nests")
