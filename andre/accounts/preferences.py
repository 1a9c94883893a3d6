"""How somebody likes the page, on whichever device they come: a few choices, each its own."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import Signal
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts import models
from andre.accounts.authentication import identity_of_request
from andre.core.http_headers import NO_STORE
from andre.protocol.frames import validate_body
from andre.protocol.shapes import Preferences

preferences_saved = Signal()  # email, wished: what was changed over HTTP, outside of any nest.


class MyPreferences(APIView):
    """How the caller likes the page."""

    @extend_schema(responses=Preferences)
    def get(self, request: Request) -> Response:
        found = read_preferences(identity_of_request(request).email)
        return Response(found, headers=NO_STORE)

    @extend_schema(request=Preferences, responses=Preferences)
    def patch(self, request: Request) -> Response:
        """Change some; what is not named stays."""
        wished = validate_body(Preferences, request.data).model_dump(exclude_unset=True)
        email = identity_of_request(request).email
        found = save_preferences(email, wished)
        preferences_saved.send(sender=None, email=email, wished=wished)
        return Response(found, headers=NO_STORE)


def read_preferences(email: str) -> dict[str, Any]:
    """All of them by name; null where nothing has been chosen."""
    row = models.Preferences.objects.filter(email=email).first()
    return Preferences.model_validate(row.chosen if row else {}).model_dump()


def save_preferences(email: str, wished: Mapping[str, Any]) -> dict[str, Any]:
    """All of them after the change."""
    row, _ = models.Preferences.objects.get_or_create(email=email)
    row.chosen |= wished
    row.save()
    return Preferences.model_validate(row.chosen).model_dump()
