"""What the admin's pages share: looking without changing, acts with a reason, times to be read."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

LONGEST_REASON = 180  # With words before it, what a nest's tombstone has room for.
NO_REASON = "Nothing was done: say in the field beside it why."


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # Django knows no generics here.
    """Rows that something else writes: a form here would only be overwritten, or a lie."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def reason_field(help_text: str = "Written to the audit with your name.") -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_REASON, widget=AdminTextInputWidget, help_text=help_text
    )


class Reason(forms.Form):
    """Why an operator does what a page is about."""

    reason = reason_field()


class FormWithReason(forms.ModelForm):  # type: ignore[type-arg]
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("reason", None)  # A row that keeps one had it for another change.


class ActionWithReason(ActionForm):
    reason = forms.CharField(max_length=LONGEST_REASON, required=False, label="Reason:")


class Reasoned(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whatever is changed here is changed for a reason, which stands in the audit.

    Django's own deletion asks for none: rows that may go have the action `remove`.
    """

    form = FormWithReason
    action_form = ActionWithReason

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:  # noqa: ANN401
        found = [*super().get_fieldsets(request, obj)]
        names = [name for _, options in found for name in options["fields"]]
        return found if "reason" in names else [*found, (None, {"fields": ["reason"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def construct_change_message(
        self,
        request: HttpRequest,
        form: forms.Form,
        formsets: Iterable["forms.BaseFormSet[Any]"],
        add: bool = False,
    ) -> list[dict[str, Any]]:
        form.changed_data.remove("reason")
        told: list[dict[str, Any]] = super().construct_change_message(request, form, formsets, add)
        return [*told, {"reason": form.cleaned_data["reason"]}]

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *more: Any
    ) -> HttpResponse | None:
        if not reason_in(request):
            self.message_user(request, NO_REASON, messages.WARNING)
            return None
        return super().response_action(request, queryset, *more)

    @admin.action(description="Remove the selected rows", permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for row in queryset:
                record_act(request, row, "remove", reason_in(request), DELETION)
                row.delete()


def reason_in(request: HttpRequest) -> str:
    """Of an action of a list, which has no form of its own."""
    found = [typed.strip() for typed in request.POST.getlist("reason")]
    return next((reason[:LONGEST_REASON] for reason in found if reason), "")


def record_act(request: HttpRequest, row: Model, act: str, reason: str, flag: int = CHANGE) -> None:
    """In Django's log of the row, and with it in the audit."""
    LogEntry.objects.log_actions(
        request.user.pk or 0,  # Whoever is here is somebody.
        [row],
        flag,
        [{"act": act, "reason": reason}],
        single_object=True,
    )


def ask_reason(
    request: HttpRequest, form: Reason, *, title: str, button: str, back: str, sentence: str = ""
) -> TemplateResponse:
    """The page before an act; `back` is the address of who does not want it after all."""
    told = {"title": title, "form": form, "button": button, "back": back, "sentence": sentence}
    return TemplateResponse(request, "admin/reason.html", admin.site.each_context(request) | told)


def datetime_from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def format_duration(ms: int) -> str:
    """As on a record's sleeve: 3:07."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}:{seconds:02}"
