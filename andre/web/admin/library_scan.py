"""The admin's page about the scan of the music folder: how it goes, and a button for one."""

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from andre.audit import trail
from andre.audit.models import Action
from andre.core.admin_base import Reason, datetime_from_ms
from andre.core.conf import conf
from player.library import background_scan
from player.library.scan_status import read_scan_status


def scan_view(request: HttpRequest) -> HttpResponse:
    form = Reason(request.POST or None)
    if form.is_valid():
        operator = request.user.get_username()
        with transaction.atomic():
            background_scan.request_scan(operator)
            trail.record_event(
                Action.OPERATOR_ACTED,
                actor=operator,
                credential="admin",
                reason=form.cleaned_data["reason"],
                details={"act": "scan the music folder"},
            )
        messages.info(request, "A worker reads the music folder now.")
        return redirect("admin:library_scan")
    status = read_scan_status()
    context = {
        **admin.site.each_context(request),
        "title": "Scan of the music folder",
        "form": form,
        "status": status,
        "began_at": datetime_from_ms(status.began_ms) if status.began_ms else None,
        "ended_at": datetime_from_ms(status.ended_ms) if status.ended_ms else None,
        "minutes": conf().andre_scan_minutes,
    }
    return TemplateResponse(request, "admin/library_scan.html", context)
