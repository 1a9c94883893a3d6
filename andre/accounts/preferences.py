"""How somebody likes the page, on whichever device they come: a few choices, each its own."""

from typing import Literal

from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from andre.accounts.authentication import identity_of_request
from andre.accounts.models import Preferences
from andre.core.errors import Refusal

NO_STORE = {"Cache-Control": "no-store"}


class Chosen(BaseModel):
    """What has been chosen; null where nothing has, and the page does as it thinks best."""

    model_config = ConfigDict(extra="forbid", strict=True)
    accent: (
        Literal["green", "purple", "blue", "pink", "orange", "red", "gold", "cyan", "white"] | None
    ) = None
    mode: Literal["system", "dark", "light"] | None = None
    faces: Literal["pictures", "letters"] | None = None


class MyPreferences(APIView):
    """How the caller likes the page."""

    @extend_schema(responses=Chosen)
    def get(self, request: Request) -> Response:
        row = Preferences.objects.filter(email=identity_of_request(request).email).first()
        return preferences_response(row.chosen if row else {})

    @extend_schema(request=Chosen, responses=Chosen)
    def patch(self, request: Request) -> Response:
        """Change some; what is not named stays."""
        try:
            wanted = Chosen.model_validate(request.data).model_dump(exclude_unset=True)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in fault["loc"])
            raise Refusal("validation_error", f"{where or 'body'}: {fault['msg']}") from error
        row, _ = Preferences.objects.get_or_create(email=identity_of_request(request).email)
        row.chosen |= wanted
        row.save()
        return preferences_response(row.chosen)


def preferences_response(chosen: dict[str, str | None]) -> Response:
    return Response(Chosen.model_validate(chosen).model_dump(), headers=NO_STORE)
